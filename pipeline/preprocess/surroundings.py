"""What is known of all tokens of a text before any sentence is: blocks, runs of stops, citations, addresses."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.preprocess.token_kinds import KINDS, WORD_CLASSES, code_of, codes_of
from pipeline.preprocess.tokens import KindedTokens

STOPS: Final = "stop ellipsis exclamation question wide_stop"
CLOSERS: Final = "close_bracket close_square close_quote close_guillemet"
"""They close what is open, whatever stands around them; `TIGHT_CLOSERS` do where no space stands before them."""

TIGHT_CLOSERS: Final = "straight_quote close_single_quote straight_single_quote"
SMILES: Final = "emoji emoticon"
NUMBERS: Final = "digit small_number number year decimal ordinal_number number_with_letters roman_number superscript"

CITATION_NUMBERS: Final = "digit small_number number superscript"
CITED_IN_BRACKETS: Final = f"{CITATION_NUMBERS} decimal comma dash hyphen semicolon stop ellipsis"
_LONGEST_CITATION: Final = 20
BEGINNERS: Final = (
    "Pronoun Demonstrative Article Possessive Quantifier Interrogative Subordinator Adverb Preposition Auxiliary I"
)
_UNCITED: Final = "reference joining ending month letter dotted time unit saint"
"""Classes of words whose period is followed by a number that counts something: `Fig.2`, `Sept. 4`."""


@cache
def mask(names: str) -> NDArray[np.bool_]:
    """Which kinds have one of the names, given apart by spaces, `(n_kinds,)`."""
    chosen = np.zeros(len(KINDS), bool)
    chosen[codes_of(names.split())] = True
    return chosen


@cache
def words(case: str) -> NDArray[np.bool_]:
    """Which kinds are words written `lower`, `capital` (the first letter) or `upper`, `(n_kinds,)`."""
    write = {"lower": str.lower, "capital": str.capitalize, "upper": str.upper}[case]
    return mask(" ".join(write(name) for name in WORD_CLASSES))


@cache
def small_words() -> NDArray[np.bool_]:
    """Which kinds are words without a capital, `(n_kinds,)`; an initial is of one kind, small or not."""
    return words("lower") & ~words("upper")


@cache
def all_words() -> NDArray[np.bool_]:
    """Which kinds are words, however written, `(n_kinds,)`."""
    return words("lower") | words("capital") | words("upper")


@cache
def wordlike() -> NDArray[np.bool_]:
    """Which kinds are words, numbers or addresses rather than marks, `(n_kinds,)`."""
    return all_words() | mask(f"{NUMBERS} address slash")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The tokens of a text with what is known of all of them, columns of length `n_tokens`.

    Attributes:
        kind: index into `KINDS`; all parts of an address, and all of a citation number, are of one kind.
        glued: whether no white space stands before the token, in its block.
        block: first token of the block.
        block_end: one past the last token of the block.
        in_run: whether the token is a stop or closes right behind one.
        run: first token of the last run of stops that began here or before, -1 if none did.
    """

    kind: NDArray[np.uint8]
    glued: NDArray[np.bool_]
    block: NDArray[np.int64]
    block_end: NDArray[np.int64]
    in_run: NDArray[np.bool_]
    run: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    def block_at(self, token: int) -> "Surroundings":
        """The block of a token alone, as if it were a text."""
        low, high = self.block[token], self.block_end[token]
        part = slice(low, high)
        return Surroundings(
            kind=self.kind[part],
            glued=self.glued[part],
            block=self.block[part] - low,
            block_end=self.block_end[part] - low,
            in_run=self.in_run[part],
            run=np.maximum(self.run[part] - low, -1),
        )


def surroundings(tokens: KindedTokens, starts: NDArray[np.bool_]) -> Surroundings:
    """Read the tokens of a text whose blocks begin at the tokens in the mask `starts`, `(n_tokens,)`."""
    glued = ~starts
    glued[1:] &= tokens.start[1:] == tokens.end[:-1]
    kind = _with_addresses(tokens.kind, glued)
    kind = _with_citations_behind_stops(_with_citations_in_brackets(kind), glued, starts)
    first = np.flatnonzero(starts)
    sizes = np.diff(np.append(first, len(tokens)))
    in_run = _runs(kind, glued, starts)
    opens = in_run & (starts | ~np.concatenate(([False], in_run))[: len(tokens)])
    return Surroundings(kind, glued, np.repeat(first, sizes), np.repeat(first + sizes, sizes), in_run, latest(opens))


