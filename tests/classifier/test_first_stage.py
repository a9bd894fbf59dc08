import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline.classifier.first_stage import (
    Weighting,
    fit_logistic,
    fit_weighting,
    out_of_fold_log_proba,
    source_folds,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early

COUNTS = sp.csr_matrix(np.array([[1, 0, 2, 0], [1, 0, 0, 0], [1, 3, 0, 0], [1, 1, 0, 0]], np.float32))


def rows_of(y: NDArray[np.int64], seed: int = 0) -> sp.csr_matrix:
    """Rows in which a class shows as a column of its own among noise."""
    noise = np.random.default_rng(seed).random((len(y), 6))
    return sp.csr_matrix(np.hstack([np.eye(3)[y], noise * (noise > 0.6)]).astype(np.float32))


def ones(y: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.ones(len(y), np.float32)


def test_columns_count_that_enough_sentences_have() -> None:
    assert fit_weighting(COUNTS, 2).columns.tolist() == [0, 1]


def test_all_columns_that_occur_count_when_too_few_are_frequent() -> None:
    assert fit_weighting(COUNTS, 9).columns.tolist() == [0, 1, 2]


def test_a_zero_that_is_stored_is_no_occurrence() -> None:
    stored = sp.csr_matrix((np.array([1, 0], np.float32), ([0, 1], [0, 1])), shape=(2, 2))
    assert fit_weighting(stored, 1).columns.tolist() == [0]


def test_the_rarer_a_column_the_more_it_weighs() -> None:
    assert fit_weighting(COUNTS, 1).idf == pytest.approx([1, 1 + np.log(2), 1 + np.log(4)])


def test_weighted_rows_have_length_one_and_an_empty_row_stays_empty() -> None:
    rows = Weighting(np.array([1, 2]), np.array([2, 1], np.float32)).rows(COUNTS)
    assert rows.toarray().tolist() == [[0, 1], [0, 0], [1, 0], [1, 0]]


def test_weighting_leaves_the_rows_it_is_given_alone() -> None:
    before = COUNTS.toarray()
    fit_weighting(COUNTS, 1).rows(COUNTS)
    assert np.array_equal(COUNTS.toarray(), before)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_log_probabilities_are_those_of_a_logistic_regression(n_classes: int) -> None:
    y = np.tile(np.arange(n_classes), 20)
    rows, weight = rows_of(y), np.linspace(0.5, 2, len(y), dtype=np.float32)
    expected = LogisticRegression(C=2).fit(rows, y, weight).predict_log_proba(rows)
    model = fit_logistic(rows, y, weight, n_classes, C=2, max_iter=100)
    assert model.log_proba(rows) == pytest.approx(expected, abs=1e-4)


def test_rows_of_weight_zero_teach_nothing() -> None:
    y = np.tile([0, 1, 2], 10)
    rows, weight, other = rows_of(y), ones(y), y.copy()
    weight[20:], other[20:] = 0, 0
    one, two = (fit_logistic(rows, labels, weight, 3, C=1, max_iter=50) for labels in (y, other))
    assert np.array_equal(one.coef, two.coef)


def test_a_class_without_rows_has_a_probability_near_zero() -> None:
    y = np.tile([0, 2], 10)
    log_proba = fit_logistic(rows_of(y), y, ones(y), 4, C=1, max_iter=50).log_proba(rows_of(y))
    assert (log_proba[:, [1, 3]] < -10).all()
    assert np.exp(log_proba).sum(axis=1) == pytest.approx(ones(y), abs=1e-5)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(2, 5), st.integers(0, 99))
def test_a_source_is_in_one_fold(sources: list[int], n_folds: int, seed: int) -> None:
    folds = source_folds(np.array(sources), n_folds, np.random.RandomState(seed))
    assert all(len(set(folds[np.array(sources) == source])) == 1 for source in sources)
    assert set(folds) <= set(range(n_folds))


def test_sources_are_dealt_evenly() -> None:
    folds = source_folds(np.arange(10), 5, np.random.RandomState(0))
    assert np.bincount(folds).tolist() == [2] * 5


def out_of_fold(y: NDArray[np.int64], folds: NDArray[np.int64], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    return out_of_fold_log_proba(rows_of(y * 0), y, weight, folds, 3, C=1, max_iter=50, n_jobs=None)


def test_what_is_said_of_a_source_does_not_depend_on_its_own_labels() -> None:
    y, folds = np.tile([0, 1, 2], 10), np.repeat([0, 1, 2], 10)
    other = np.where(folds == 1, 2 - y, y)
    one, two = (out_of_fold(labels, folds, ones(y)) for labels in (y, other))
    assert np.array_equal(one[folds == 1], two[folds == 1])
    assert not np.array_equal(one[folds == 0], two[folds == 0])


def test_where_the_other_sources_leave_nothing_to_tell_apart_all_classes_are_as_likely() -> None:
    y, folds = np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])
    assert np.exp(out_of_fold(y, folds, ones(y))[2:]) == pytest.approx(np.full((2, 3), 1 / 3))


def test_rows_without_weight_are_predicted_too() -> None:
    y, folds = np.tile([0, 1, 2], 4), np.repeat([0, 1], 6)
    weight = ones(y)
    weight[::4] = 0
    assert np.exp(out_of_fold(y, folds, weight)).sum(axis=1) == pytest.approx(ones(y), abs=1e-5)
