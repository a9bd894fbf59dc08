"""What the second stage learns from: pages as they stand, and pages stitched from them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats, context_rows
from pipeline.classifier.splicing import stitch
from pipeline.classifier.targets import Targets

_STITCHES: Final = ((3, 9), (5, 15), (1, 1))
"""Longest run and page size of the stitched training pages that are made from the whole ones, one pass each; the last
leaves every sentence alone, as a row of a table may be."""


@dataclass(frozen=True, slots=True)
class TrainingSentences:
    """The sentences both stages are fitted on, `n_sentences` rows each.

    Attributes:
        rows: weighted hashed rows.
        dense: word vectors and what they look like.
        topics: topic vectors.
        n_surface: how many of the last dense columns say what they look like.
        page: page numbers.
        fold: fold by source.
    """

    rows: sp.csr_matrix
    dense: Floats
    topics: Floats
    n_surface: int
    page: NDArray[np.int64]
    fold: NDArray[np.int64]

    @property
    def surface(self) -> Floats:
        return self.dense[:, self.dense.shape[1] - self.n_surface :]

    def context(self, log_proba: Floats) -> Floats:
        """The second stage's inputs on the pages as they stand."""
        return context_rows(log_proba, self.topics, self.surface, self.page)

    def second_stage_inputs(
        self, log_proba: Floats, targets: Targets, whole_weight: float, random: np.random.RandomState
    ) -> tuple[Floats, Targets]:
        """Inputs and targets of the labelled sentences: on whole pages, and on pages stitched from them."""
        labelled = np.flatnonzero(targets.weight > 0)
        parts = [(self.context(log_proba)[labelled], labelled, whole_weight)]
        alone = len(np.unique(self.page)) == len(self.page)
        for longest, size in () if alone else _STITCHES:
            order, numbers = stitch(self.page[labelled], longest, size, random)
            index = labelled[order]
            inputs = context_rows(log_proba[index], self.topics[index], self.surface[index], numbers)
            parts.append((inputs, index, 1.0))
        chosen = np.concatenate([index for _, index, _ in parts])
        factor = np.concatenate([np.full(len(index), factor, np.float32) for _, index, factor in parts])
        inputs = np.concatenate([inputs for inputs, _, _ in parts])
        return inputs, Targets(targets.y[chosen], targets.weight[chosen] * factor)
