"""The gaps between tokens at which a sentence may begin, and what stands around them, as columns of a linear model.

A gap has the index of the token before it. Each template pairs two facts about a gap, each a number below `N_KINDS`;
the pair is a column, another one for every template and regime. A linear model over the columns is an additive model
with pairwise interactions (GA2M; Lou et al., KDD 2013).
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.preprocess.surroundings import (
    NUMBERS,
    SMILES,
    STOPS,
    Surroundings,
    latest,
    mask,
    small_words,
    wordlike,
    words,
)
from pipeline.preprocess.token_kinds import KINDS, code_of

N_KINDS: Final = len(KINDS)
REGIMES: Final = ("word", "period", "stop", "mark")
"""What stands before a gap: a word or number, a run of stops that a period opens, another run, another mark."""

TEMPLATES: Final = (
    "second_before+before",
    "after+second_after",
    "stop+after",
    "stop+before",
    "opener+after",
    "distances",
    "second_after+third_after",
    "third_before+second_before",
    "stop+forms",
)
N_COLUMNS: Final = len(REGIMES) * len(TEMPLATES) * N_KINDS**2

OPENERS: Final = (
    "open_bracket open_square open_quote open_single_quote open_guillemet straight_quote straight_single_quote "
    "bullet asterisk hyphen dash rule emoji emoticon"
)
NEVER_FIRST: Final = f"comma semicolon colon percent close_bracket close_square close_quote {STOPS}"
NEVER_AFTER_STOP: Final = "comma semicolon percent"
NEVER_LAST: Final = "comma hyphen slash ampersand operator currency at percent open_bracket open_square open_quote"
_ABBREVIATED: Final = (
    "honorific saint reference joining ending place time latin_dose unit month day dotted extension"
).split()
N_FORMS: Final = 11
N_CLOSERS: Final = 5
N_SPACED_STOPS: Final = len(STOPS.split()) * N_CLOSERS * 2 * 2
_DISTANCES: Final = np.array([1, 2, 3, 4, 6, 8, 12, 18, 26, 40, 60])


def candidates(around: Surroundings) -> NDArray[np.int64]:
    """The gaps at which a sentence may begin inside a block, ascending.

    A gap without white space is one only behind a stop and before a capital, or behind a wide stop. Otherwise every
    gap behind a stop is one, and every other unless both sides are as they are amid a sentence: a gap before a small
    letter is one only behind a mark.
    """
    before, after = around.kind[:-1], around.kind[1:]
    ends_run = around.in_run[:-1] & ~around.in_run[1:]
    loud = ~small_words()[after] | ~(wordlike() | mask(NEVER_LAST))[before]
    loud &= ~mask(NEVER_FIRST)[after] & ~around.in_run[:-1]
    wide = around.kind[around.run[:-1]] == code_of("wide_stop")
    tight = ends_run & (words("capital")[after] | wide)
    inner = around.block[1:] == around.block[:-1]
    inner &= ~mask(NEVER_AFTER_STOP)[after]
    return np.flatnonzero(inner & np.where(around.glued[1:], tight, ends_run | loud))


def gap_columns(around: Surroundings, gaps: NDArray[np.int64]) -> NDArray[np.int32]:
    """The column of every template at every gap, each below `N_COLUMNS`, shape `(n_gaps, n_templates)`."""
    in_run = around.in_run[gaps]
    last = np.where(in_run, around.run[gaps] - 1, gaps)
    third_before, second_before, before = (_kinds(around, gaps, last - step) for step in (2, 1, 0))
    opener = _kinds(around, gaps, gaps + 1)
    first = gaps + 1 + mask(OPENERS)[opener]
    after, second_after, third_after = (_kinds(around, gaps, first + step) for step in (0, 1, 2))
    stop = np.where(in_run, _stop_codes(around, gaps), before)
    forms = form_codes()[before] * N_FORMS + form_codes()[after]
    pairs = (
        (second_before, before),
        (after, second_after),
        (stop, after),
        (stop, before),
        (opener, after),
        _distances(around, gaps),
        (second_after, third_after),
        (third_before, second_before),
        (stop, forms),
    )
    return _columns(_regimes(around, gaps, before), pairs)


def _columns(
    regime: NDArray[np.int32], pairs: tuple[tuple[NDArray[np.int32], NDArray[np.int32]], ...]
) -> NDArray[np.int32]:
    columns = np.empty((len(regime), len(pairs)), np.int32)
    for template, (left, right) in enumerate(pairs):
        columns[:, template] = ((regime * len(pairs) + template) * N_KINDS + left) * N_KINDS + right
    return columns


def _kinds(around: Surroundings, gaps: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int32]:
    """The kinds at `places`, one for each gap, `edge` where a place is outside the gap's block."""
    inside = (places >= around.block[gaps]) & (places < around.block_end[gaps])
    return np.where(inside, around.kind[np.where(inside, places, 0)], code_of("edge")).astype(np.int32)


