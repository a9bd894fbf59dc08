"""The tokens of a text as columns."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import (
    IDX,
    IS_LOWER,
    IS_PUNCT,
    IS_SPACE,
    IS_TITLE,
    IS_UPPER,
    LENGTH,
    LOWER,
    NORM,
    ORTH,
    PREFIX,
    SHAPE,
    SUFFIX,
)
from spacy.tokens import Doc

from pipeline.preprocess.token_kinds import KINDS
from pipeline.preprocess.tokenizer import string_keys

ATTRIBUTES: Final = (
    LOWER,
    SHAPE,
    PREFIX,
    SUFFIX,
    ORTH,
    NORM,
    IDX,
    LENGTH,
    IS_SPACE,
    IS_PUNCT,
    IS_TITLE,
    IS_UPPER,
    IS_LOWER,
)


class KindedTokens(Protocol):
    """As much of `Tokens` as the sentence boundaries need."""

    @property
    def kind(self) -> NDArray[np.uint8]: ...
    @property
    def start(self) -> NDArray[np.int64]: ...
    @property
    def end(self) -> NDArray[np.int64]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text that are not white space, as columns of length `n_tokens`.

    Attributes:
        lexical: `(n_tokens, 4)` hashes: lower-cased form, shape, first and last four characters.
        orth: hash of the form as written.
        kind: index into `token_kinds.KINDS`.
        start: first code point in the text.
        end: one past the last code point.
        is_punct: all characters are punctuation.
        is_title: as `str.istitle`.
        is_upper: as `str.isupper`.
        is_lower: as `str.islower`.
    """

    lexical: NDArray[np.uint64]
    orth: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    is_punct: NDArray[np.bool_]
    is_title: NDArray[np.bool_]
    is_upper: NDArray[np.bool_]
    is_lower: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.orth)

    def take(self, index: NDArray[np.int64]) -> "Tokens":
        return Tokens(*(getattr(self, field.name)[index] for field in fields(self)))


def _column(table: NDArray[np.uint64], attribute: int) -> NDArray[np.uint64]:
    return np.asarray(table[:, ATTRIBUTES.index(attribute)])


def token_table(doc: Doc) -> NDArray[np.uint64]:
    """`ATTRIBUTES` of every token that is not white space, `(n_tokens, n_attributes)`.

    The doc comes from `tokenizer.web_tokenizer`: what SUFFIX, PREFIX and NORM hold is its vocabulary's affair.
    """
    table = np.asarray(doc.to_array(list(ATTRIBUTES)), np.uint64).reshape(-1, len(ATTRIBUTES))
    return np.asarray(table[_column(table, IS_SPACE) == 0])


def read_tokens(table: NDArray[np.uint64]) -> Tokens:
    start = _column(table, IDX).astype(np.int64)
    return Tokens(
        lexical=table[:, : ATTRIBUTES.index(ORTH)],
        orth=_column(table, ORTH),
        kind=kind_codes(_column(table, NORM)),
        start=start,
        end=start + _column(table, LENGTH).astype(np.int64),
        is_punct=_column(table, IS_PUNCT).astype(bool),
        is_title=_column(table, IS_TITLE).astype(bool),
        is_upper=_column(table, IS_UPPER).astype(bool),
        is_lower=_column(table, IS_LOWER).astype(bool),
    )


@cache
def _kinds_by_key() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    keys = string_keys(KINDS)
    order = np.argsort(keys)
    return keys[order], order.astype(np.uint8)


def kind_codes(names: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The places in `KINDS` of hashed names, `(n_tokens,)`."""
    keys, codes = _kinds_by_key()
    return codes[np.searchsorted(keys, names)]
