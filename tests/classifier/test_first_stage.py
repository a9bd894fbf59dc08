import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from pipeline.classifier.first_stage import (
    FirstStage,
    FirstStageFit,
    OutOfFold,
    fit_logistic,
    out_of_fold,
    source_folds,
)
from pipeline.classifier.targets import Targets

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early


def rows_of(y: NDArray[np.int64], seed: int = 0) -> sp.csr_matrix:
    """Rows in which a class shows as a column of its own among noise."""
    noise = np.random.default_rng(seed).random((len(y), 6))
    return sp.csr_matrix(np.hstack([np.eye(3)[y], noise * (noise > 0.6)]).astype(np.float32))


NO_COLUMNS = np.empty((100, 0), np.float32)


def how(max_iter: int) -> FirstStageFit:
    return FirstStageFit(n_classes=3, C=1, max_iter=max_iter, hidden_units=4, alpha=1, epochs=5, seed=0)


def dense_of(y: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.random.default_rng(1).random((len(y), 3)).astype(np.float32)


def ones(y: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.ones(len(y), np.float32)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_log_probabilities_are_those_of_a_logistic_regression(n_classes: int) -> None:
    y = np.tile(np.arange(n_classes), 20)
    rows, weight = rows_of(y), np.linspace(0.5, 2, len(y), dtype=np.float32)
    expected = LogisticRegression(C=2).fit(rows, y, weight).predict_log_proba(rows)
    model = fit_logistic(rows, y, weight, n_classes, C=2, max_iter=100)
    assert FirstStage(model).log_proba(rows, NO_COLUMNS) == pytest.approx(expected, abs=1e-4)


def test_rows_of_weight_zero_teach_nothing() -> None:
    y = np.tile([0, 1, 2], 10)
    rows, weight, other = rows_of(y), ones(y), y.copy()
    weight[20:], other[20:] = 0, 0
    one, two = (fit_logistic(rows, labels, weight, 3, C=1, max_iter=50) for labels in (y, other))
    assert np.array_equal(one.coef, two.coef)


def test_a_class_without_rows_has_a_probability_near_zero() -> None:
    y = np.tile([0, 2], 10)
    model = fit_logistic(rows_of(y), y, ones(y), 4, C=1, max_iter=50)
    log_proba = FirstStage(model).log_proba(rows_of(y), NO_COLUMNS)
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


def said(
    y: NDArray[np.int64],
    folds: NDArray[np.int64],
    weight: NDArray[np.float32],
    *,
    max_iter: int = 50,
    start: OutOfFold | None = None,
) -> OutOfFold:
    """Of rows that tell nothing but noise."""
    return out_of_fold(how(max_iter), rows_of(y * 0), dense_of(y), Targets(y, weight), folds, start=start)


def test_what_is_said_of_a_source_does_not_depend_on_its_own_labels() -> None:
    y, folds = np.tile([0, 1, 2], 10), np.repeat([0, 1, 2], 10)
    other = np.where(folds == 1, 2 - y, y)
    one, two = (said(labels, folds, ones(y)).log_proba for labels in (y, other))
    assert np.array_equal(one[folds == 1], two[folds == 1])
    assert not np.array_equal(one[folds == 0], two[folds == 0])


def test_where_the_other_sources_leave_nothing_to_tell_apart_all_classes_are_as_likely() -> None:
    y, folds = np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])
    assert np.exp(said(y, folds, ones(y)).log_proba[2:]) == pytest.approx(np.full((2, 3), 1 / 3))


def test_rows_without_weight_are_predicted_too() -> None:
    y, folds = np.tile([0, 1, 2], 4), np.repeat([0, 1], 6)
    weight = ones(y)
    weight[::4] = 0
    assert np.exp(said(y, folds, weight).log_proba).sum(axis=1) == pytest.approx(ones(y), abs=1e-5)


def test_a_solver_that_starts_from_an_earlier_one_goes_on_from_there() -> None:
    y, folds = np.tile([0, 1, 2], 10), np.repeat([0, 1], 15)
    far, near = said(y, folds, ones(y), max_iter=200), said(y, folds, ones(y), max_iter=2)
    went_on = said(y, folds, ones(y), max_iter=2, start=far)
    assert went_on.log_proba == pytest.approx(far.log_proba, abs=1e-3)
    assert near.log_proba != pytest.approx(far.log_proba, abs=1e-3)


def test_the_two_readers_logits_are_averaged() -> None:
    y = np.tile([0, 1, 2], 10)
    rows, dense = rows_of(y), dense_of(y)
    stage = how(50).fit(rows, dense, Targets(y, ones(y)))
    assert stage.networks is not None
    logits = (stage.linear.logits(rows) + stage.networks.logits(dense)) / 2
    assert stage.log_proba(rows, dense) == pytest.approx(log_softmax(logits, axis=1), abs=1e-5)


def test_without_dense_columns_there_is_one_reader() -> None:
    y = np.tile([0, 1, 2], 10)
    assert how(50).fit(rows_of(y), NO_COLUMNS[: len(y)], Targets(y, ones(y))).networks is None


def test_the_network_sees_what_two_dense_columns_say_together() -> None:
    dense = np.random.default_rng(0).choice([-1, 1], (400, 2)).astype(np.float32)
    y = (dense[:, 0] * dense[:, 1] > 0).astype(np.int64)
    nothing = sp.csr_matrix(np.ones((len(y), 1), np.float32))
    fitted = FirstStageFit(n_classes=2, C=1, max_iter=50, hidden_units=16, alpha=0.01, epochs=60, seed=0).fit(
        nothing, dense, Targets(y, ones(y))
    )
    assert np.array_equal(fitted.log_proba(nothing, dense).argmax(axis=1), y)


def test_a_network_learns_nothing_from_rows_of_weight_zero() -> None:
    y = np.tile([0, 1, 2], 10)
    weight, other = ones(y), y.copy()
    weight[20:], other[20:] = 0, 0
    one, two = (how(5).fit(rows_of(y), dense_of(y), Targets(labels, weight)) for labels in (y, other))
    assert one.networks is not None
    assert two.networks is not None
    assert np.array_equal(one.networks.hidden, two.networks.hidden)
