"""Runs of characters without white space, each cut into tokens once: most of what a crawl says it has said before.

A tokenizer never looks across white space, so the tokens of a text are those of its chunks, one after the other. A
chunk that was seen before costs one look into a dictionary; those that are new are cut in one go.
"""

import sys
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.tokenizer import Tokenizer

from pipeline.preprocess.growing import GrowingArray, Numbers
from pipeline.preprocess.lexemes import LexemeTable
from pipeline.preprocess.tokenizer import ORDINARY_TOKEN, is_ordinary
from pipeline.preprocess.tokens import Tokens

_BYTES_PER_CHUNK: Final = 150
"""Of the dictionary and the columns, beside the string."""

_BYTES_PER_LEXEME: Final = 600
"""Of the dictionary, the columns, the strings, and what spaCy keeps."""

_LAST_SPACE: Final = 0x3000
_IS_SPACE: Final = np.array([chr(code).isspace() for code in range(_LAST_SPACE + 2)])


class ChunkTable:
    """The tokens of every distinct chunk so far.

    Args:
        tokenizer: cuts chunks that are new and not ordinary; from `tokenizer.web_tokenizer`.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._lexemes = LexemeTable()
        self._numbers = Numbers[str]()
        self._n_string_bytes = 0
        # Chunk i owns the pieces `first[i]:first[i] + count[i]`, each a form at a place that counts from the chunk's.
        self._first = GrowingArray(np.empty(0, np.int64))
        self._count = GrowingArray(np.empty(0, np.int64))
        self._form = GrowingArray(np.empty(0, np.int32))
        self._place = GrowingArray(np.empty(0, np.int32))

    @property
    def n_lexemes(self) -> int:
        """Distinct tokens so far."""
        return len(self._lexemes)

    @property
    def n_bytes(self) -> int:
        """About what it takes in memory."""
        return self._n_string_bytes + _BYTES_PER_CHUNK * len(self._numbers) + _BYTES_PER_LEXEME * len(self._lexemes)

    @property
    def is_whole(self) -> bool:
        """Whether no exception, such as that of a time limit, has broken off `read` half-way."""
        return len(self._numbers) == len(self._count) and self._lexemes.is_whole

    def read(self, text: str) -> Tokens:
        """The tokens of a text."""
        number, new = self._numbers.of(text.split())
        if new:
            self._add(new)
        count = self._count.values[number]
        before = np.cumsum(count) - count
        piece = np.arange(count.sum()) + np.repeat(self._first.values[number] - before, count)
        start = np.repeat(_chunk_starts(text), count) + self._place.values[piece]
        return self._lexemes.tokens(self._form.values[piece], start)

    def _add(self, chunks: Sequence[str]) -> None:
        order, forms = self._cut(chunks)
        # Chunks in that order, one right behind the other, are their tokens, one right behind the other.
        edges = np.cumsum([0, *(len(chunks[index]) for index in order[:-1].tolist())])
        ends = np.cumsum([len(form) for form in forms])
        form = self._lexemes.numbers(forms)
        begin = ends - self._lexemes.lengths[form]
        owner = np.searchsorted(edges, begin, side="right") - 1
        count = np.bincount(owner)
        first = len(self._form) + np.cumsum(count) - count
        back = np.argsort(order)
        self._form.extend(form.astype(np.int32))
        self._place.extend((begin - edges[owner]).astype(np.int32))
        self._n_string_bytes += sum(map(sys.getsizeof, chunks))
        self._first.extend(first[back])
        self._count.extend(count[back])  # last: from now on the chunks are known

    def _cut(self, chunks: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
        """The order in which chunks are taken, and the tokens of all in that order."""
        by_rule = np.array([is_ordinary(chunk) for chunk in chunks])
        ordinary, others = np.flatnonzero(by_rule), np.flatnonzero(~by_rule)
        doc = self._tokenizer(" ".join([chunks[index] for index in others.tolist()]))
        forms = ORDINARY_TOKEN.findall(" ".join([chunks[index] for index in ordinary.tolist()]))
        return np.concatenate((ordinary, others)), [*forms, *(token.text for token in doc)]


def _chunk_starts(text: str) -> NDArray[np.int64]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    space = _IS_SPACE[np.minimum(codes, _LAST_SPACE + 1)]
    starts = ~space
    starts[1:] &= space[:-1]
    return np.flatnonzero(starts)
