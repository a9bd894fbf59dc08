import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_second_stage import N_DENSE, N_NETWORKS, N_UNITS, passage_reader, random_rows

from pipeline.classifier.passage import Surroundings
from pipeline.classifier.passage_attribution import PassageParts, passage_parts

N_VECTORS = N_DENSE - 1
NUMBERS = np.repeat([0, 1, 2, 3], [9, 1, 4, 6])


def reach_of(seed: int) -> np.ndarray:
    """Whole numbers of 2^-14."""
    return np.random.default_rng(seed).integers(-9, 10, (N_NETWORKS, 20, N_UNITS)) * 2.0**-4


def parts_of(seed: int, dense: np.ndarray) -> PassageParts:
    return passage_parts(passage_reader(seed), dense, N_VECTORS, NUMBERS, reach_of(seed))


@given(st.integers(0, 50))
def test_the_parts_add_up_to_what_goes_into_the_hidden_units(seed: int) -> None:
    reader, dense = passage_reader(seed), random_rows(20, N_DENSE, seed)
    parts = parts_of(seed, dense)
    to_units = reader.to_hidden_units(reader.by_view(reader.added(dense), Surroundings.of(NUMBERS)))
    expected = (reach_of(seed) * to_units).sum(axis=(0, 2))
    own = (dense[:, :N_VECTORS] * parts.steepness).sum(axis=1) + parts.look
    assert own + parts.around() == pytest.approx(expected, abs=0.02)


def test_a_neighbour_that_is_not_there_adds_nothing() -> None:
    parts = parts_of(0, random_rows(20, N_DENSE))
    place = np.arange(20) - np.array([0, 9, 10, 14])[NUMBERS]
    size = np.array([9, 1, 4, 6])[NUMBERS]
    assert sorted(parts.neighbours) == [-4, -3, -2, -1, 1, 2, 3, 4]
    for distance, weight in parts.neighbours.items():
        assert np.array_equal(weight != 0, (place + distance >= 0) & (place + distance < size))


def test_a_neighbour_whose_row_is_zero_adds_nothing() -> None:
    dense = random_rows(20, N_DENSE, 1)
    dense[5] = 0
    parts = parts_of(1, dense)
    assert parts.neighbours[1][4] == parts.neighbours[-2][7] == 0
    assert parts.neighbours[1][5] != 0


def test_all_parts_are_multiplied() -> None:
    parts = parts_of(2, random_rows(20, N_DENSE, 2))
    halves = parts.times(np.full(20, 0.5))
    assert halves.look == pytest.approx(parts.look / 2)
    assert halves.steepness == pytest.approx(parts.steepness / 2)
    assert halves.around() == pytest.approx(parts.around() / 2)
