from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks
from toy_pages import LABELS, N_HASHED, SENTENCES, fit_small, small_classifier, toy_pages

from pipeline.classifier.model import SentenceClassifier

TOY = toy_pages()
UNSEEN = toy_pages(n_pages=12, seed=1)
WEIGHT_REASON = "rows of weight zero are neighbours here, not absent; minibatches are shuffled"


def expected_failures(_estimator: BaseEstimator) -> dict[str, str]:
    return {
        "check_sample_weight_equivalence_on_dense_data": WEIGHT_REASON,
        "check_sample_weight_equivalence_on_sparse_data": WEIGHT_REASON,
    }


def flat(part: object) -> list[np.ndarray]:
    """The arrays of nested tuples."""
    return [array for inner in part for array in flat(inner)] if isinstance(part, tuple) else [np.asarray(part)]


def arrays(classifier: SentenceClassifier) -> list[np.ndarray]:
    return [
        *astuple(classifier.weighting_),
        *astuple(classifier.first_.linear),
        classifier.projection_,
        *(array for part in astuple(classifier.second_) for array in flat(part)),
    ]


def are_equal(one: SentenceClassifier, other: SentenceClassifier) -> bool:
    return all(np.array_equal(*pair) for pair in zip(arrays(one), arrays(other), strict=True))


@pytest.fixture(scope="module")
def fitted() -> SentenceClassifier:
    return fit_small(TOY)


@parametrize_with_checks(  # type: ignore[untyped-decorator]  # scikit-learn ships no types
    [SentenceClassifier(n_networks=1, n_topics=4, n_folds=2)], expected_failed_checks=expected_failures
)
def test_it_keeps_the_conventions_of_scikit_learn(
    estimator: BaseEstimator, check: Callable[[BaseEstimator], Any]
) -> None:
    check(estimator)


@given(st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True))
def test_a_page_is_labelled_the_same_to_the_bit_whatever_pages_stand_beside_it(
    fitted: SentenceClassifier, chosen: list[int]
) -> None:
    expected = fitted.predict_proba(UNSEEN.X, pages=UNSEEN.pages).reshape(12, SENTENCES, -1)
    rows = np.concatenate([np.flatnonzero(UNSEEN.pages == page) for page in chosen])
    part = UNSEEN.part(rows)
    given_back = fitted.predict_proba(part.X, pages=part.pages).reshape(len(chosen), SENTENCES, -1)
    assert np.array_equal(given_back, expected[chosen])


def test_probabilities_sum_to_one(fitted: SentenceClassifier) -> None:
    proba = fitted.predict_proba(UNSEEN.X, pages=UNSEEN.pages)
    assert proba.shape == (len(UNSEEN.y), 3)
    assert proba.sum(axis=1) == pytest.approx(np.ones(len(UNSEEN.y)), abs=1e-6)


def test_it_learns(fitted: SentenceClassifier) -> None:
    assert (fitted.predict(UNSEEN.X, pages=UNSEEN.pages) == UNSEEN.y).mean() > 0.95


def test_a_sentence_that_says_nothing_is_read_from_its_neighbours(fitted: SentenceClassifier) -> None:
    silent = np.flatnonzero(UNSEEN.X[:, :N_HASHED].getnnz(axis=1) == 0)
    assert len(silent) == 12
    assert (fitted.predict(UNSEEN.X, pages=UNSEEN.pages)[silent] == UNSEEN.y[silent]).all()


def test_without_pages_every_row_stands_alone(fitted: SentenceClassifier) -> None:
    alone = fitted.predict_proba(UNSEEN.X)
    assert np.array_equal(alone, fitted.predict_proba(UNSEEN.X, pages=np.arange(len(UNSEEN.y))))
    assert np.array_equal(alone[5], fitted.predict_proba(UNSEEN.X[5])[0])


def test_pages_may_be_named_by_words(fitted: SentenceClassifier) -> None:
    names = np.array([f"page {number}" for number in UNSEEN.pages])
    assert np.array_equal(
        fitted.predict_proba(UNSEEN.X, pages=names), fitted.predict_proba(UNSEEN.X, pages=UNSEEN.pages)
    )


def test_dense_rows_give_what_sparse_ones_give(fitted: SentenceClassifier) -> None:
    assert np.array_equal(fitted.predict_proba(UNSEEN.X.toarray()), fitted.predict_proba(UNSEEN.X))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_same_seed_gives_the_same_arrays_whatever_the_number_of_jobs(
    fitted: SentenceClassifier, n_jobs: int
) -> None:
    assert are_equal(fit_small(TOY, n_jobs=n_jobs), fitted)


