"""Counts over all sentences of a run, whether they are shown or not."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from numpy.typing import NDArray

from pipeline.audit.report.sentence_files import label_index
from pipeline.schema import LABELS

N_BINS: Final = 15
LOWEST_SCORE: Final = 1 / len(LABELS)
"""The score is the highest of four probabilities, so it cannot be lower."""


class SentenceTotals:
    """Counts that grow batch by batch.

    Attributes:
        sentences: `(n_labels, N_BINS, 2)`, by label, score and whether the model abstains.
        characters: `(n_labels, 2)`, code points by label and whether the model abstains.
    """

    def __init__(self) -> None:
        self.sentences: NDArray[np.int64] = np.zeros((len(LABELS), N_BINS, 2), np.int64)
        self.characters: NDArray[np.int64] = np.zeros((len(LABELS), 2), np.int64)

    def counting(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Hand rows on as they come, and count them."""
        for batch in batches:
            self.add(batch)
            yield batch

    def add(self, batch: pa.RecordBatch) -> None:
        """Count rows that have at least `start`, `end`, `label`, `score` and `uncertain`."""
        label = label_index(batch["label"])
        uncertain = batch["uncertain"].to_numpy(zero_copy_only=False).astype(np.int64)
        length = np.asarray(batch["end"], np.int64) - np.asarray(batch["start"], np.int64)
        np.add.at(self.sentences, (label, score_bin(np.asarray(batch["score"])), uncertain), 1)
        np.add.at(self.characters, (label, uncertain), length)


def score_bin(score: NDArray[np.float32]) -> NDArray[np.int64]:
    """Number the `N_BINS` equal steps from `LOWEST_SCORE` to 1 that scores fall into; 1 itself is in the last."""
    step = (1 - LOWEST_SCORE) / N_BINS
    # Scores are stored in single precision: without the tolerance 0.3 would fall below its own edge.
    place = np.floor((score.astype(np.float64) - LOWEST_SCORE) / step + 1e-6)
    return np.clip(place, 0, N_BINS - 1).astype(np.int64)
