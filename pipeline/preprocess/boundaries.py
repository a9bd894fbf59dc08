"""Where sentences begin, decided for all tokens of a text at once.

A stop, with the quotes and brackets that close after it, ends a sentence unless what stands before it is an
abbreviation or an initial, or what follows does not look like a beginning. The decision reads lexeme hashes that spaCy
has cached, so its cost does not depend on the words.
"""

from dataclasses import dataclass
from typing import Final

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
    ORTH,
    PREFIX,
    SHAPE,
    SUFFIX,
)
from spacy.tokens import Doc

from pipeline.preprocess.tokenizer import string_keys

STOPS: Final = (".", "!", "?", "…", "。", "！", "？")
CLOSERS: Final = ('"', "'", "”", "’", ")", "]", "}", "»", "›")
ABBREVIATIONS: Final = tuple(
    "dr mr mrs ms prof st sr jr rev gen sen rep gov lt col sgt capt hon vs etc fig figs eq eqs ref refs no nos vol "
    "vols pp ed eds al approx ca cf e.g i.e i.v i.m b.i.d t.i.d q.d p.o a.m p.m u.s u.k u.n ph.d m.d b.sc m.sc inc "
    "ltd co corp dept univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd "
    "min max mg ml kg hr hrs sec tab tabl suppl incl excl resp spp sp var subsp".split()
)
ALWAYS_JOINED: Final = tuple("dr mr mrs ms prof vs fig figs eq eqs cf e.g i.e al approx ca spp rev gen sen gov".split())
"""Abbreviations that the sentence goes on after, even before a capital."""

CONTINUATIONS: Final = (",", ";", ":", ")", "]", "-", "–", "—", "%")
WIDE_STOPS: Final = ("。", "！", "？")
INITIAL_SHAPES: Final = ("X", "X.X", "X.X.X")
LIST_MARKER_SHAPES: Final = ("d", "dd", "x", "X")

_CLOSERS_IN_A_ROW: Final = 3
ATTRIBUTES: Final = (
    LOWER,
    SHAPE,
    PREFIX,
    SUFFIX,
    ORTH,
    IDX,
    LENGTH,
    IS_SPACE,
    IS_PUNCT,
    IS_TITLE,
    IS_UPPER,
    IS_LOWER,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text that are not white space, as columns of length `n_tokens`.

    Attributes:
        lexical: `(n_tokens, 4)` hashes: lower-cased form, shape, first and last four characters.
        orth: hash of the form as written.
        start: first code point in the text.
        end: one past the last code point.
        is_punct: all characters are punctuation.
        is_title: as `str.istitle`.
        is_upper: as `str.isupper`.
        is_lower: as `str.islower`.
    """

    lexical: NDArray[np.uint64]
    orth: NDArray[np.uint64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    is_punct: NDArray[np.bool_]
    is_title: NDArray[np.bool_]
    is_upper: NDArray[np.bool_]
    is_lower: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.orth)


def _column(table: NDArray[np.uint64], attribute: int) -> NDArray[np.uint64]:
    return np.asarray(table[:, ATTRIBUTES.index(attribute)])


def token_table(doc: Doc) -> NDArray[np.uint64]:
    """`ATTRIBUTES` of every token that is not white space, `(n_tokens, n_attributes)`."""
    table = np.asarray(doc.to_array(list(ATTRIBUTES)), np.uint64).reshape(-1, len(ATTRIBUTES))
    return np.asarray(table[_column(table, IS_SPACE) == 0])


def read_tokens(table: NDArray[np.uint64]) -> Tokens:
    start = _column(table, IDX).astype(np.int64)
    return Tokens(
        lexical=table[:, : ATTRIBUTES.index(ORTH)],
        orth=_column(table, ORTH),
        start=start,
        end=start + _column(table, LENGTH).astype(np.int64),
        is_punct=_column(table, IS_PUNCT).astype(bool),
        is_title=_column(table, IS_TITLE).astype(bool),
        is_upper=_column(table, IS_UPPER).astype(bool),
        is_lower=_column(table, IS_LOWER).astype(bool),
    )


def sentence_starts(tokens: Tokens, breaks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens begin a sentence.

    Args:
        tokens: the tokens of one text.
        breaks: ascending code points at which a block of the layout begins; a sentence never crosses one.

    Returns:
        A mask of shape `(n_tokens,)`; its first element is true.
    """
    starts = block_starts(tokens, breaks)
    run = _stop_runs(tokens)
    last = np.flatnonzero(run[:-1] & ~run[1:])
    opens = run & (starts | ~_previous(run))  # a run of stops stays in its block
    first = np.maximum.accumulate(np.where(opens, np.arange(len(tokens)), 0))[last]
    starts[last[_ends_sentence(tokens, starts, first, last)] + 1] = True
    return starts


def block_starts(tokens: Tokens, breaks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens are the first of their block, with the arguments and the shape of `sentence_starts`."""
    block = np.searchsorted(breaks, tokens.start, side="right")
    starts = np.empty(len(tokens), dtype=bool)
    starts[:1] = True
    starts[1:] = block[1:] != block[:-1]
    return starts


def _previous(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate(([False], mask[:-1]))[: len(mask)]


def _stop_runs(tokens: Tokens) -> NDArray[np.bool_]:
    """Which tokens are stops, or quotes and brackets that close right behind one."""
    closers = np.isin(tokens.orth, string_keys(CLOSERS))
    closers[1:] &= tokens.start[1:] == tokens.end[:-1]
    run = np.isin(tokens.orth, string_keys(STOPS))
    for _ in range(_CLOSERS_IN_A_ROW):
        run = run | (closers & _previous(run))
    return run


def _ends_sentence(
    tokens: Tokens, starts: NDArray[np.bool_], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Decide for each run of stops `tokens[first:last + 1]` whether a sentence ends with it."""
    following, word = last + 1, np.maximum(first - 1, 0)
    (period_key,) = string_keys((".",))
    period = tokens.orth[first] == period_key
    continues = np.isin(tokens.orth[following], string_keys(CONTINUATIONS))
    lower = tokens.is_lower[following] & (period | (tokens.orth[last] != tokens.orth[first]))
    spaced = tokens.start[following] > tokens.end[last]
    glued = tokens.is_title[following] & period | np.isin(tokens.orth[first], string_keys(WIDE_STOPS))
    ends = ~continues & ~lower & (spaced | glued) & ~(period & _abbreviates(tokens, starts, word, following))
    ends &= ~starts[first]  # stops that open a block have no sentence to end
    return np.asarray(ends)


def _abbreviates(
    tokens: Tokens, starts: NDArray[np.bool_], word: NDArray[np.int64], following: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a period after `word` shortens it (or numbers a list) rather than ending a sentence."""
    lower, shape = tokens.lexical[word, 0], tokens.lexical[word, 1]
    capital = tokens.is_title[following] | tokens.is_upper[following]
    shortened = np.isin(lower, string_keys(ABBREVIATIONS)) & ~capital
    joined = np.isin(lower, string_keys(ALWAYS_JOINED))
    initial = np.isin(shape, string_keys(INITIAL_SHAPES)) & ~np.isin(tokens.orth[word], string_keys(("I",)))
    list_marker = starts[word] & np.isin(shape, string_keys(LIST_MARKER_SHAPES))
    return shortened | joined | initial | list_marker
