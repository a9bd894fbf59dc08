import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifier.splicing import runs_of_sentences, stitch, with_guests

PAGES = st.lists(st.integers(1, 12), min_size=1, max_size=8).map(lambda sizes: np.repeat(np.arange(len(sizes)), sizes))
SEEDS = st.integers(0, 2**16).map(np.random.RandomState)


@given(PAGES, st.integers(1, 5), SEEDS)
def test_runs_are_consecutive_and_not_too_long(page: np.ndarray, longest: int, random: np.random.RandomState) -> None:
    runs = runs_of_sentences(page, longest, random)
    assert all(1 <= len(run) <= longest for run in runs)
    assert np.concatenate(runs).tolist() == list(range(len(page)))


@given(PAGES, SEEDS)
def test_a_run_is_of_one_page(page: np.ndarray, random: np.random.RandomState) -> None:
    assert all(len(set(page[run])) == 1 for run in runs_of_sentences(page, 4, random))


@given(PAGES, SEEDS)
def test_stitching_keeps_every_sentence_once(page: np.ndarray, random: np.random.RandomState) -> None:
    sentences, _ = stitch(page, 3, 5, random)
    assert sorted(sentences.tolist()) == list(range(len(page)))


@given(PAGES, st.integers(1, 9), SEEDS)
def test_stitched_pages_have_the_size_asked_for_but_the_last(
    page: np.ndarray, size: int, random: np.random.RandomState
) -> None:
    _, numbers = stitch(page, 3, size, random)
    sizes = np.bincount(numbers)
    assert (sizes[:-1] == size).all()
    assert 1 <= sizes[-1] <= size


def test_stitching_mixes_pages() -> None:
    page = np.repeat(np.arange(20), 10)
    sentences, numbers = stitch(page, 3, 9, np.random.RandomState(0))
    mixed = [len(set(page[sentences[numbers == number]])) for number in range(numbers.max())]
    assert min(mixed) >= 3


def test_short_runs_are_more_frequent_than_long_ones() -> None:
    lengths = [len(run) for run in runs_of_sentences(np.repeat(np.arange(100), 30), 3, np.random.RandomState(0))]
    counts = np.bincount(lengths)[1:]
    assert counts[0] > counts[1] > counts[2] > 0


@given(PAGES, SEEDS)
def test_pages_with_guests_keep_their_own_sentences_in_order(page: np.ndarray, random: np.random.RandomState) -> None:
    sentences, numbers, is_guest = with_guests(page, np.arange(len(page)), 0.5, random)
    assert sentences[~is_guest].tolist() == list(range(len(page)))
    assert numbers[~is_guest].tolist() == page.tolist()


@given(PAGES, SEEDS)
def test_a_guest_is_of_another_page_and_stands_by_itself(page: np.ndarray, random: np.random.RandomState) -> None:
    sentences, numbers, is_guest = with_guests(page, np.arange(len(page)), 0.5, random)
    assert (page[sentences[is_guest]] != numbers[is_guest]).all()
    assert not (is_guest[1:] & is_guest[:-1]).any()
    assert (np.diff(numbers) >= 0).all()


def test_as_many_guests_come_as_are_asked_for() -> None:
    page = np.repeat(np.arange(100), 20)
    _, _, is_guest = with_guests(page, np.arange(500), 0.1, np.random.RandomState(0))
    assert is_guest.sum() == pytest.approx(200, rel=0.2)
