"""The tokens of any spaCy pipeline, read as `web_tokenizer` would have cut them, without cutting the text again.

Each distinct token is cut once: a pipeline that takes "etc." as one token has a word and a stop here. Words that it has
cut in two ("do", "n't") are whole again, of the first part's kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, IS_LOWER, IS_SPACE, LENGTH, NORM, ORTH
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.preprocess.surroundings import mask, words
from pipeline.preprocess.token_kinds import code_of
from pipeline.preprocess.tokens import kind_codes

_SHORTEST_RULE: Final = 3
"""Marks in a row that are a line."""


@dataclass(frozen=True, slots=True)
class ForeignTokens:
    """The tokens of several docs, as if their texts stood in a row, columns of length `n_tokens`.

    Attributes:
        orth: hash of the form as written.
        start: first code point in the row of texts.
        is_space: all characters are white space.
        is_lower: as `str.islower`.
        edges: doc i owns tokens `edges[i]:edges[i + 1]`, `(n_docs + 1,)`.
        shifts: doc i begins at this code point, `(n_docs,)`.
    """

    orth: NDArray[np.uint64]
    start: NDArray[np.int64]
    is_space: NDArray[np.bool_]
    is_lower: NDArray[np.bool_]
    edges: NDArray[np.int64]
    shifts: NDArray[np.int64]


def foreign_tokens(docs: Sequence[Doc]) -> ForeignTokens:
    tables = [doc.to_array([ORTH, IDX, LENGTH, IS_SPACE, IS_LOWER]).reshape(-1, 5) for doc in docs]
    edges = np.cumsum([0, *map(len, tables)])
    table = np.concatenate([np.empty((0, 5), np.uint64), *tables])
    start, length = table[:, 1].astype(np.int64), table[:, 2].astype(np.int64)
    filled = np.flatnonzero(np.diff(edges))
    extent = np.zeros(len(docs), np.int64)  # of each doc's text, and one code point more
    extent[filled] = (start + length)[edges[filled + 1] - 1] + 1
    shifts = np.cumsum(extent) - extent
    return ForeignTokens(
        orth=table[:, 0],
        start=start + np.repeat(shifts, np.diff(edges)),
        is_space=table[:, 3].astype(bool),
        is_lower=table[:, 4].astype(bool),
        edges=edges,
        shifts=shifts,
    )


@dataclass(frozen=True, slots=True)
class TokenPieces:
    """Columns of length `n_pieces`.

    Attributes:
        kind: index into `token_kinds.KINDS`.
        start: first code point in the text.
        end: one past the last code point.
    """

    kind: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


_NO_PIECES: Final = TokenPieces(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(slots=True)
class PieceTable:
    """The pieces of every distinct token seen so far; `keys` are the tokens' hashes, ascending.

    The pieces of token i are `first[i]:first[i] + count[i]` of `pieces`, whose places count from the token's start.
    """

    keys: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    first: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    count: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    pieces: TokenPieces = _NO_PIECES

    def read(self, tokens: ForeignTokens, docs: Sequence[Doc], nlp: Language) -> TokenPieces:
        """The pieces of all tokens that are not white space; `nlp` cuts those that are new."""
        solid = ~tokens.is_space
        keys = tokens.orth[solid]
        token = self._places(keys, docs, nlp)
        count = self.count[token]
        before = np.cumsum(count) - count
        piece = np.arange(count.sum()) - np.repeat(before - self.first[token], count)
        start = np.repeat(tokens.start[solid], count)
        return _whole_words(
            TokenPieces(self.pieces.kind[piece], start + self.pieces.start[piece], start + self.pieces.end[piece])
        )

    def _places(self, keys: NDArray[np.uint64], docs: Sequence[Doc], nlp: Language) -> NDArray[np.int64]:
        found = np.searchsorted(self.keys, keys)
        known = np.append(self.keys, np.uint64(0))[found] == keys
        if known.all():
            return found
        unseen = np.unique(keys[~known])
        self._add(unseen, [token_string(key, docs) for key in unseen.tolist()], nlp)
        return np.searchsorted(self.keys, keys)

    def _add(self, keys: NDArray[np.uint64], strings: list[str], nlp: Language) -> None:
        table = nlp.tokenizer("\n".join(strings)).to_array([NORM, IDX, LENGTH, IS_SPACE])
        table = table[table[:, 3] == 0]
        edges = np.cumsum([0, *(len(string) + 1 for string in strings)])
        start = table[:, 1].astype(np.int64)
        owner = np.searchsorted(edges, start, side="right") - 1
        start -= edges[owner]
        count = np.bincount(owner, minlength=len(strings))
        order = np.argsort(np.concatenate((self.keys, keys)))
        first = len(self.pieces) + np.cumsum(count) - count
        self.pieces = TokenPieces(
            np.concatenate((self.pieces.kind, kind_codes(table[:, 0]))),
            np.concatenate((self.pieces.start, start)),
            np.concatenate((self.pieces.end, start + table[:, 2].astype(np.int64))),
        )
        self.keys = np.concatenate((self.keys, keys))[order]
        self.first = np.concatenate((self.first, first))[order]
        self.count = np.concatenate((self.count, count))[order]


def _whole_words(pieces: TokenPieces) -> TokenPieces:
    """Join words between which nothing stands, and lines of one mark."""
    word = (words("lower") | words("capital") | words("upper"))[pieces.kind]
    mark = mask("asterisk operator hyphen dash hash rule")[pieces.kind]
    same = mark[1:] & (pieces.kind[1:] == pieces.kind[:-1])
    joins = (word[1:] & word[:-1] & ~mask("clitic")[pieces.kind[1:]]) | same
    opens = np.ones(len(pieces), bool)
    opens[1:] = ~(joins & (pieces.start[1:] == pieces.end[:-1]))
    first = np.flatnonzero(opens)
    last = np.append(first, len(pieces))[1:] - 1
    rule = mark[first] & (last >= first + _SHORTEST_RULE - 1)
    kind = np.where(rule, np.uint8(code_of("rule")), pieces.kind[first])
    return TokenPieces(kind, pieces.start[first], pieces.end[last])


def token_string(key: int, docs: Sequence[Doc]) -> str:
    """A token's string: docs of one batch may have vocabularies of their own."""
    vocabularies = {id(doc.vocab): doc.vocab for doc in docs}.values()
    return next(vocabulary.strings[key] for vocabulary in vocabularies if key in vocabulary.strings)  # type: ignore[operator]  # spaCy types only strings
