"""Encoded sentences and words -> a table of word vectors whose means come close to the sentences' encodings.

A sentence encoder knows more of language than labelled pages can teach, but costs a thousand times what the classifier
does. The table keeps what it says of single words, bent so that the mean over a sentence comes as close as it can to
what the encoder says of the sentence (as Tokenlearn does, van Dongen & Tulkens 2024; here by ridge regression).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.word_vectors import LARGEST_STEP, WEIGHT_STEPS, WordVectors
from pipeline.preprocess.sentences import SentenceBatch

SMOOTHING: Final = 1e-3
"""Of the inverse frequencies: a word this share of all words has half the weight of a rare one."""

_LOWER: Final = 0
_BEYOND_STEPS: Final = 1e-4
"""Share of the largest values that are cut to the largest step."""

_TINY: Final = np.finfo(np.float32).tiny


@dataclass(frozen=True, slots=True)
class CountedWords:
    """Words and how often they stand in the texts; columns of length `n_words`, ordered by key."""

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        return np.asarray(self.counts / self.counts.sum())

    @property
    def weights(self) -> NDArray[np.uint8]:
        return np.rint(WEIGHT_STEPS * SMOOTHING / (SMOOTHING + self.shares)).astype(np.uint8)

    def mean_rows(self, batch: SentenceBatch) -> sp.csr_matrix:
        """`WordVectors.mean_rows` of a table with these words."""
        no_steps = np.empty((len(self.keys), 0), np.int8)
        return WordVectors(self.keys, self.weights, no_steps, np.empty(0, np.float32)).mean_rows(batch)


def fit_word_vectors(
    words: CountedWords,
    word_encodings: NDArray[np.float32],
    rows: sp.csr_matrix,
    encodings: NDArray[np.float32],
    *,
    n_components: int,
    penalty: float,
    size: float,
) -> WordVectors:
    """Find word vectors whose means are close to the sentences' encodings.

    Args:
        words: the table's words.
        word_encodings: what the encoder says of each alone, `(n_words, n_dimensions)`: where the search begins, and
            what words of few sentences stay close to.
        rows: `CountedWords.mean_rows` of the sentences.
        encodings: what the encoder says of each sentence, `(n_sentences, n_dimensions)`.
        n_components: leading principal components of the encodings that are kept.
        penalty: weight of the distance from the start, against the distance from the encodings.
        size: deviation of each component over the sentences.
    """
    basis = _leading_directions(encodings, n_components)
    targets = (encodings - encodings.mean(axis=0)) @ basis
    start = (word_encodings - words.shares.astype(np.float32) @ word_encodings) @ basis
    guessed = rows @ start
    start *= np.vdot(guessed, targets) / np.vdot(guessed, guessed)
    vectors = start + _ridge(rows, targets - rows @ start, penalty)
    return _in_steps(words, vectors * (size / (rows @ vectors).std(axis=0)))


def _leading_directions(encodings: NDArray[np.float32], n_components: int) -> NDArray[np.float32]:
    """Principal axes, `(n_dimensions, n_components)`."""
    _, vectors = np.linalg.eigh(np.cov(encodings.T))
    return np.asarray(vectors[:, ::-1][:, :n_components], np.float32)


def _ridge(rows: sp.csr_matrix, targets: NDArray[np.float32], penalty: float, steps: int = 25) -> NDArray[np.float32]:
    """Least squares with an L2 penalty, all targets at once, by conjugate gradients (Hestenes & Stiefel 1952)."""
    residual = rows.T @ targets
    solution, direction, power = np.zeros_like(residual), residual.copy(), (residual**2).sum(axis=0)
    for _ in range(steps):
        image = rows.T @ (rows @ direction) + penalty * direction
        length = power / np.maximum((direction * image).sum(axis=0), _TINY)
        solution += length * direction
        residual -= length * image
        power, before = (residual**2).sum(axis=0), power
        direction = residual + power / np.maximum(before, _TINY) * direction
    return np.asarray(solution, np.float32)


def _in_steps(words: CountedWords, vectors: NDArray[np.float32]) -> WordVectors:
    weighted = vectors * (words.weights / np.float32(WEIGHT_STEPS))[:, None]
    step = (np.quantile(np.abs(weighted), 1 - _BEYOND_STEPS, axis=0) / LARGEST_STEP).astype(np.float32)
    steps = np.clip(np.rint(weighted / step), -LARGEST_STEP, LARGEST_STEP).astype(np.int8)
    return WordVectors(words.keys, words.weights, steps, step)