def test_another_seed_gives_other_arrays(fitted: SentenceClassifier) -> None:
    assert not are_equal(fit_small(TOY, random_state=1), fitted)


def test_columns_of_looks_are_no_words(fitted: SentenceClassifier) -> None:
    assert fitted.weighting_.columns.max() < N_HASHED


def weightless(page: int) -> np.ndarray:
    return np.where(TOY.pages == page, 0, 1).astype(np.float32)


def test_rows_of_weight_zero_need_no_valid_label() -> None:
    labels = np.where(TOY.pages == 2, "zz no label at all", TOY.y)
    one, other = (
        small_classifier().fit(TOY.X, y, weightless(2), pages=TOY.pages, sources=TOY.sources) for y in (labels, TOY.y)
    )
    assert one.classes_.tolist() == LABELS.tolist()
    assert are_equal(one, other)


def test_rows_of_weight_zero_still_teach_what_texts_are_about(fitted: SentenceClassifier) -> None:
    without = TOY.part(np.flatnonzero(TOY.pages != 2))
    with_neighbours = small_classifier().fit(TOY.X, TOY.y, weightless(2), pages=TOY.pages, sources=TOY.sources)
    assert not np.array_equal(with_neighbours.projection_, fit_small(without).projection_)
    assert not np.array_equal(with_neighbours.first_.linear.coef, fitted.first_.linear.coef)


@pytest.mark.parametrize(("n_pages", "learns"), [(2, False), (3, True)])
def test_it_learns_from_guesses_where_a_tenth_of_the_sentences_has_no_label(*, n_pages: int, learns: bool) -> None:
    weight = np.where(TOY.pages < n_pages, 0, 1).astype(np.float32)  # of thirty pages
    light, heavy = (
        small_classifier(guess_weight=guess_weight).fit(TOY.X, TOY.y, weight, pages=TOY.pages, sources=TOY.sources)
        for guess_weight in (0.1, 1.0)
    )
    assert are_equal(light, heavy) is not learns


def test_without_sources_every_page_is_its_own() -> None:
    one = small_classifier().fit(TOY.X, TOY.y, pages=TOY.pages)
    other = small_classifier().fit(TOY.X, TOY.y, pages=TOY.pages, sources=TOY.pages)
    assert are_equal(one, other)


@pytest.mark.parametrize("y", [np.repeat("care", len(TOY.y)), np.where(TOY.pages == 2, "paper", "care")])
def test_labels_of_one_class_are_refused(y: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least two classes need weight; one class was given"):
        small_classifier().fit(TOY.X, y, weightless(2), pages=TOY.pages)


@pytest.mark.parametrize("argument", ["pages", "sources"])
def test_too_few_page_or_source_names_are_refused(argument: str) -> None:
    with pytest.raises(ValueError, match=r"need shape \(180,\), one entry a row; got \(7,\)"):
        small_classifier().fit(TOY.X, TOY.y, **{argument: np.zeros(7)})


def test_too_few_page_names_are_refused_when_predicting(fitted: SentenceClassifier) -> None:
    with pytest.raises(ValueError, match=r"need shape \(72,\)"):
        fitted.predict(UNSEEN.X, pages=[1, 2])


def test_rows_of_another_width_are_refused(fitted: SentenceClassifier) -> None:
    with pytest.raises(ValueError, match="25 features, but SentenceClassifier is expecting 26"):
        fitted.predict(UNSEEN.X[:, 1:])


def test_it_predicts_nothing_before_it_is_fitted() -> None:
    with pytest.raises(NotFittedError):
        small_classifier().predict(UNSEEN.X)


@pytest.mark.parametrize(("name", "pages"), [("class_weight", UNSEEN.pages), ("spliced_class_weight", None)])
def test_a_label_of_less_weight_is_given_less_often_on_its_kind_of_page(name: str, pages: np.ndarray | None) -> None:
    shares = [
        fit_small(TOY, n_networks=1, **{name: class_weight}).predict_proba(UNSEEN.X, pages=pages)[:, 1].mean()
        for class_weight in (None, {"paper": 0.001}, {"care": 1.0})
    ]
    assert shares[1] < shares[0] - 0.02
    assert shares[2] == shares[0]