def _regimes(around: Surroundings, gaps: NDArray[np.int64], before: NDArray[np.int32]) -> NDArray[np.int32]:
    period = around.kind[around.run[gaps]] == code_of("stop")
    return np.where(around.in_run[gaps], np.where(period, 1, 2), np.where(wordlike()[before], 0, 3)).astype(np.int32)


def _stop_codes(around: Surroundings, gaps: NDArray[np.int64]) -> NDArray[np.int32]:
    """What the run of stops before a gap looks like: its first stop, its last token, its length, the spaces around."""
    start, end = around.run[gaps], around.kind[gaps]
    stop = stop_places()[around.kind[start]]
    several = (gaps > start) & mask(STOPS)[around.kind[np.minimum(start + 1, len(around) - 1)]]
    spaced = ((stop * N_CLOSERS + closer_codes()[end]) * 2 + several) * 2 + ~around.glued[start]
    tight = around.glued[np.minimum(gaps + 1, len(around) - 1)]
    return np.where(tight, N_SPACED_STOPS + stop, spaced).astype(np.int32)


@cache
def stop_places() -> NDArray[np.int32]:
    """The place of every kind of stop among them, `(n_kinds,)`."""
    return np.where(mask(STOPS), np.cumsum(mask(STOPS)) - 1, 0).astype(np.int32)


@cache
def closer_codes() -> NDArray[np.int32]:
    """How a run of stops ends that has a token of a kind at its end, below `N_CLOSERS`, `(n_kinds,)`."""
    names = (STOPS, "close_bracket close_square", "cited", SMILES)
    return np.select([mask(name) for name in names], list(range(len(names))), len(names)).astype(np.int32)


@cache
def form_codes() -> NDArray[np.int32]:
    """A coarse kind for every kind, below `N_FORMS`: how it is written, and whether it may be an abbreviation."""
    forms = np.zeros(N_KINDS, np.int32)
    for form, case in enumerate(("lower", "capital", "upper"), 1):
        forms[words(case)] = form
    forms[mask(" ".join(_ABBREVIATED))] = 4
    forms[mask(" ".join(write(name) for name in _ABBREVIATED for write in (str.capitalize, str.upper)))] = 5
    for form, names in enumerate(("letter Letter LETTER", NUMBERS, OPENERS, "address", "edge"), 6):
        forms[mask(names)] = form
    return forms


def _distances(around: Surroundings, gaps: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Tokens since the last run of stops or the block's start, and to the next run or the block's end, in steps."""
    n_tokens, places = len(around), np.arange(len(around))
    ends = around.in_run & ~np.concatenate((around.in_run[1:], [False]))[:n_tokens]
    own = np.where(around.in_run[gaps], around.run[gaps], gaps)
    since = gaps - np.maximum(latest(ends)[np.maximum(own - 1, 0)], around.block[gaps] - 1)
    opens = np.where(around.in_run & (around.run == places), places, n_tokens)
    following = np.minimum.accumulate(opens[::-1])[::-1]
    until = np.minimum(following[np.minimum(gaps + 1, n_tokens - 1)], around.block_end[gaps]) - gaps
    return distance_steps(since), distance_steps(until)


def distance_steps(distances: NDArray[np.int64]) -> NDArray[np.int32]:
    """The step of each distance, in tokens."""
    return np.searchsorted(_DISTANCES, distances).astype(np.int32)
