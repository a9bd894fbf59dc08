"""Hashed rows -> a few dense numbers: what a sentence is about, to tell whether its neighbours are of the same text.

Two sentences of one text share words with the same third ones more often than sentences of two texts do. The directions
in which neighbouring sentences agree most are the leading eigenvectors of the neighbours' cross-covariance (orthonormal
partial least squares of a sentence on its neighbours; Wegelin 2000), found by subspace iteration with random starts
(Halko, Martinsson & Tropp, SIAM Review 2011).
"""

from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

NEIGHBOUR_DISTANCES: Final = (1, 2, 3)
_LARGEST_STEP: Final = 127
_CONSTANT: Final = 1e-5


def in_steps(directions: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Directions as whole steps, `(n_columns, n_components)`, and how long a step of each row is, `(n_columns, 1)`."""
    step = np.abs(directions).max(axis=1, keepdims=True, initial=0).astype(np.float32) / np.float32(_LARGEST_STEP)
    steps = np.divide(directions, step, out=np.zeros_like(directions), where=step > 0)
    return np.rint(steps).astype(np.int8), step


def rounded_to_steps(directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """What `in_steps` can hold of directions: the model is saved so, and must not change by it."""
    steps, step = in_steps(directions)
    return steps * step


def neighbour_mean_operator(page: NDArray[np.int64]) -> sp.csr_matrix:
    """Row-stochastic `(n_sentences, n_sentences)` matrix that averages the neighbours on the same page."""
    from sklearn.preprocessing import normalize  # noqa: PLC0415 - only fitting waits for scikit-learn

    rows, columns = [], []
    for distance in NEIGHBOUR_DISTANCES:
        left = np.flatnonzero(page[distance:] == page[:-distance])
        rows += [left, left + distance]
        columns += [left + distance, left]
    row, column = np.concatenate(rows), np.concatenate(columns)
    ones = np.ones(len(row), np.float32)
    # A sentence alone on its page has no neighbours: its row stays empty.
    return normalize(sp.csr_matrix((ones, (row, column)), shape=(len(page), len(page))), norm="l1")


def fit_projection(
    rows: sp.csr_matrix,
    page: NDArray[np.int64],
    n_components: int,
    *,
    random_state: np.random.RandomState,
    n_iterations: int = 4,
    n_oversamples: int = 16,
) -> NDArray[np.float32]:
    """Find the directions in which neighbouring sentences agree.

    Args:
        rows: normalised feature rows, `(n_sentences, n_columns)`.
        page: page number of each sentence, `(n_sentences,)`; equal numbers stand together.
        n_components: number of directions, at most `n_columns`.
        random_state: start of the subspace iteration.
        n_iterations: multiplications by the cross-covariance.
        n_oversamples: further directions that are iterated and thrown away.

    Returns:
        Directions scaled so that every component has unit variance over `rows`, `(n_columns, n_components)`.
    """
    neighbours, transposed = neighbour_mean_operator(page), rows.T.tocsr()
    mean = np.asarray(rows.mean(axis=0), np.float32).ravel()

    def covary(directions: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = rows @ directions
        scores = neighbours @ (scores - scores.mean(axis=0))
        scores -= scores.mean(axis=0)
        return np.asarray(transposed @ scores - np.outer(mean, scores.sum(axis=0)), np.float32)

    width = min(n_components + n_oversamples, rows.shape[1])
    basis = random_state.standard_normal((rows.shape[1], width)).astype(np.float32)
    for _ in range(n_iterations):
        basis, _ = np.linalg.qr(covary(basis))
    return _leading(rows, basis, covary(basis), n_components)


def _leading(
    rows: sp.csr_matrix, basis: NDArray[np.float32], image: NDArray[np.float32], n_components: int
) -> NDArray[np.float32]:
    """The leading eigenvectors within `basis`, scaled to unit variance over `rows`."""
    small = basis.T @ image
    values, vectors = np.linalg.eigh((small + small.T) / 2)
    directions = basis @ vectors[:, np.argsort(-values)[:n_components]]
    deviation = (rows @ directions).std(axis=0)
    constant = deviation < _CONSTANT
    return np.asarray(np.where(constant, 0, directions / np.where(constant, 1, deviation)), np.float32)
