"""The tokens of any spaCy pipeline, read as `web_tokenizer` would have cut them, without cutting the text again.

Each distinct token is cut once: a pipeline that takes "etc." as one token has a word and a stop here. Words that it has
cut in two ("do", "n't") are whole again, of the first part's kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, IDX, IS_SPACE, LENGTH, NORM, ORTH
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import UsageError
from pipeline.preprocess.surroundings import all_words, mask
from pipeline.preprocess.token_kinds import code_of
from pipeline.preprocess.tokenizer import blank_pipeline
from pipeline.preprocess.tokens import kind_codes

MARKS_OF_RULES: Final = "asterisk operator hyphen dash hash rule"
_SHORTEST_RULE: Final = 3
"""Marks in a row that are a line."""


@dataclass(frozen=True, slots=True)
class ForeignTokens:
    """The tokens of several docs, as if their texts stood in a row, columns of length `n_tokens`.

    Attributes:
        number: in the table of distinct tokens.
        start: first code point in the row of texts.
        edges: doc i owns tokens `edges[i]:edges[i + 1]`, `(n_docs + 1,)`.
        shifts: doc i begins at this code point, `(n_docs,)`.
    """

    number: NDArray[np.int32]
    start: NDArray[np.int64]
    edges: NDArray[np.int64]
    shifts: NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class DistinctTokens:
    """What is known of every distinct token, columns of length `n_distinct`.

    Attributes:
        length: code points.
        is_lower: as `str.islower`.
        breaks_line: white space with a line break.
        first: the pieces of token i are `first[i]:first[i] + count[i]` of `pieces`; white space has none.
        count: of pieces.
        pieces: their places count from the token's start.
    """

    length: NDArray[np.int64]
    is_lower: NDArray[np.bool_]
    breaks_line: NDArray[np.bool_]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    pieces: TokenPieces

    def of(self, tokens: ForeignTokens) -> TokenPieces:
        """The pieces of all tokens."""
        count = self.count[tokens.number]
        before = np.cumsum(count) - count
        piece = np.arange(count.sum()) - np.repeat(before - self.first[tokens.number], count)
        start = np.repeat(tokens.start, count)
        return _whole_words(
            TokenPieces(self.pieces.kind[piece], start + self.pieces.start[piece], start + self.pieces.end[piece])
        )


class TokenTable:
    """Knows every distinct token that it has seen."""

    def __init__(self) -> None:
        self._nlp = blank_pipeline()
        self._number: dict[int, int] = {}
        self.distinct = _cut([], self._nlp)

    def __len__(self) -> int:
        return len(self._number)

    def read(self, docs: Sequence[Doc]) -> ForeignTokens:
        """The tokens of docs, those that are new learned.

        Raises:
            UsageError: a Doc has been parsed, which settles its sentences.
        """
        arrays = [doc.to_array([ORTH, IDX, DEP]) for doc in docs]
        edges = np.cumsum([0, *map(len, arrays)])
        table = np.concatenate([np.empty((0, 3), np.uint64), *arrays])
        if table[:, 2].any():
            raise UsageError('the Doc is parsed, its sentences are settled; add web_sentences with before="parser"')
        number, start = self._numbers(table[:, 0].tolist(), docs), table[:, 1].astype(np.int64)
        filled = np.flatnonzero(np.diff(edges))
        last = edges[filled + 1] - 1
        extent = np.zeros(len(docs), np.int64)  # of each doc's text, and one code point more
        extent[filled] = start[last] + self.distinct.length[number[last]] + 1
        shifts = np.cumsum(extent) - extent
        return ForeignTokens(number, start + np.repeat(shifts, np.diff(edges)), edges, shifts)

    def _numbers(self, keys: list[int], docs: Sequence[Doc]) -> NDArray[np.int32]:
        try:
            return np.fromiter(map(self._number.__getitem__, keys), np.int32, len(keys))
        except KeyError:
            unseen = [key for key in dict.fromkeys(keys) if key not in self._number]
            self._number.update(zip(unseen, range(len(self), len(self) + len(unseen)), strict=True))
            self.distinct = _joined(self.distinct, _cut([token_string(key, docs) for key in unseen], self._nlp))
            return self._numbers(keys, docs)


def _cut(strings: list[str], nlp: Language) -> DistinctTokens:
    table = nlp.tokenizer("\n".join(strings)).to_array([NORM, IDX, LENGTH, IS_SPACE]).reshape(-1, 4)
    table = table[table[:, 3] == 0]
    lengths = np.array([len(string) for string in strings], np.int64)
    begins = np.cumsum(lengths + 1) - lengths - 1
    start = table[:, 1].astype(np.int64)
    owner = np.searchsorted(begins, start, side="right") - 1
    start -= begins[owner]
    count = np.bincount(owner, minlength=len(strings))
    return DistinctTokens(
        length=lengths,
        is_lower=np.array([string.islower() for string in strings], bool),
        breaks_line=np.array([string.isspace() and len(f"{string}.".splitlines()) > 1 for string in strings], bool),
        first=np.cumsum(count) - count,
        count=count,
        pieces=TokenPieces(kind_codes(table[:, 0]), start, start + table[:, 2].astype(np.int64)),
    )


def _joined(one: DistinctTokens, other: DistinctTokens) -> DistinctTokens:
    return DistinctTokens(
        length=np.concatenate((one.length, other.length)),
        is_lower=np.concatenate((one.is_lower, other.is_lower)),
        breaks_line=np.concatenate((one.breaks_line, other.breaks_line)),
        first=np.concatenate((one.first, other.first + len(one.pieces))),
        count=np.concatenate((one.count, other.count)),
        pieces=TokenPieces(
            np.concatenate((one.pieces.kind, other.pieces.kind)),
            np.concatenate((one.pieces.start, other.pieces.start)),
            np.concatenate((one.pieces.end, other.pieces.end)),
        ),
    )


def _whole_words(pieces: TokenPieces) -> TokenPieces:
    """Join words between which nothing stands, and lines of one mark."""
    word = all_words()[pieces.kind]
    mark = mask(MARKS_OF_RULES)[pieces.kind]
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
