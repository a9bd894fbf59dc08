import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classifier.projection import fit_projection, in_steps, neighbour_mean_operator, rounded_to_steps

PAGE = np.repeat(np.arange(30), 8)


def rows_on_topics(seed: int = 0) -> sp.csr_matrix:
    """Each page is about one of two topics: its sentences draw their words from ten columns of twenty."""
    random = np.random.default_rng(seed)
    words = np.zeros((len(PAGE), 20), np.float32)
    for row, page in enumerate(PAGE):
        words[row, random.choice(10, 3, replace=False) + 10 * (page % 2)] = 1
    return sp.csr_matrix(words)


def fit(rows: sp.csr_matrix, n_components: int = 4, seed: int = 0) -> NDArray[np.float32]:
    return fit_projection(rows, PAGE, n_components, random_state=np.random.RandomState(seed))


def test_neighbours_are_averaged_over_three_sentences_to_either_side_on_the_same_page() -> None:
    third = pytest.approx(1 / 3)
    assert neighbour_mean_operator(np.array([0, 0, 0, 0, 1, 1, 2])).toarray().tolist() == [
        [0, third, third, third, 0, 0, 0],
        [third, 0, third, third, 0, 0, 0],
        [third, third, 0, third, 0, 0, 0],
        [third, third, third, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_sentence_more_than_three_away_is_no_neighbour() -> None:
    assert neighbour_mean_operator(np.zeros(5, np.int64)).toarray()[0].tolist() == pytest.approx([0, *[1 / 3] * 3, 0])


def test_the_leading_direction_tells_the_topics_of_pages_apart() -> None:
    rows = rows_on_topics()
    topic = (rows @ fit(rows))[:, 0]
    odd, even = topic[PAGE % 2 == 1], topic[PAGE % 2 == 0]
    assert min(odd.max(), even.max()) < max(odd.min(), even.min())


def test_components_have_unit_variance() -> None:
    rows = rows_on_topics()
    assert (rows @ fit(rows)).std(axis=0) == pytest.approx(np.ones(4), abs=1e-3)


def test_the_same_seed_gives_the_same_directions() -> None:
    rows = rows_on_topics()
    assert np.array_equal(fit(rows), fit(rows))


def test_there_are_no_more_directions_than_columns() -> None:
    assert fit(rows_on_topics()[:, :3], n_components=5).shape == (3, 3)


def test_rows_that_are_all_the_same_have_no_directions() -> None:
    same = sp.csr_matrix(np.ones((len(PAGE), 6), np.float32))
    assert not fit(same).any()


def test_steps_hold_every_row_to_half_a_step_of_its_largest_number() -> None:
    directions = np.array([[1.27, -0.004, 0.5], [0, 0, 0], [1e-6, 2e-6, -127e-6]], np.float32)
    steps, step = in_steps(directions)
    assert steps.tolist() == [[127, 0, 50], [0, 0, 0], [1, 2, -127]]
    assert step.ravel().tolist() == pytest.approx([0.01, 0, 1e-6])


@given(st.lists(st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=3), min_size=1, max_size=9))
def test_rounding_to_steps_twice_changes_nothing_more(rows: list[list[float]]) -> None:
    once = rounded_to_steps(np.array(rows, np.float32))
    assert np.array_equal(rounded_to_steps(once), once)
