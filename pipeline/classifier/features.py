"""Sentences as sparse rows: hashed n-grams of the token attributes that spaCy has already computed.

Every lexeme carries the 64-bit hashes of its lower-cased form, shape, first and last four characters. A unigram is such
a number, a bigram a mix of two neighbours'; salted by channel they are folded into `N_HASHED` columns (feature hashing,
Weinberger et al., ICML 2009). There is no loop over tokens and no vocabulary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.preprocess.boundaries import Tokens
from pipeline.preprocess.sentences import SentenceBatch
from pipeline.preprocess.tokenizer import string_keys
from pipeline.schema import BLOCK_KINDS, BlockKind

N_HASHED: Final = 2**20

_LOWER, _SHAPE, _PREFIX, _SUFFIX = range(4)
_UNIGRAMS: Final = {"word": _LOWER, "shape": _SHAPE, "prefix": _PREFIX, "suffix": _SUFFIX}
_BIGRAMS: Final = {"word_bigram": _LOWER, "shape_bigram": _SHAPE}
_EDGES: Final = {"first_word": 0, "last_word": -1}
CHANNELS: Final = (*_UNIGRAMS, *_BIGRAMS, *_EDGES)
BIGRAM_CHANNELS: Final = frozenset(_BIGRAMS)
ATTRIBUTE_OF_CHANNEL: Final = {**_UNIGRAMS, **_BIGRAMS, **dict.fromkeys(_EDGES, _LOWER)}
"""Which column of `Tokens.lexical` a channel reads."""

# Odd constants of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
_GOLDEN: Final = 0x9E3779B97F4A7C15
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)


def mix(keys: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    """SplitMix64's finalizer over `keys`, another permutation for every salt."""
    mixed = keys + np.uint64(_GOLDEN * (salt + 1) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def pair_keys(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One key for an ordered pair of hashes."""
    return np.asarray(mix(left, 0) + right)


def column_of(channel: str, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """The hashed columns of a channel's keys."""
    return (mix(keys, CHANNELS.index(channel) + 1) & np.uint64(N_HASHED - 1)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class ChannelNgrams:
    """Every n-gram occurrence of one channel in a batch of sentences.

    Attributes:
        channel: one of `CHANNELS`.
        row: the sentence, `(n_occurrences,)`.
        token: the n-gram's first token in the batch, `(n_occurrences,)`.
        keys: what is hashed, `(n_occurrences,)`.
    """

    channel: str
    row: NDArray[np.int32]
    token: NDArray[np.int64]
    keys: NDArray[np.uint64]

    @property
    def columns(self) -> NDArray[np.int32]:
        return column_of(self.channel, self.keys)


def channel_ngrams(batch: SentenceBatch) -> Iterator[ChannelNgrams]:
    """Yield the n-grams of a batch, channel by channel in the order of `CHANNELS`."""
    lexical, offsets = batch.tokens.lexical, batch.token_offsets
    row = np.repeat(np.arange(len(batch), dtype=np.int32), np.diff(offsets))
    every, first = np.arange(len(row)), np.flatnonzero(row[1:] == row[:-1])
    for channel, attribute in _UNIGRAMS.items():
        yield ChannelNgrams(channel, row, every, lexical[:, attribute])
    for channel, attribute in _BIGRAMS.items():
        keys = pair_keys(lexical[first, attribute], lexical[first + 1, attribute])
        yield ChannelNgrams(channel, row[first], first, keys)
    for channel, edge in _EDGES.items():
        token = offsets[:-1] if edge == 0 else offsets[1:] - 1
        yield ChannelNgrams(channel, np.arange(len(batch), dtype=np.int32), token, lexical[token, _LOWER])


def ngrams(batch: SentenceBatch) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Row (sentence) and hashed column of every n-gram occurrence of the batch, two arrays of equal length."""
    channels = list(channel_ngrams(batch))
    return np.concatenate([one.row for one in channels]), np.concatenate([one.columns for one in channels])


def hashed_rows(batch: SentenceBatch) -> sp.csr_matrix:
    """Sublinear term frequencies (1 + ln tf), float32, shape `(n_sentences, N_HASHED)`."""
    rows, columns = ngrams(batch)
    counts = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(batch), N_HASHED))
    counts.sum_duplicates()  # SciPy before 1.14 leaves that to the caller
    counts.data = np.float32(1) + np.log(counts.data)
    return counts


_TOLD_APART: Final = tuple(kind for kind in BLOCK_KINDS if kind != BlockKind.PARAGRAPH)
"""Kinds of block with a column each; a paragraph, which is also every line of plain text, has none."""

SURFACE_NAMES: Final = (
    "log_tokens",
    "log_characters",
    "title_share",
    "upper_share",
    "punctuation_share",
    "digit_share",
    "ends_with_stop",
    "ends_with_colon",
    "begins_lower",
    "begins_with_digit",
    "begins_with_mark",
    "has_question",
    "has_quote",
    "has_bracket",
    "has_year",
    "has_bar",
    *(f"is_{kind}" for kind in _TOLD_APART),
)


N_SURFACE: Final = len(SURFACE_NAMES)


def _any_of(tokens: Tokens, marks: str) -> NDArray[np.bool_]:
    return np.isin(tokens.orth, string_keys(tuple(marks)))


def surface_columns(batch: SentenceBatch) -> NDArray[np.float32]:
    """What a sentence looks like before one reads it: `SURFACE_NAMES`, float32, shape `(n_sentences, N_SURFACE)`."""
    tokens, offsets = batch.tokens, batch.token_offsets
    if not len(batch):
        return np.empty((0, len(SURFACE_NAMES)), np.float32)
    first, last = offsets[:-1], offsets[1:] - 1
    counts = np.diff(offsets).astype(np.float32)

    def share(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        return np.asarray(np.add.reduceat(mask.astype(np.float32), first) / counts, np.float32)

    def occurs(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(np.logical_or.reduceat(mask, first))

    shape = tokens.lexical[:, _SHAPE]
    digits = np.isin(shape, string_keys(("d", "dd", "ddd", "dddd", "d.d", "d,ddd", "dd.d")))
    columns = (
        np.log1p(counts),
        np.log1p((batch.end - batch.start).astype(np.float32)),
        share(tokens.is_title),
        share(tokens.is_upper),
        share(tokens.is_punct),
        share(digits),
        _any_of(tokens, '.!?”"…')[last],
        _any_of(tokens, ":")[last],
        tokens.is_lower[first],
        digits[first],
        tokens.is_punct[first],
        occurs(_any_of(tokens, "?")),
        occurs(_any_of(tokens, '“"«')),
        occurs(_any_of(tokens, "([")),
        occurs(np.isin(shape, string_keys(("dddd",)))),
        occurs(_any_of(tokens, "|»›>")),
        *(batch.kind == BLOCK_KINDS.index(kind) for kind in _TOLD_APART),
    )
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def sentence_features(batch: SentenceBatch, words: WordVectors = NO_WORD_VECTORS) -> sp.csr_matrix:
    """Hashed rows, word vectors and surface columns side by side.

    Returns:
        `(n_sentences, N_HASHED + words.n_components + N_SURFACE)`.
    """
    dense = np.hstack([words.sentence_vectors(batch), surface_columns(batch)])
    return sp.hstack([hashed_rows(batch), sp.csr_matrix(dense)], format="csr")
