from dataclasses import replace

import numpy as np
import pytest
from labelled_pages import labelled_page, small_corpus
from threadpoolctl import threadpool_limits

from pipeline.classifier.model import SentenceClassifier
from pipeline.schema import LABELS
from pipeline.training.fit import fit_classifier, label_probabilities
from pipeline.training.table import NO_LABEL, UnitTable, unit_table

TABLE = unit_table(small_corpus(pages_of_a_site=8))


@pytest.fixture(scope="module")
def fitted() -> SentenceClassifier:
    return fit_classifier(TABLE)


def only(*labels: str) -> UnitTable:
    """The table with no labels but these."""
    codes = [LABELS.index(label) for label in labels]
    return TABLE.with_labels(np.where(np.isin(TABLE.label, codes), TABLE.label, NO_LABEL))


def test_the_classes_are_the_labels(fitted: SentenceClassifier) -> None:
    assert sorted(fitted.classes_) == sorted(LABELS)


def test_probabilities_stand_in_the_order_of_the_schema(fitted: SentenceClassifier) -> None:
    unseen = unit_table(small_corpus(["gorse"], pages_of_a_site=3))
    proba = label_probabilities(fitted, unseen)
    labelled = unseen.label != NO_LABEL
    assert proba.sum(axis=1) == pytest.approx(np.ones(27), abs=1e-6)
    assert proba[labelled].argmax(axis=1).tolist() == [0, 0, 1, 1, 2, 2, 3, 3] * 3


def test_labels_that_were_never_seen_have_no_probability() -> None:
    proba = label_probabilities(fit_classifier(only("treatment", "noise")), TABLE)
    assert not proba[:, 1:3].any()
    assert proba[:, [0, 3]].sum(axis=1) == pytest.approx(np.ones(len(TABLE)), abs=1e-6)


def test_a_unit_without_a_label_teaches_no_label() -> None:
    assert fit_classifier(only("news", "noise")).classes_.tolist() == ["news", "noise"]


def test_the_labels_of_a_spliced_page_weigh_more(fitted: SentenceClassifier) -> None:
    pages = [
        labelled_page(page.id, "scrape", [(unit.text, unit.label) for unit in page.units], [page.source] * 9)
        if page.source == "alder"
        else page
        for page in small_corpus(pages_of_a_site=8)
    ]
    assert not np.array_equal(fit_classifier(unit_table(pages)).first_.linear.coef, fitted.first_.linear.coef)


def test_silver_labels_weigh_less(fitted: SentenceClassifier) -> None:
    silver = replace(TABLE, silver=np.ones(len(TABLE), bool))
    assert np.abs(fit_classifier(silver).first_.linear.coef).max() < np.abs(fitted.first_.linear.coef).max()


@pytest.mark.parametrize("n_threads", [1, 2])
def test_the_same_seed_gives_the_same_model_whatever_the_number_of_threads(
    fitted: SentenceClassifier, n_threads: int
) -> None:
    with threadpool_limits(n_threads):
        again = fit_classifier(TABLE)
    assert np.array_equal(again.projection_, fitted.projection_)
    assert np.array_equal(again.first_.linear.coef, fitted.first_.linear.coef)
    assert np.array_equal(again.second_.spliced.hidden, fitted.second_.spliced.hidden)
    assert np.array_equal(again.second_.passage.views, fitted.second_.passage.views)
    assert np.array_equal(again.second_.gate.hidden, fitted.second_.gate.hidden)


def test_one_label_alone_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="at least two classes"):
        fit_classifier(only("news"))