def latest(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For every place the last one up to it that is chosen, -1 before the first."""
    return np.maximum.accumulate(np.where(chosen, np.arange(len(chosen)), -1))


def _with_addresses(kind: NDArray[np.uint8], glued: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Give what is glued to a piece of a URL or e-mail address, from its first to its last word, that kind."""
    pieces = np.flatnonzero(kind == code_of("address"))
    if not len(pieces):
        return kind
    chunk = np.cumsum(~glued)
    reach = np.zeros((2, len(kind) + 1), np.int64)
    inside = np.isin(chunk, chunk[pieces])
    found = np.flatnonzero(inside & wordlike()[kind])
    reach[0, chunk[found[::-1]]] = found[::-1]
    reach[1, chunk[found]] = found
    places = np.arange(len(kind))
    within = inside & (reach[0, chunk] <= places) & (places <= reach[1, chunk])
    return np.where(within, np.uint8(code_of("address")), kind)


def _with_citations_in_brackets(kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give every token of `[12]`, `[1,2]`, `[3-5]` and `[…]` the kind of a citation."""
    opening, closing = np.flatnonzero(kind == code_of("open_square")), np.flatnonzero(kind == code_of("close_square"))
    if not len(opening) or not len(closing):
        return kind
    partner = closing[np.minimum(np.searchsorted(closing, opening), len(closing) - 1)]
    strange = np.cumsum(~mask(CITED_IN_BRACKETS)[kind])
    whole = (partner > opening + 1) & (partner < opening + _LONGEST_CITATION)
    whole &= strange[partner - 1] == strange[opening]
    depth = np.zeros(len(kind) + 1, np.int64)
    depth[opening[whole]] += 1
    depth[partner[whole] + 1] -= 1
    return np.where(np.cumsum(depth[:-1]) > 0, np.uint8(code_of("cited")), kind)


def _with_citations_behind_stops(
    kind: NDArray[np.uint8], glued: NDArray[np.bool_], starts: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Give numbers behind a stop that belong to what it ends, `basis.1,2 The` and `rights. 4 Even`, that kind."""
    places = np.flatnonzero(mask(CITATION_NUMBERS)[kind] & ~starts)
    places = places[mask(STOPS)[kind[places - 1]] & (places > 1)]
    places = places[can_be_cited()[kind[places - 2]]]
    following = kind[np.minimum(places + 1, len(kind) - 1)]
    places = places[glued[places] | mask(BEGINNERS)[following]]
    marked = kind.copy()
    while len(places):  # as often as the longest citation has numbers
        marked[places] = code_of("cited")
        places = places[places + 1 < len(kind)] + 1
        places = places[glued[places] & mask(f"{CITATION_NUMBERS} comma dash hyphen")[kind[places]]]
    return marked


@cache
def can_be_cited() -> NDArray[np.bool_]:
    """Which kinds of token, before a stop, a citation number may follow, `(n_kinds,)`."""
    names = _UNCITED.split()
    counted = " ".join([*names, *map(str.capitalize, names), *map(str.upper, names)])
    return (wordlike() & ~mask(f"{counted} {NUMBERS}")) | mask(f"{CLOSERS} {TIGHT_CLOSERS}")


def _runs(kind: NDArray[np.uint8], glued: NDArray[np.bool_], starts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which tokens are stops, or quotes, brackets, citations and smiles right behind one in its block."""
    stops = mask(STOPS)[kind]
    together = stops | mask(f"{CLOSERS} {SMILES} cited")[kind] | (mask(TIGHT_CLOSERS)[kind] & glued)
    places = np.arange(len(kind))
    interrupted = np.where(together, np.where(starts, places - 1, -1), places)
    return np.asarray(together & (latest(stops) > np.maximum.accumulate(interrupted)))
