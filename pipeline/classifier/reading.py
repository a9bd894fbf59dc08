"""Sentences to probabilities, where the first stage reads every distinct sentence once.

What a sentence's own words say of it depends on its words, its length and the kind of its block, and on nothing else:
menus and footers, which a site repeats on every page, cost one look into a dictionary. Their neighbours, which the
second stage reads, are others on every page. The numbers are those of `FittedStages.predict_proba`, to the bit.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats, context_rows
from pipeline.classifier.features import N_HASHED, N_SURFACE, channel_ngrams, surface_columns
from pipeline.classifier.stages import FittedStages
from pipeline.classifier.word_vectors import WordVectors
from pipeline.preprocess.growing import GrowingArray, Numbers
from pipeline.preprocess.sentences import SentenceBatch

MAX_BYTES: Final = 64_000_000
"""What sentences that were read before may take in memory, up to one batch more."""

_BYTES_PER_KEY: Final = 150
"""Of the dictionary, beside the key's own characters."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What sentences say alone, columns of length `n_sentences`.

    Attributes:
        log_proba: of the first stage, `(n_sentences, n_classes)`.
        topics: `(n_sentences, n_topics)`.
        surface: `features.surface_columns`.
        added: what they add to the passages that they stand in, `PassageReader.added`.
    """

    log_proba: Floats
    topics: Floats
    surface: Floats
    added: Floats


class SentenceReader:
    """Reads sentences with a fitted classifier.

    Args:
        stages: the classifier.
        words: the word vectors that it was trained with.
        max_bytes: what is known of sentences is forgotten beyond this size. The result does not depend on it.
    """

    def __init__(self, stages: FittedStages, words: WordVectors, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._stages = stages
        self._words = words
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._numbers = Numbers[bytes]()
        self._key_bytes = 0
        self._known: list[GrowingArray[np.float32]] = []

    def predict_proba(self, batch: SentenceBatch) -> Floats:
        """Probabilities, `(n_sentences, n_classes)`, in the order of the classifier's `classes_`.

        Raises:
            ValueError: the classifier was trained with other features.
        """
        readings = self.read(batch)
        page = batch.document.astype(np.int64)
        context = context_rows(readings.log_proba, readings.topics, readings.surface, page)
        return self._stages.second_.predict_proba(context, readings.added, page)

    def read(self, batch: SentenceBatch) -> Readings:
        """What each sentence says alone.

        Raises:
            ValueError: the classifier was trained with other features.
        """
        self._stages.check_width(N_HASHED + self._words.n_components + N_SURFACE)
        if self.n_bytes > self.max_bytes or not self._is_whole():
            self.forget()
        keys = _keys(batch)
        number, new = self._numbers.of(keys)
        if new:
            self._add(batch.take(np.unique(number, return_index=True)[1][-len(new) :]))
            self._key_bytes += sum(map(len, new))
        return Readings(*(known.values[number] for known in self._known))

    @property
    def n_bytes(self) -> int:
        """About what it remembers takes in memory."""
        return self._key_bytes + _BYTES_PER_KEY * len(self._numbers) + sum(known.n_bytes for known in self._known)

    @cached_property
    def _place(self) -> NDArray[np.int32]:
        """Of every hashed column, its place among those that the model knows, or -1."""
        columns = self._stages.weighting_.columns
        place = np.full(N_HASHED, -1, np.int32)
        place[columns] = np.arange(len(columns), dtype=np.int32)
        return place

    def _is_whole(self) -> bool:
        """Whether no exception, such as that of a time limit, has broken off `read` half-way."""
        return all(len(known) == len(self._numbers) for known in self._known) and bool(self._known or not self._numbers)

    def _add(self, batch: SentenceBatch) -> None:
        vectors, surface = self._words.sentence_vectors(batch), surface_columns(batch)
        rows, stages = self._rows(batch, vectors), self._stages
        dense = np.hstack([vectors, surface])
        log_proba = stages.first_.log_proba(rows, dense)
        columns = log_proba, rows @ stages.projection_, surface, stages.second_.passage.added(dense)
        if not self._known:
            self._known = [GrowingArray(np.empty((0, column.shape[1]), np.float32)) for column in columns]
        for known, column in zip(self._known, columns, strict=True):
            known.extend(column)

    def _rows(self, batch: SentenceBatch, vectors: Floats) -> sp.csr_matrix:
        """The rows that `Weighting.rows` makes of `features.sentence_features`, without those between."""
        weighting = self._stages.weighting_
        row, column, count = self._known_ngrams(batch)
        data = (np.float32(1) + np.log(count.astype(np.float32))) * weighting.idf[column]
        length = np.sqrt(np.bincount(row, (data * data).astype(np.float64), len(batch)))
        length[length == 0] = 1
        np.divide(data, length[row], out=data, casting="same_kind")
        return _beside(row, column, data, vectors, len(weighting.columns))

    def _known_ngrams(self, batch: SentenceBatch) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Sentence, place among the model's columns, and number of the n-grams that it knows, in that order."""
        bits = len(self._stages.weighting_.columns).bit_length()
        entries = []
        for ngrams in channel_ngrams(batch):
            place = self._place[ngrams.columns]
            known = np.flatnonzero(place >= 0)
            entries.append((ngrams.row[known].astype(np.int64) << bits) | place[known])
        entry = np.concatenate(entries)
        entry.sort()
        first = np.flatnonzero(np.diff(entry, prepend=-1))
        count = np.diff(first, append=len(entry))
        return entry[first] >> bits, entry[first] & ((1 << bits) - 1), count


def _keys(batch: SentenceBatch) -> list[bytes]:
    """All that a reading depends on: kind and length of each sentence, and the hashes of its words."""
    heads = (batch.kind.astype(np.uint64) << np.uint64(32)) | (batch.end - batch.start).astype(np.uint64)
    numbers = np.insert(batch.tokens.orth, batch.token_offsets[:-1], heads)
    edges = ((batch.token_offsets + np.arange(len(batch) + 1)) * numbers.itemsize).tolist()
    data = numbers.tobytes()
    return [data[start:end] for start, end in pairwise(edges)]


def _beside(
    row: NDArray[np.int64], column: NDArray[np.int64], data: Floats, dense: Floats, n_columns: int
) -> sp.csr_matrix:
    """Entries, ordered by row and column, and behind those of each row all of a dense one."""
    n_rows, n_dense = dense.shape
    place = np.arange(len(row)) + row * n_dense
    is_dense = np.ones(len(row) + dense.size, bool)
    is_dense[place] = False
    values, indices = np.empty(len(is_dense), np.float32), np.empty(len(is_dense), np.int32)
    values[place], indices[place] = data, column
    values[is_dense] = dense.ravel()
    indices[is_dense] = np.tile(np.arange(n_columns, n_columns + n_dense, dtype=np.int32), n_rows)
    edges = np.searchsorted(row, np.arange(n_rows + 1)) + np.arange(n_rows + 1) * n_dense
    return sp.csr_matrix((values, indices, edges), shape=(n_rows, n_columns + n_dense))
