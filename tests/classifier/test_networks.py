import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classifier.networks import Networks, exact_product, fit_networks, fixed_inputs, fixed_weights

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early

INPUT_UNIT, WEIGHT_UNIT = 2.0**-12, 2.0**-14
SEEDS = st.integers(0, 2**16).map(np.random.default_rng)


def values(random: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return (random.standard_normal(shape) * 10).astype(np.float32)


def networks(random: np.random.Generator) -> Networks:
    mean, scale = values(random, 6), np.abs(values(random, 6)) + 1
    shapes = ((2, 6, 5), (2, 5), (2, 5, 4), (2, 4))
    return Networks(mean, scale, *(values(random, *shape) / np.float32(10) for shape in shapes))


def fit(y: list[int], n_classes: int = 3, seed: int = 0, weight: list[float] | None = None) -> Networks:
    """Networks that learn the class from which of three inputs is one."""
    inputs = np.eye(3, 4, dtype=np.float32)[y]
    return fit_networks(
        inputs,
        np.array(y),
        np.ones(len(y), np.float32) if weight is None else np.array(weight, np.float32),
        n_classes,
        n_networks=2,
        hidden_units=6,
        alpha=0.01,
        epochs=300,
        n_jobs=None,
        random_state=np.random.RandomState(seed),
    )


@given(SEEDS)
def test_the_product_is_the_float_product_within_its_resolution(random: np.random.Generator) -> None:
    inputs, weights = values(random, 7, 20), values(random, 20, 5)
    exact = inputs.astype(np.float64) @ weights.astype(np.float64)
    resolution = (np.abs(inputs) @ np.full((20, 5), WEIGHT_UNIT) + np.abs(weights).sum(axis=0) * INPUT_UNIT) / 2
    assert (np.abs(exact_product(inputs, weights) - exact) <= resolution + 20 * INPUT_UNIT * WEIGHT_UNIT).all()


@given(SEEDS)
def test_a_product_of_values_in_whole_units_is_exact(random: np.random.Generator) -> None:
    inputs, weights = random.integers(-(2**20), 2**20, (5, 30)), random.integers(-(2**18), 2**18, (30, 4))
    product = exact_product(inputs * np.float32(INPUT_UNIT), weights * np.float32(WEIGHT_UNIT))
    assert np.array_equal(product / (INPUT_UNIT * WEIGHT_UNIT), inputs @ weights)


@given(SEEDS)
def test_a_row_of_the_product_does_not_depend_on_the_rows_beside_it_to_the_bit(random: np.random.Generator) -> None:
    inputs, weights = values(random, 33, 90), values(random, 90, 32)
    product = exact_product(inputs, weights)
    assert all(np.array_equal(product[row], exact_product(inputs[row : row + 1], weights)[0]) for row in range(33))
    assert np.array_equal(product[::-1], exact_product(inputs[::-1], weights))


def test_inputs_beyond_256_count_as_256() -> None:
    inputs = np.array([[1000, 1], [-1000, 1]], np.float32)
    assert exact_product(inputs, np.ones((2, 1), np.float32)).tolist() == [[257], [-255]]


@given(SEEDS)
def test_probabilities_sum_to_one(random: np.random.Generator) -> None:
    proba = networks(random).predict_proba(values(random, 9, 6))
    assert proba.shape == (9, 4)
    assert (proba >= 0).all()
    assert proba.sum(axis=1) == pytest.approx(np.ones(9), abs=1e-6)


@given(SEEDS)
def test_probabilities_do_not_depend_on_the_rows_beside_them_to_the_bit(random: np.random.Generator) -> None:
    model, inputs = networks(random), values(random, 17, 6)
    alone = np.concatenate([model.predict_proba(row[None]) for row in inputs])
    assert np.array_equal(model.predict_proba(inputs), alone)


def test_no_rows_have_no_probabilities() -> None:
    assert networks(np.random.default_rng(0)).predict_proba(np.empty((0, 6), np.float32)).shape == (0, 4)


def test_the_logits_of_the_networks_are_averaged() -> None:
    flat = np.zeros((2, 1, 1), np.float32)
    output_bias = np.log(np.array([[0.9, 0.1], [0.5, 0.5]], np.float32))
    model = Networks(flat[0, 0], flat[0, 0] + 1, flat, flat[:, 0], np.zeros((2, 1, 2), np.float32), output_bias)
    nothing = np.zeros((1, 1), np.float32)
    assert model.logits(nothing)[0] == pytest.approx(np.log([0.45, 0.05]) / 2)
    assert model.predict_proba(nothing)[0] == pytest.approx([0.75, 0.25])  # the geometric mean, made to sum to one


@given(SEEDS)
def test_logits_do_not_depend_on_the_rows_beside_them_to_the_bit(random: np.random.Generator) -> None:
    model, inputs = networks(random), values(random, 17, 6)
    alone = np.concatenate([model.logits(row[None]) for row in inputs])
    assert np.array_equal(model.logits(inputs), alone)


def test_inputs_are_read_to_a_4096th_and_weights_to_a_16384th() -> None:
    assert fixed_inputs(np.array([1.00005, -300])).tolist() == [1, -256]
    assert (fixed_weights(np.array([0.00004, 300])) / WEIGHT_UNIT).tolist() == [1, 300 * 2**14]


@pytest.mark.parametrize("y", [[0, 1, 2] * 30, [0, 1] * 40])
def test_fitted_networks_tell_the_classes_apart(y: list[int]) -> None:
    proba = fit(y).predict_proba(np.eye(3, 4, dtype=np.float32))
    assert proba.argmax(axis=1)[: len(set(y))].tolist() == sorted(set(y))


@pytest.mark.parametrize("y", [[0, 1] * 40, [0, 1, 2] * 30])
def test_a_class_without_rows_is_all_but_impossible(y: list[int]) -> None:
    proba = fit(y, n_classes=4).predict_proba(np.eye(3, 4, dtype=np.float32))
    assert proba[:, len(set(y)) :].max() < 1e-3


def test_the_same_seed_gives_the_same_networks_and_another_seed_others() -> None:
    one, same, other = fit([0, 1, 2] * 9), fit([0, 1, 2] * 9), fit([0, 1, 2] * 9, seed=1)
    assert np.array_equal(one.hidden, same.hidden)
    assert np.array_equal(one.output_bias, same.output_bias)
    assert not np.array_equal(one.hidden, other.hidden)


def test_the_networks_of_one_model_differ() -> None:
    first, second = fit([0, 1, 2] * 9).hidden
    assert not np.array_equal(first, second)


def test_an_input_that_never_changes_is_scaled_by_one() -> None:
    assert fit([0, 1, 2] * 9).scale[3] == 1
