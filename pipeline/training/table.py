"""Labelled pages -> the columns the classifier is fitted on."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.features import sentence_features
from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import LABELS
from pipeline.training.corpus import LabelledPage

NO_LABEL: Final = -1
_COLUMNS: Final = ("X", "label", "page", "source", "text", "spliced", "silver")


@dataclass(frozen=True, slots=True)
class UnitTable:
    """One row a unit; the units of a page stand together, in order.

    Attributes:
        X: feature rows, `(n_units, n_features)`.
        label: index into `LABELS`, `NO_LABEL` where there is none, `(n_units,)`.
        page: page number, `(n_units,)`.
        source: the site each unit comes from, `(n_units,)`.
        text: the units' texts, `(n_units,)`.
        spliced: whether the unit stands on a spliced page, `(n_units,)`.
        silver: whether the label is one to learn from that nothing is tested on, `(n_units,)`.
        words: the word vectors in `X`.
    """

    X: sp.csr_matrix
    label: NDArray[np.int64]
    page: NDArray[np.int64]
    source: NDArray[np.object_]
    text: NDArray[np.object_]
    spliced: NDArray[np.bool_]
    silver: NDArray[np.bool_]
    words: WordVectors = NO_WORD_VECTORS

    def __len__(self) -> int:
        return len(self.label)

    def take(self, rows: NDArray[np.int64]) -> Self:
        """The units `rows`, in that order."""
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **columns)

    def with_labels(self, label: NDArray[np.int64]) -> Self:
        return replace(self, label=label)

    def without_silver(self) -> Self:
        """The same units, where those of silver labels have none: what tests look at."""
        return self.with_labels(np.where(self.silver, NO_LABEL, self.label))

    def with_pages(self, page: NDArray[np.int64]) -> Self:
        return replace(self, page=page)


def unit_table(pages: Sequence[LabelledPage], words: WordVectors = NO_WORD_VECTORS) -> UnitTable:
    """One row a unit; every other page shows its kinds of block."""
    units = [unit for page in pages for unit in page.units]
    batch = SentenceSplitter().split_lines([page.document(with_kinds=_shows_kinds(page)) for page in pages])
    return UnitTable(
        X=sentence_features(batch, words),
        label=np.array([NO_LABEL if unit.label is None else LABELS.index(unit.label) for unit in units], np.int64),
        page=batch.document.astype(np.int64),
        source=np.array([unit.source for unit in units], object),
        text=np.array([unit.text for unit in units], object),
        spliced=np.repeat([page.is_spliced for page in pages], [len(page.units) for page in pages]),
        silver=np.array([unit.is_silver for unit in units], bool),
        words=words,
    )


def _shows_kinds(page: LabelledPage) -> bool:
    """Whether a page keeps its layout: every other one does, so that the classifier can do with and without it."""
    return zlib.crc32(page.id.encode()) % 2 == 0
