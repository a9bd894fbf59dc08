from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.fitting import TrainingSentences
from pipeline.classifier.second_stage import SecondStage
from pipeline.classifier.second_stage_fit import SecondStageFit
from pipeline.classifier.targets import Targets

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early

N_PAGES, SENTENCES = 40, 6
PAGES = np.repeat(np.arange(N_PAGES), SENTENCES)
LABEL = PAGES % 2
SILENT = np.arange(len(PAGES)) % 3 == 2
HOW = SecondStageFit(
    n_classes=2,
    n_networks=1,
    hidden_units=8,
    epochs=30,
    passage_alpha=0.01,
    spliced_alpha=0.01,
    passage_factors=np.ones(2, np.float32),
    spliced_factors=np.ones(2, np.float32),
    n_jobs=None,
)


def silent_in_the_middle(order: NDArray[np.int64] | None = None) -> TrainingSentences:
    """Pages of one label each, told by word vectors; every third sentence says nothing itself."""
    dense = np.random.default_rng(0).standard_normal((len(PAGES), 2)).astype(np.float32)
    dense[:, 0] += 4 * LABEL - 2
    dense[SILENT] = 0
    dense = dense if order is None else dense[order]
    return TrainingSentences(sp.csr_matrix(dense), dense, dense, 0, PAGES, np.zeros(len(PAGES), bool))


def sure_where_not_silent() -> NDArray[np.float32]:
    """What a first stage would say."""
    chance = np.where(SILENT, 0.5, np.where(LABEL == 1, 0.95, 0.05))
    return np.asarray(np.log(np.column_stack([1 - chance, chance])), np.float32)


def guesses(stage: SecondStage, sentences: TrainingSentences, log_proba: NDArray[np.float32]) -> NDArray[np.intp]:
    added = stage.passage.added(sentences.dense)
    return np.asarray(stage.logits(sentences.context(log_proba), added, sentences.page).argmax(axis=1))


@pytest.fixture(scope="module")
def fitted() -> SecondStage:
    targets = Targets(LABEL, np.ones(len(PAGES), np.float32))
    return HOW.fit(silent_in_the_middle(), sure_where_not_silent(), targets, np.random.RandomState(0))


def test_a_sentence_that_says_nothing_is_read_from_those_around(fitted: SecondStage) -> None:
    guess = guesses(fitted, silent_in_the_middle(), sure_where_not_silent())
    assert (guess == LABEL).mean() > 0.95


def test_the_words_around_tell_a_label_where_the_first_stage_knows_nothing() -> None:
    knows_nothing = np.full((len(PAGES), 2), np.log(0.5), np.float32)
    targets = Targets(LABEL, np.ones(len(PAGES), np.float32))
    sentences = silent_in_the_middle()
    context = sentences.context(knows_nothing)
    reader = HOW.fit_passage(sentences, context, targets, np.random.RandomState(0))
    logits = reader.logits(context, reader.added(sentences.dense), PAGES)
    assert (logits.argmax(axis=1) == LABEL)[SILENT].mean() > 0.95


def test_a_label_without_weight_is_not_learned_and_its_words_are_still_there() -> None:
    sentences, said = silent_in_the_middle(), sure_where_not_silent()
    targets = Targets(np.where(SILENT, LABEL, 1 - LABEL), SILENT.astype(np.float32))
    stage = HOW.fit(sentences, said, targets, np.random.RandomState(0))
    assert (guesses(stage, sentences, said) == LABEL)[SILENT].mean() > 0.95


def test_the_gate_tells_whole_pages_from_stitched_ones(fitted: SecondStage) -> None:
    order = np.random.default_rng(0).permutation(len(PAGES))
    log_proba = sure_where_not_silent()
    whole = fitted.whole_share(silent_in_the_middle().context(log_proba))
    stitched = fitted.whole_share(silent_in_the_middle(order).context(log_proba[order]))
    assert whole.mean() > 0.8
    assert stitched.mean() < 0.3


def lean(stage: SecondStage) -> list[float]:
    """How far each reader leans to the second class."""
    sentences, said = silent_in_the_middle(), sure_where_not_silent()
    context, added = sentences.context(said), stage.passage.added(sentences.dense)
    logits = stage.passage.logits(context, added, PAGES), stage.spliced.logits(context)
    return [float((of_reader[:, 1] - of_reader[:, 0]).mean()) for of_reader in logits]


HEAVY = np.array([1, 50], np.float32)


@pytest.mark.parametrize(
    ("heavy", "leaning"),
    [(replace(HOW, passage_factors=HEAVY), [True, False]), (replace(HOW, spliced_factors=HEAVY), [False, True])],
)
def test_a_class_of_more_weight_is_rather_given_by_the_reader_it_is_given_to(
    fitted: SecondStage, heavy: SecondStageFit, leaning: list[bool]
) -> None:
    targets = Targets(LABEL, np.ones(len(PAGES), np.float32))
    stage = heavy.fit(silent_in_the_middle(), sure_where_not_silent(), targets, np.random.RandomState(0))
    assert [after > before + 1 for after, before in zip(lean(stage), lean(fitted), strict=True)] == leaning
