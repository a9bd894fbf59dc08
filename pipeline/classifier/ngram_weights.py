"""What each n-gram and each word's vector adds to the logit of a sentence's label."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.attribution import OwnWords
from pipeline.classifier.features import CHANNELS, ChannelNgrams, channel_ngrams
from pipeline.classifier.weighting import Weighting
from pipeline.classifier.word_vectors import WordVectors
from pipeline.preprocess.sentences import SentenceBatch

VECTOR: Final = len(CHANNELS)
"""In place of a channel: a word by its vector."""


@dataclass(frozen=True, slots=True)
class Ngrams:
    """The n-grams of sentences, equal ones of a sentence as one; columns of length `n_ngrams`, ordered by sentence.

    Attributes:
        row: the sentence.
        channel: index into `features.CHANNELS`, or `VECTOR`.
        token: first token of the first occurrence.
        column: the hashed column, -1 for a vector.
        count: occurrences in the sentence.
    """

    row: NDArray[np.int32]
    channel: NDArray[np.int8]
    token: NDArray[np.int64]
    column: NDArray[np.int32]
    count: NDArray[np.int64]

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Ngrams":
        return Ngrams(self.row[index], self.channel[index], self.token[index], self.column[index], self.count[index])


def distinct_ngrams(sentences: SentenceBatch) -> Ngrams:
    """All n-grams; those of a sentence come channel by channel, in an order that does not depend on the batch."""
    parts = [_distinct(number, one) for number, one in enumerate(channel_ngrams(sentences))]
    ngrams = Ngrams(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return ngrams.take(np.argsort(ngrams.row, kind="stable"))


def weigh_ngrams(ngrams: Ngrams, weighting: Weighting, words: OwnWords) -> tuple[Ngrams, NDArray[np.float64]]:
    """Part what the first stage's columns add between the n-grams that were folded into them.

    Returns:
        The n-grams whose columns the model reads, and what each adds, `(n_ngrams,)`; the sums over sentences are
        `words.total()`.
    """
    known = ngrams.take(np.isin(ngrams.column, weighting.columns))
    place = np.searchsorted(weighting.columns, known.column)
    entry = known.row.astype(np.int64) * len(weighting.columns) + place
    _, folded = np.unique(entry, return_inverse=True)
    share = known.count / np.bincount(folded, known.count)[folded]
    return known, words.of_entries(known.row, place) * share


def weigh_vectors(
    sentences: SentenceBatch, vectors: WordVectors, words: OwnWords
) -> tuple[Ngrams, NDArray[np.float64]]:
    """The words that have a vector, equal ones of a sentence as one, and what their vectors add, `(n_words,)`."""
    token, parts = vectors.word_parts(sentences)
    row = np.searchsorted(sentences.token_offsets, token, side="right") - 1
    added = words.of_vectors(row, parts)
    word = np.stack([row, np.unique(sentences.tokens.lexical[token, 0], return_inverse=True)[1]], axis=1)
    _, first, which, count = np.unique(word, axis=0, return_index=True, return_inverse=True, return_counts=True)
    channel, column = np.full(len(first), VECTOR, np.int8), np.full(len(first), -1, np.int32)
    distinct = Ngrams(row[first].astype(np.int32), channel, token[first], column, count)
    return distinct, np.asarray(np.bincount(which.ravel(), added, len(first)), np.float64)


def by_sentence(*weighed: tuple[Ngrams, NDArray[np.float64]]) -> tuple[Ngrams, NDArray[np.float64]]:
    """Several lists of n-grams and their weights as one, ordered by sentence."""
    parts = [[getattr(ngrams, field.name) for field in fields(Ngrams)] for ngrams, _ in weighed]
    together = Ngrams(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    order = np.argsort(together.row, kind="stable")
    return together.take(order), np.concatenate([weights for _, weights in weighed])[order]


def _distinct(number: int, ngrams: ChannelNgrams) -> tuple[NDArray[np.integer], ...]:
    """The columns of `Ngrams`, for one channel."""
    order = np.lexsort((ngrams.token, ngrams.keys, ngrams.row))
    row, keys = ngrams.row[order], ngrams.keys[order]
    is_first = np.ones(len(order), bool)
    is_first[1:] = (row[1:] != row[:-1]) | (keys[1:] != keys[:-1])
    first = np.flatnonzero(is_first)
    chosen, counts = order[first], np.diff(first, append=len(order))
    return (
        ngrams.row[chosen],
        np.full(len(first), number, np.int8),
        ngrams.token[chosen],
        ngrams.columns[chosen],
        counts,
    )
