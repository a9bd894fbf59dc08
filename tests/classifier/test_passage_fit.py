import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.classifier.passage_fit import PassageFit
from pipeline.classifier.targets import Targets

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early

HOW = PassageFit(n_classes=2, hidden_units=8, alpha=0.01, epochs=30, seed=0)
PAGES = np.repeat(np.arange(40), 6)
FOLDS = PAGES % 2


def silent_in_the_middle() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Dense rows and labels of pages of one label each, where every third sentence says nothing itself."""
    label = PAGES // 2 % 2
    dense = np.random.default_rng(0).standard_normal((len(PAGES), 2)).astype(np.float32)
    dense[:, 0] += 4 * label - 2
    dense[2::3] = 0
    return dense, label


def test_a_sentence_that_says_nothing_is_read_from_the_words_around() -> None:
    dense, label = silent_in_the_middle()
    train, test = PAGES < 30, PAGES >= 30
    reader = HOW.fit(dense[train], Targets(label[train], np.ones(train.sum(), np.float32)), PAGES[train])
    guess = reader.log_proba(reader.added(dense[test]), PAGES[test]).argmax(axis=1)
    assert guess[2::3].tolist() == label[test][2::3].tolist()


def test_a_label_without_weight_is_not_learned_and_its_words_are_still_there() -> None:
    dense, label = silent_in_the_middle()
    weight = np.zeros(len(PAGES), np.float32)
    weight[2::3] = 1
    wrong = np.where(weight > 0, label, 1 - label)
    reader = HOW.fit(dense, Targets(wrong, weight), PAGES)
    guess = reader.log_proba(reader.added(dense), PAGES).argmax(axis=1)
    assert (guess[2::3] == label[2::3]).mean() > 0.95


def test_every_fold_is_read_by_who_has_not_learned_from_it() -> None:
    dense, label = silent_in_the_middle()
    upside_down = np.where(FOLDS == 0, label, 1 - label)
    passages = HOW.out_of_fold(dense, Targets(upside_down, np.ones(len(PAGES), np.float32)), PAGES, FOLDS)
    guess = passages.log_proba(dense, FOLDS, PAGES).argmax(axis=1)
    assert (guess == 1 - upside_down).mean() > 0.95


def test_where_the_other_folds_have_one_label_only_nothing_is_known() -> None:
    dense, label = silent_in_the_middle()
    passages = HOW.out_of_fold(dense, Targets(label, (FOLDS == 0).astype(np.float32)), PAGES, FOLDS)
    proba = np.exp(passages.log_proba(dense, FOLDS, PAGES))
    assert np.allclose(proba[FOLDS == 0], 0.5)
    assert np.abs(proba[FOLDS == 1] - 0.5).mean() > 0.3
