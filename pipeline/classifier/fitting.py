"""What the second stage learns from: pages as they stand, and pages stitched from them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats, context_rows
from pipeline.classifier.splicing import stitch, with_guests
from pipeline.classifier.targets import Targets

_STITCHES: Final = ((3, 9), (5, 15), (1, 1))
"""Longest run and page size of the stitched training pages that are made from the whole ones, one pass each; the last
leaves every sentence alone, as a row of a table may be."""

_GUEST_SHARE: Final = 0.1
"""Of the sentences of whole pages, that get one of another page behind them."""


@dataclass(frozen=True, slots=True)
class TrainingSentences:
    """The sentences both stages are fitted on, `n_sentences` rows each.

    Attributes:
        rows: weighted hashed rows.
        dense: word vectors and what they look like.
        topics: topic vectors.
        n_surface: how many of the last dense columns say what they look like.
        page: page numbers.
        spliced: whether the page holds sentences of several sources.
    """

    rows: sp.csr_matrix
    dense: Floats
    topics: Floats
    n_surface: int
    page: NDArray[np.int64]
    spliced: NDArray[np.bool_]

    @property
    def surface(self) -> Floats:
        return self.dense[:, self.dense.shape[1] - self.n_surface :]

    def context(self, log_proba: Floats) -> Floats:
        """The second stage's inputs on the pages as they stand."""
        return context_rows(log_proba, self.topics, self.surface, self.page)

    def _context_on(self, index: NDArray[np.int64], numbers: NDArray[np.int64], log_proba: Floats) -> Floats:
        return context_rows(log_proba[index], self.topics[index], self.surface[index], numbers)

    def on_whole_pages(self, targets: Targets) -> NDArray[np.int64]:
        """Indices of the labelled sentences of pages of one source; of all, where those have no two labels."""
        labelled = np.flatnonzero(targets.weight > 0)
        whole = labelled[~self.spliced[labelled]]
        return whole if len(np.unique(targets.y[whole])) > 1 else labelled

    def spliced_inputs(
        self, log_proba: Floats, targets: Targets, random: np.random.RandomState
    ) -> tuple[Floats, Targets]:
        """Inputs and targets of the labelled sentences on spliced pages, and of all on pages stitched from them."""
        labelled = np.flatnonzero(targets.weight > 0)
        scraped = labelled[self.spliced[labelled]]
        parts = [(self.context(log_proba)[scraped], scraped)]
        alone = len(np.unique(self.page)) == len(self.page)
        for longest, size in _STITCHES[-1:] if alone else _STITCHES:
            order, numbers = stitch(self.page[labelled], longest, size, random)
            index = labelled[order]
            parts.append((self._context_on(index, numbers, log_proba), index))
        chosen = np.concatenate([index for _, index in parts])
        return np.concatenate([inputs for inputs, _ in parts]), targets.take(chosen)

    def guest_inputs(
        self, log_proba: Floats, targets: Targets, random: np.random.RandomState
    ) -> tuple[Floats, Targets]:
        """Inputs and targets of labelled sentences that stand by themselves on pages not their own."""
        labelled = np.flatnonzero(targets.weight > 0)
        index, numbers, is_guest = with_guests(self.page, labelled, _GUEST_SHARE, random)
        return self._context_on(index, numbers, log_proba)[is_guest], targets.take(index[is_guest])


def on_spliced_pages(page: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a sentence's page holds sentences of several sources, `(n_sentences,)`."""
    pairs = np.unique(np.column_stack([page, source]), axis=0)
    n_sources = np.bincount(pairs[:, 0], minlength=int(page.max(initial=0)) + 1)
    return np.asarray(n_sources[page] > 1)
