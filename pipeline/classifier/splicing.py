"""Training pages that are stitched from many, so that the second stage learns where neighbours mislead."""

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import Pages


def runs_of_sentences(
    page: NDArray[np.int64], longest: int, random_state: np.random.RandomState
) -> list[NDArray[np.int64]]:
    """Cut every page into consecutive runs of one to `longest` sentences, short ones more often."""
    pages, runs = Pages.from_numbers(page), []
    for first, last in zip(pages.first[:-1], pages.first[1:], strict=True):
        lengths = random_state.randint(1, longest + 1, size=last - first)
        lengths = np.minimum(lengths, random_state.randint(1, longest + 1, size=last - first))
        cuts = first + np.cumsum(lengths)
        runs += np.split(np.arange(first, last), cuts[cuts < last] - first)
    return runs


def stitch(
    page: NDArray[np.int64], longest: int, size: int, random_state: np.random.RandomState
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shuffle the runs of all pages into new pages of `size` sentences.

    Returns:
        The sentences' indices in their new order and their new page numbers, both `(n_sentences,)`.
    """
    runs = runs_of_sentences(page, longest, random_state)
    order = random_state.permutation(len(runs))
    sentences = np.concatenate([runs[index] for index in order])
    return sentences, np.arange(len(sentences)) // size


def with_guests(
    page: NDArray[np.int64], guests: NDArray[np.int64], share: float, random_state: np.random.RandomState
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Put a sentence of another page behind some sentences, each by itself, as a stray headline may stand.

    Args:
        page: page numbers, `(n_sentences,)`; equal numbers stand together.
        guests: indices of the sentences that may be put elsewhere; they stay in their place as well.
        share: of the sentences that get one behind them.
        random_state: which, and where.

    Returns:
        Of the longer pages: the sentences' indices, their page numbers, and whether each is a guest.
    """
    behind = np.flatnonzero(random_state.random_sample(len(page)) < share)
    chosen = guests[random_state.randint(len(guests), size=len(behind))]
    elsewhere = page[chosen] != page[behind]
    behind, chosen = behind[elsewhere], chosen[elsewhere]
    place = np.concatenate([np.arange(len(page)), behind + 0.5])
    order = np.argsort(place, kind="stable")
    sentences, numbers = np.concatenate([np.arange(len(page)), chosen]), np.concatenate([page, page[behind]])
    return sentences[order], numbers[order], order >= len(page)
