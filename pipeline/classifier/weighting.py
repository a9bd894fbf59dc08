"""Which hashed columns count, and how much each of them does."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats


@dataclass(frozen=True, slots=True)
class Weighting:
    """Which columns count and how much: tf-idf with cosine normalisation (Salton & Buckley 1988).

    Attributes:
        columns: ascending column numbers, `(n_columns,)`.
        idf: inverse document frequency of each, `(n_columns,)`.
    """

    columns: NDArray[np.int64]
    idf: Floats

    def rows(self, X: sp.csr_matrix, n_hashed: int | None = None, n_dense: int = 0) -> sp.csr_matrix:
        """Weighted rows of length one, and what stands beside them.

        Args:
            X: feature rows, `(n_sentences, n_features)`.
            n_hashed: number of first columns that are n-grams; None for all.
            n_dense: number of columns behind those that are taken as they are.

        Returns:
            `(n_sentences, n_columns + n_dense)`; an empty row stays empty.
        """
        X = X if X.has_sorted_indices else X.sorted_indices()
        n_hashed = X.shape[1] if n_hashed is None else n_hashed
        place = np.full(X.shape[1], -1, np.int32)
        place[self.columns] = np.arange(len(self.columns))
        place[n_hashed : n_hashed + n_dense] = np.arange(len(self.columns), len(self.columns) + n_dense)
        indices = place[X.indices]
        known = indices >= 0
        edges = np.concatenate(([0], np.cumsum(known)))[X.indptr]
        shape = (X.shape[0], len(self.columns) + n_dense)
        rows = sp.csr_matrix((X.data[known], indices[known], edges), shape=shape)
        factor = np.concatenate([self.idf, np.ones(n_dense, np.float32)])
        rows.data = rows.data * factor[rows.indices]
        np.divide(rows.data, _lengths(rows, len(self.columns)), out=rows.data, casting="same_kind")
        return rows


def _lengths(rows: sp.csr_matrix, n_columns: int) -> NDArray[np.float64]:
    """For every entry of the first columns their row's length, else 1; as scikit-learn's `normalize`."""
    first = rows.indices < n_columns
    squares = np.where(first, rows.data * rows.data, 0).astype(np.float64)
    lengths = np.sqrt(sp.csr_matrix((squares, rows.indices, rows.indptr), shape=rows.shape).sum(axis=1)).A1
    lengths[lengths == 0] = 1
    return np.where(first, np.repeat(lengths, np.diff(rows.indptr)), 1.0)


_SOURCES_PER_STEP: Final = 20


def fit_weighting(
    X: sp.csr_matrix, min_sentences: int, sources: NDArray[np.int64] | None = None, min_sources: int = 1
) -> Weighting:
    """Choose the columns that count; all that occur, if too few rows leave none.

    A word of one site tells the site, not the label: what is learned from it does not hold on sites never seen.

    Args:
        X: hashed rows, `(n_sentences, n_hashed)`.
        min_sentences: how many rows a column must occur in.
        sources: the site of each row, `(n_sentences,)`; None if they are not told apart.
        min_sources: how many sites a column must occur on; one less for every twenty sites that there are too few.
    """
    occurs = sp.csr_matrix((X.data != 0, X.indices, X.indptr), shape=X.shape, dtype=np.float32)
    frequency = np.bincount(X.indices[X.data != 0], minlength=X.shape[1])
    counts = frequency >= min_sentences
    if sources is not None:
        counts &= _source_frequency(occurs, sources) >= _required_sources(sources, min_sources)
    columns = np.flatnonzero(counts if counts.any() else frequency)
    idf = 1 + np.log(X.shape[0] / frequency[columns])
    return Weighting(columns, idf.astype(np.float32))


def _required_sources(sources: NDArray[np.int64], min_sources: int) -> int:
    return min(min_sources, 1 + len(np.unique(sources)) // _SOURCES_PER_STEP)


def _source_frequency(occurs: sp.csr_matrix, sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """On how many sites each column occurs, `(n_columns,)`."""
    names, code = np.unique(sources, return_inverse=True)
    ones = np.ones(len(code), np.float32)
    rows_of_source = sp.csr_matrix((ones, (code, np.arange(len(code)))), shape=(len(names), len(code)))
    per_source = rows_of_source @ occurs
    return np.bincount(per_source.indices[per_source.data != 0], minlength=occurs.shape[1])
