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
