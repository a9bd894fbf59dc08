"""What the second stage learns from: pages as they stand, and pages stitched from them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats, context_rows
from pipeline.classifier.passage_fit import OutOfFoldPassages
from pipeline.classifier.splicing import stitch
from pipeline.classifier.targets import Targets

_STITCHES: Final = ((3, 9), (5, 15), (1, 1))
"""Longest run and page size of the stitched training pages that are made from the whole ones, one pass each; the last
leaves every sentence alone, as a row of a table may be."""


@dataclass(frozen=True, slots=True)
class OutOfFoldReadings:
    """What is said of sentences by readers that have seen nothing of their sources.

    Attributes:
        log_proba: by the first stage, `(n_sentences, n_classes)`.
        passages: who reads the words around, on any pages that are made of the sentences; None if nobody does.
    """

    log_proba: Floats
    passages: OutOfFoldPassages | None = None


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

    def context(self, said: OutOfFoldReadings) -> Floats:
        """The second stage's inputs on the pages as they stand."""
        return self.context_on(np.arange(len(self.page)), self.page, said)

    def context_on(self, index: NDArray[np.int64], numbers: NDArray[np.int64], said: OutOfFoldReadings) -> Floats:
        """The second stage's inputs of the sentences `index` on pages with these `numbers`, equally long."""
        passage = None
        if said.passages is not None:
            passage = said.passages.log_proba(self.dense[index], self.fold[index], numbers)
        return context_rows(said.log_proba[index], self.topics[index], self.surface[index], numbers, passage)

    def second_stage_inputs(
        self, said: OutOfFoldReadings, targets: Targets, whole_weight: float, random: np.random.RandomState
    ) -> tuple[Floats, Targets]:
        """Inputs and targets of the labelled sentences: on whole pages, and on pages stitched from them."""
        labelled = np.flatnonzero(targets.weight > 0)
        parts = [(self.context(said)[labelled], labelled, whole_weight)]
        alone = len(np.unique(self.page)) == len(self.page)
        for longest, size in () if alone else _STITCHES:
            order, numbers = stitch(self.page[labelled], longest, size, random)
            index = labelled[order]
            parts.append((self.context_on(index, numbers, said), index, 1.0))
        chosen = np.concatenate([index for _, index, _ in parts])
        factor = np.concatenate([np.full(len(index), factor, np.float32) for _, index, factor in parts])
        inputs = np.concatenate([inputs for inputs, _, _ in parts])
        return inputs, Targets(targets.y[chosen], targets.weight[chosen] * factor)
