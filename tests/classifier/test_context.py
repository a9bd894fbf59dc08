from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classifier.context import RADIUS, Pages, context_rows, input_layout

N_CLASSES = 3
NEIGHBOURS = N_CLASSES + 2  # a neighbour's log-probabilities, whether it is missing, its likeness
FIRST_PAIR = N_CLASSES + 1  # behind the sentence's own log-probabilities and one surface column


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the first stage says of the sentences of one page."""

    log_proba: NDArray[np.float32]
    topics: NDArray[np.float32]
    surface: NDArray[np.float32]

    def rows(self) -> NDArray[np.float32]:
        return context_rows(self.log_proba, self.topics, self.surface, np.zeros(len(self.surface), np.int64))


def inputs(n_sentences: int, seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    scores = random.standard_normal((n_sentences, N_CLASSES)) * 3
    log_proba = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    topics = random.standard_normal((n_sentences, 5)) * random.integers(0, 2, (n_sentences, 1))
    return Inputs(*(part.astype(np.float32) for part in (log_proba, topics, random.random((n_sentences, 1)))))


def together(pages: list[Inputs]) -> list[NDArray[np.float32]]:
    """The rows of every page when all are given at once."""
    sizes = [len(page.surface) for page in pages]
    rows = context_rows(
        np.concatenate([page.log_proba for page in pages]),
        np.concatenate([page.topics for page in pages]),
        np.concatenate([page.surface for page in pages]),
        np.repeat(np.arange(len(pages)), sizes),
    )
    return np.split(rows, np.cumsum(sizes)[:-1])


PAGES = st.lists(st.builds(inputs, st.integers(1, 40), st.integers(0, 2**16)), min_size=1, max_size=6)


@given(PAGES)
def test_rows_depend_on_their_own_page_only_to_the_bit(pages: list[Inputs]) -> None:
    assert all(np.array_equal(page.rows(), rows) for page, rows in zip(pages, together(pages), strict=True))


@given(PAGES)
def test_rows_do_not_depend_on_the_order_of_pages_to_the_bit(pages: list[Inputs]) -> None:
    backwards = together(pages[::-1])[::-1]
    assert all(np.array_equal(one, other) for one, other in zip(together(pages), backwards, strict=True))


@given(PAGES)
def test_every_number_is_finite(pages: list[Inputs]) -> None:
    assert np.isfinite(np.concatenate(together(pages))).all()


def test_page_numbers_are_names_only() -> None:
    page = inputs(4, 0)
    one, other = (
        context_rows(page.log_proba, page.topics, page.surface, np.array(numbers))
        for numbers in ([0, 0, 1, 1], [7, 7, -3, -3])
    )
    assert np.array_equal(one, other)


def test_a_row_begins_with_the_sentence_itself() -> None:
    page = inputs(6, 1)
    assert np.array_equal(page.rows()[:, :N_CLASSES], page.log_proba)
    assert np.array_equal(page.rows()[:, N_CLASSES:FIRST_PAIR], page.surface)


def test_neighbours_are_given_one_by_one_from_the_nearest_later_and_earlier() -> None:
    page = inputs(9, 2)
    row = page.rows()[RADIUS, FIRST_PAIR:]
    places = [place for distance in range(1, RADIUS + 1) for place in (RADIUS + distance, RADIUS - distance)]
    given = [row[start : start + N_CLASSES] for start in range(0, 2 * RADIUS * NEIGHBOURS, NEIGHBOURS)]
    assert np.array_equal(given, page.log_proba[places])


def test_of_a_sentence_alone_on_its_page_every_neighbour_is_missing() -> None:
    (row,) = inputs(1, 3).rows()
    pairs = row[FIRST_PAIR : FIRST_PAIR + 2 * RADIUS * NEIGHBOURS].reshape(-1, NEIGHBOURS)
    assert pairs.tolist() == [[0, 0, 0, 1, 0]] * (2 * RADIUS)


def test_likeness_is_the_cosine_of_topics() -> None:
    topics = np.array([[3, 0], [1, 1], [0, -2]], np.float32)
    page = Inputs(inputs(3, 4).log_proba, topics, np.zeros((3, 1), np.float32))
    likeness = page.rows()[1, [FIRST_PAIR + NEIGHBOURS - 1, FIRST_PAIR + 2 * NEIGHBOURS - 1]]
    assert likeness == pytest.approx([-np.sqrt(0.5), np.sqrt(0.5)], rel=1e-5)


def test_a_page_whose_guess_never_changes_differs_from_one_where_it_does() -> None:
    same = np.log(np.full((4, 2), [0.75, 0.25], np.float32))
    mixed = same.copy()
    mixed[1::2] = mixed[1::2, ::-1]
    flat = np.ones((4, 1), np.float32)
    steady, changing = (Inputs(log_proba, flat, flat).rows() for log_proba in (same, mixed))
    differences = np.flatnonzero((steady != changing)[0])
    assert 0.75 in (changing - steady)[0, differences]  # three changes among four sentences
    assert (changing == changing[0])[:, -7:].all()  # coherence is the page's


def test_a_neighbour_that_is_alike_counts_more_than_one_that_is_not() -> None:
    log_proba = np.log(np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]], np.float32))
    topics = np.array([[1, 0], [1, 0], [-1, 0]], np.float32)
    rows = Inputs(log_proba, topics, np.zeros((3, 1), np.float32)).rows()
    start = 2 + 1 + 2 * RADIUS * (2 + 2)
    page_mean, near_mean, alike_mean = rows[1, start : start + 6].reshape(3, 2)
    assert page_mean == pytest.approx(near_mean)
    assert alike_mean == pytest.approx(log_proba[0], abs=0.01)


def test_no_sentences_are_no_rows_of_the_same_width() -> None:
    assert inputs(0, 0).rows().shape == (0, inputs(3, 0).rows().shape[1])


def test_pages_are_found_by_where_their_number_changes() -> None:
    pages = Pages.from_numbers(np.array([4, 4, 1, 9, 9]))
    assert len(pages) == 3
    assert pages.first.tolist() == [0, 2, 3, 5]
    assert pages.page.tolist() == [0, 0, 1, 2, 2]


def test_a_mean_over_a_page_is_given_to_each_of_its_sentences() -> None:
    pages = Pages.from_numbers(np.array([0, 0, 1]))
    assert pages.mean(np.array([[1, 0], [3, 1], [5, 5]], np.float32)).tolist() == [[2, 0.5], [2, 0.5], [5, 5]]


@given(st.integers(1, 9), st.integers(0, 99))
def test_the_layout_finds_a_neighbour_where_its_columns_stand(n_sentences: int, seed: int) -> None:
    page = inputs(n_sentences, seed)
    rows, layout = page.rows(), input_layout(N_CLASSES, 1)
    assert np.array_equal(rows[:, layout.own], page.log_proba)
    assert np.array_equal(rows[:, layout.look], page.surface)
    for distance, columns in layout.neighbours.items():
        for sentence in range(n_sentences):
            there = 0 <= sentence + distance < n_sentences
            expected = page.log_proba[sentence + distance] if there else np.zeros(N_CLASSES)
            assert np.array_equal(rows[sentence, columns][:N_CLASSES], expected)
            assert rows[sentence, layout.missing(distance)] == (not there)


def test_the_layout_leaves_no_column_out_and_takes_none_twice() -> None:
    layout = input_layout(N_CLASSES, 1)
    slices = [layout.own, layout.look, *layout.neighbours.values(), layout.page]
    columns = [column for part in slices for column in range(200)[part]]
    assert sorted(columns) == list(range(200))
    assert sorted(layout.neighbours) == [-4, -3, -2, -1, 1, 2, 3, 4]
