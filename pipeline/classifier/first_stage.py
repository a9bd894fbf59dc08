"""The first stage: what a sentence's own words say. Hashed rows -> log-probabilities, by logistic regression."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats
from pipeline.classifier.softmax import log_softmax

ABSENT_LOGIT: Final = -20.0
"""Of a class that no training row has: a probability near zero."""


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


def fit_weighting(X: sp.csr_matrix, min_sentences: int) -> Weighting:
    """Keep the columns that occur in at least `min_sentences` rows; all that occur, if that leaves none."""
    frequency = np.bincount(X.indices[X.data != 0], minlength=X.shape[1])
    columns = np.flatnonzero(frequency >= min_sentences)
    if not len(columns):
        columns = np.flatnonzero(frequency)
    idf = 1 + np.log(X.shape[0] / frequency[columns])
    return Weighting(columns, idf.astype(np.float32))


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Log-linear probabilities: `coef` is `(n_columns, n_classes)`, `intercept` `(n_classes,)`."""

    coef: Floats
    intercept: Floats

    def log_proba(self, rows: sp.csr_matrix) -> Floats:
        return np.asarray(log_softmax(rows @ self.coef + self.intercept), np.float32)


def fit_logistic(
    rows: sp.csr_matrix,
    y: NDArray[np.int64],
    sample_weight: Floats,
    n_classes: int,
    *,
    C: float,
    max_iter: int,
) -> LinearModel:
    """Multinomial logistic regression on the rows of positive weight.

    The solver is stopped after `max_iter` steps; on text that regularises a little and is no failure. A class that
    is absent from `y` gets a probability near zero.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only fitting waits for scikit-learn

    used = np.flatnonzero(sample_weight > 0)
    regression = LogisticRegression(C=C, max_iter=max_iter)
    regression.fit(rows[used], y[used], sample_weight[used])
    coef, intercept = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        coef, intercept = np.vstack([-coef / 2, coef / 2]), np.concatenate([-intercept / 2, intercept / 2])
    model = LinearModel(np.zeros((rows.shape[1], n_classes), np.float32), np.full(n_classes, ABSENT_LOGIT, np.float32))
    model.coef[:, regression.classes_] = coef.T
    model.intercept[regression.classes_] = intercept
    return model


def source_folds(sources: NDArray[np.int64], n_folds: int, random_state: np.random.RandomState) -> NDArray[np.int64]:
    """A fold number for every row, `(n_sentences,)`; all rows of a source are in one fold."""
    _, code = np.unique(sources, return_inverse=True)
    fold_of_source = random_state.permutation(code.max() + 1) % n_folds
    return np.asarray(fold_of_source[code])


def out_of_fold_log_proba(
    rows: sp.csr_matrix,
    y: NDArray[np.int64],
    sample_weight: Floats,
    folds: NDArray[np.int64],
    n_classes: int,
    *,
    C: float,
    max_iter: int,
    n_jobs: int | None,
) -> Floats:
    """For every row what a model says that has seen nothing of its source, `(n_sentences, n_classes)`."""
    from joblib import Parallel, delayed  # noqa: PLC0415 - only fitting waits for joblib

    def predict(fold: int) -> Floats:
        inside = folds == fold
        weight = np.where(inside, np.float32(0), sample_weight)
        if len(np.unique(y[weight > 0])) < 2:  # noqa: PLR2004 - nothing to tell apart
            return np.full((inside.sum(), n_classes), -np.log(n_classes), np.float32)
        model = fit_logistic(rows, y, weight, n_classes, C=C, max_iter=max_iter)
        return model.log_proba(rows[inside])

    numbers = np.unique(folds)
    log_proba = np.empty((rows.shape[0], n_classes), np.float32)
    for fold, part in zip(numbers, Parallel(n_jobs, prefer="threads")(map(delayed(predict), numbers)), strict=True):
        log_proba[folds == fold] = part
    return log_proba
