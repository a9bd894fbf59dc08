import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classifier.networks import fit_networks
from pipeline.classifier.passage import N_VIEWS, PassageReader, Surroundings, passage_rows

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # it stops early

N_INPUTS, N_CONTEXT, N_CLASSES = 3, 2, 2
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=6)
NUMBERS = SIZES.map(lambda sizes: np.repeat(np.arange(len(sizes)), sizes))


def random_rows(n_sentences: int, n_columns: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n_sentences, n_columns)).astype(np.float32)


@pytest.fixture(scope="module")
def numbers() -> NDArray[np.int64]:
    return np.repeat(np.arange(30), 7)


@pytest.fixture(scope="module")
def dense(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """Of a mean that is not zero, and of unlike deviations."""
    return random_rows(len(numbers), N_INPUTS) * np.array([1, 0.1, 3], np.float32) + np.float32(0.5)


@pytest.fixture(scope="module")
def context(numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    return random_rows(len(numbers), N_CONTEXT, 1) * np.float32(2) - np.float32(1)


@pytest.fixture(scope="module")
def fitted(
    dense: NDArray[np.float32], context: NDArray[np.float32], numbers: NDArray[np.int64]
) -> tuple[PassageReader, NDArray[np.float64]]:
    """A reader, and the logits of the networks that it was made of."""
    mean, scale = dense.mean(axis=0), dense.std(axis=0)
    inputs = np.hstack([passage_rows((dense - mean) / scale, numbers), context])
    networks = fit_networks(
        inputs,
        (dense[:, 0] + context[:, 1] > 0).astype(np.int64),
        np.ones(len(dense), np.float32),
        N_CLASSES,
        n_networks=2,
        hidden_units=5,
        alpha=0.01,
        epochs=20,
        n_jobs=None,
        random_state=np.random.RandomState(0),
    )
    return PassageReader.of(mean, scale, networks), networks.logits(inputs)


def test_means_are_of_the_sentence_those_beside_it_those_near_it_and_the_page() -> None:
    values = np.array([[1], [2], [4], [8], [16], [32], [100]], np.float32)
    own, beside, near, page = Surroundings.of(np.array([0, 0, 0, 0, 0, 0, 1])).means(*[values] * N_VIEWS)
    assert own.ravel().tolist() == [1, 2, 4, 8, 16, 32, 100]
    assert beside.ravel().tolist() == [2, 2.5, 5, 10, 20, 16, 0]
    assert near.ravel().tolist() == pytest.approx([7.5, 12.2, 11.8, 11, 9.4, 7.5, 0])
    assert page.ravel().tolist() == [10.5] * 6 + [100]


def test_the_rows_it_is_fitted_on_are_the_views_side_by_side() -> None:
    rows = passage_rows(np.array([[1, 0], [3, 1]], np.float32), np.zeros(2, np.int64))
    assert rows.tolist() == [[1, 0, 3, 1, 3, 1, 2, 0.5], [3, 1, 1, 0, 1, 0, 2, 0.5]]


def test_a_reader_says_what_the_networks_do_that_it_was_made_of(
    fitted: tuple[PassageReader, NDArray[np.float64]],
    dense: NDArray[np.float32],
    context: NDArray[np.float32],
    numbers: NDArray[np.int64],
) -> None:
    reader, logits = fitted
    assert reader.logits(context, reader.added(dense), numbers) == pytest.approx(logits, abs=0.01)
    assert logits.std() > 0.3


@given(NUMBERS, st.integers(0, 99), st.data())
def test_a_page_is_read_the_same_to_the_bit_whatever_stands_beside_it(
    fitted: tuple[PassageReader, NDArray[np.float64]], numbers: NDArray[np.int64], seed: int, data: st.DataObject
) -> None:
    reader = fitted[0]
    context, added = random_rows(len(numbers), N_CONTEXT, seed), reader.added(random_rows(len(numbers), N_INPUTS, seed))
    inside = numbers == data.draw(st.sampled_from(numbers.tolist()))
    together = reader.logits(context, added, numbers)
    assert np.array_equal(reader.logits(context[inside], added[inside], numbers[inside]), together[inside])


def test_no_sentences_are_no_rows(fitted: tuple[PassageReader, NDArray[np.float64]]) -> None:
    reader, nothing = fitted[0], np.empty(0, np.int64)
    added = reader.added(random_rows(0, N_INPUTS))
    assert reader.logits(random_rows(0, N_CONTEXT), added, nothing).shape == (0, N_CLASSES)
