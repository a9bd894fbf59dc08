"""What a sentence is about: the mean of its words' vectors, each word weighted by how rare it is.

The table is learned before the classifier, from text without labels (`training.word_table`), and says of a word that no
labelled page holds which known words it is like. Weights are smooth inverse frequencies (Arora, Liang & Ma, ICLR 2017).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.preprocess.sentences import SentenceBatch

LARGEST_STEP: Final = 127
"""Vectors are kept as whole steps between minus this and this."""

_LOWER: Final = 0
WEIGHT_STEPS: Final = 255


@dataclass(frozen=True, slots=True)
class WordVectors:
    """A table of vectors by word.

    Attributes:
        keys: spaCy's hashes of the lower-cased words, ascending, `(n_words,)`.
        weights: smooth inverse frequency of each in 255ths, `(n_words,)`.
        steps: vectors times their weights, in steps, `(n_words, n_components)`.
        step: how long a step of each component is, `(n_components,)`.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.uint8]
    steps: NDArray[np.int8]
    step: NDArray[np.float32]

    @property
    def n_components(self) -> int:
        return len(self.step)

    def sentence_vectors(self, batch: SentenceBatch) -> NDArray[np.float32]:
        """Weighted means, shrunk towards zero where there are few words, `(n_sentences, n_components)`."""
        occurrences = self._occurrences(batch)
        is_found = np.zeros(len(self.keys), bool)
        is_found[occurrences.indices] = True
        words, column = np.flatnonzero(is_found), (np.cumsum(is_found) - 1)[occurrences.indices]
        found = sp.csr_matrix((occurrences.data, column, occurrences.indptr), shape=(len(batch), len(words)))
        # Sums of whole numbers below 2^24 are exact in single precision: a sentence does not depend on its batch.
        sums = found @ self.steps[words].astype(np.float32)
        return np.asarray(sums * self.step / self._lengths(occurrences)[:, None], np.float32)

    def mean_rows(self, batch: SentenceBatch) -> sp.csr_matrix:
        """Each word's weight in each sentence, `(n_sentences, n_words)`: times unweighted vectors, their mean."""
        occurrences = self._occurrences(batch)
        weights = sp.diags_array(self.weights / np.float32(WEIGHT_STEPS))
        return sp.csr_matrix(sp.diags_array(1 / self._lengths(occurrences)) @ occurrences @ weights, dtype=np.float32)

    def word_parts(self, batch: SentenceBatch) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """What single tokens add to the vectors of their sentences.

        Returns:
            Tokens that have a vector, `(n_found,)`, and their parts, `(n_found, n_components)`; the parts of a
            sentence add up to its vector.
        """
        occurrences, (token, place) = self._occurrences(batch), self._found(batch)
        length = np.repeat(self._lengths(occurrences), np.diff(occurrences.indptr))
        return token, self.steps[place] * self.step.astype(np.float64) / length[:, None]

    def _found(self, batch: SentenceBatch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens that are in the table, and where."""
        if not len(self.keys):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # Each word once and in order: keys that ascend are found several times as fast.
        lower, word = np.unique(batch.tokens.lexical[:, _LOWER], return_inverse=True)
        place = np.minimum(np.searchsorted(self.keys, lower), len(self.keys) - 1)
        token = np.flatnonzero((self.keys[place] == lower)[word])
        return token, place[word[token]]

    def _occurrences(self, batch: SentenceBatch) -> sp.csr_matrix:
        """Which words stand in which sentence, `(n_sentences, n_words)`; a word that stands twice has two entries."""
        token, place = self._found(batch)
        edges = np.searchsorted(token, batch.token_offsets)
        return sp.csr_matrix((np.ones(len(token), np.float32), place, edges), shape=(len(batch), len(self.keys)))

    def _lengths(self, occurrences: sp.csr_matrix) -> NDArray[np.float32]:
        """Root of one more than the squared sum of weights, `(n_sentences,)`: few words speak less loudly than many."""
        sums = occurrences @ self.weights.astype(np.float32)
        return np.asarray(np.sqrt((sums / np.float32(WEIGHT_STEPS)) ** 2 + 1), np.float32)


NO_WORD_VECTORS: Final = WordVectors(
    np.empty(0, np.uint64), np.empty(0, np.uint8), np.empty((0, 0), np.int8), np.empty(0, np.float32)
)
"""A table without words, whose vectors have no components."""
