import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifier.passage import N_VIEWS, PassageReader
from pipeline.classifier.passage_attribution import PassageParts, passage_parts

N_DENSE, N_INPUTS, N_UNITS, N_CLASSES = 2, 3, 6, 3
NUMBERS = np.repeat([0, 1, 2, 3], [9, 1, 4, 6])


def reader_without_biases(seed: int) -> PassageReader:
    random = np.random.default_rng(seed)
    zero, one = np.zeros(N_INPUTS, np.float32), np.full(N_INPUTS, 2, np.float32)
    hidden = random.standard_normal((N_VIEWS, N_INPUTS, N_UNITS)).astype(np.float32)
    output = random.standard_normal((N_UNITS, N_CLASSES)).astype(np.float32)
    return PassageReader(zero, one, hidden, np.zeros(N_UNITS, np.float32), output, np.zeros(N_CLASSES, np.float32))


def parts_of(reader: PassageReader, dense: np.ndarray, pull: np.ndarray) -> PassageParts:
    return passage_parts(reader, dense, N_DENSE, NUMBERS, pull)


def dense_and_pull(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.standard_normal((20, N_INPUTS)).astype(np.float32), random.standard_normal((20, N_CLASSES))


@given(st.integers(0, 50))
def test_without_biases_the_parts_add_up_to_what_the_reader_adds(seed: int) -> None:
    reader, (dense, pull) = reader_without_biases(seed), dense_and_pull(seed)
    parts = parts_of(reader, dense, pull)
    said = reader.log_proba(reader.added(dense), NUMBERS)
    expected = ((pull - pull.mean(axis=1, keepdims=True)) * said).sum(axis=1)
    own = (dense[:, :N_DENSE] * parts.steepness).sum(axis=1) + parts.look
    assert own + parts.around() == pytest.approx(expected, abs=0.02)


def test_a_neighbour_that_is_not_there_adds_nothing() -> None:
    parts = parts_of(reader_without_biases(0), *dense_and_pull(0))
    place = np.arange(20) - np.array([0, 9, 10, 14])[NUMBERS]
    size = np.array([9, 1, 4, 6])[NUMBERS]
    assert sorted(parts.neighbours) == [-4, -3, -2, -1, 1, 2, 3, 4]
    for distance, weight in parts.neighbours.items():
        assert np.array_equal(weight != 0, (place + distance >= 0) & (place + distance < size))


def test_a_neighbour_whose_row_is_zero_adds_nothing() -> None:
    dense, pull = dense_and_pull(1)
    dense[5] = 0
    parts = parts_of(reader_without_biases(1), dense, pull)
    assert parts.neighbours[1][4] == parts.neighbours[-2][7] == 0
    assert parts.neighbours[1][5] != 0


def test_without_a_reader_there_is_nothing_to_take_apart() -> None:
    parts = PassageParts.none(4, 2)
    assert not parts.steepness.any()
    assert parts.around().tolist() == parts.look.tolist() == [0, 0, 0, 0]
