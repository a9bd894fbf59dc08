"""What `boundaries` decides, for one short text without line breaks, in plain Python.

Numpy's calls have a fixed cost, and a text needs more than a hundred of them, whatever its length. Here a text is a
string with a character for each of its tokens as `web_tokenizer` cuts them, whose code says the kind, and regular
expressions find the gaps. Whatever is rare (addresses, citations, line breaks) is left to numpy.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, LENGTH, NORM
from spacy.language import Language

from pipeline.preprocess.boundaries import LIST_NUMBERS
from pipeline.preprocess.boundary_weights import BoundaryWeights
from pipeline.preprocess.foreign_tokens import MARKS_OF_RULES
from pipeline.preprocess.gaps import (
    N_CLOSERS,
    N_FORMS,
    N_KINDS,
    N_SPACED_STOPS,
    NEVER_AFTER_STOP,
    NEVER_FIRST,
    NEVER_LAST,
    OPENERS,
    REGIMES,
    TEMPLATES,
    closer_codes,
    distance_steps,
    form_codes,
    stop_places,
)
from pipeline.preprocess.surroundings import (
    BEGINNERS,
    CITATION_NUMBERS,
    CITED_IN_BRACKETS,
    CLOSERS,
    SMILES,
    STOPS,
    TIGHT_CLOSERS,
    all_words,
    can_be_cited,
    mask,
    small_words,
    wordlike,
    words,
)
from pipeline.preprocess.token_kinds import code_of
from pipeline.preprocess.tokens import kind_codes

UNREADABLE: Final = "\uffff"
LONGEST: Final = 1_000
"""Tokens of the longest text that is decided here."""

_SPACED: Final = 256
"""Added to the code of a token that does not touch the one before it."""

_EDGES: Final = bytes([code_of("edge")] * 4)
_STOP: Final = code_of("stop")
_ADDRESS: Final = code_of("address")
_CHUNK: Final = re.compile(f".[^{chr(_SPACED)}-{UNREADABLE}]*", re.DOTALL)
"""Tokens that touch each other."""

_WORD, _PERIOD, _OTHER_STOP, _MARK = range(len(REGIMES))


def encoded(string: str, nlp: Language) -> str:
    """The tokens of a string, a character for each; `UNREADABLE` if it is blank or white space stands at an edge."""
    if not string.strip() or string[0].isspace() or string[-1].isspace():
        return UNREADABLE
    table = nlp.tokenizer(string).to_array([NORM, IDX, LENGTH]).astype(np.uint64)
    start, end = table[:, 1], table[:, 1] + table[:, 2]
    apart = start > np.concatenate((start[:1], end[:-1]))
    return "".join(map(chr, (kind_codes(table[:, 0]) + apart * np.uint16(_SPACED)).tolist()))


def set_apart(characters: str) -> str:
    """Tokens of which the first does not touch what is before them."""
    return chr(ord(characters[0]) | _SPACED) + characters[1:]


def _any_of(chosen: NDArray[np.bool_], *, glued: bool = True, apart: bool = True) -> str:
    """A pattern for a token of one of the kinds."""
    codes = np.flatnonzero(chosen).tolist()
    characters = [chr(code) for code in codes if glued] + [chr(code + _SPACED) for code in codes if apart]
    return f"[{''.join(map(re.escape, characters))}]"


@cache
def _rare() -> re.Pattern[str]:
    """What is not decided here."""
    number, stop = mask(CITATION_NUMBERS), _any_of(mask(STOPS))
    cited = f"(?:{_any_of(number, apart=False)}|{_any_of(number)}{_any_of(mask(BEGINNERS))})"
    in_brackets = f"{_any_of(mask('open_square'))}{_any_of(mask(CITED_IN_BRACKETS))}+{_any_of(mask('close_square'))}"
    same = (_any_of(mask(name)) + _any_of(mask(name), apart=False) for name in MARKS_OF_RULES.split())
    wide = _any_of(mask("wide_stop"))
    return re.compile("|".join([UNREADABLE, wide, in_brackets, f"{_any_of(can_be_cited())}{stop}{cited}", *same]))


@cache
def _parts_of_words() -> re.Pattern[str]:
    """What belongs to the word before it: `n't`."""
    return re.compile(f"(?<={_any_of(all_words())}){_any_of(all_words() & ~mask('clitic'), apart=False)}+")


def whole_words(text: str) -> tuple[str, Sequence[int]]:
    """Take out what belongs to the word before it; also return the places in `text` of what is left."""
    spans = [match.span() for match in _parts_of_words().finditer(text)]
    if not spans:
        return text, range(len(text))
    edges = pairwise([0, *chain.from_iterable(spans), len(text)])
    places = [place for low, high in islice(edges, 0, None, 2) for place in range(low, high)]
    return "".join(map(text.__getitem__, places)), places


def _with_address(chunk: re.Match[str]) -> str:
    """Give tokens in touch, if one is a piece of an address, that kind, from the first word to the last."""
    kinds = chunk[0].encode("utf-16-le")[::2]
    if _ADDRESS not in kinds:
        return chunk[0]
    inside = np.flatnonzero(wordlike()[list(kinds)])
    first, last = int(inside[0]), int(inside[-1])
    start = chr(ord(chunk[0][first]) & _SPACED | _ADDRESS)
    return chunk[0][:first] + start + chr(_ADDRESS) * (last - first) + chunk[0][last + 1 :]


@cache
def _gaps() -> re.Pattern[str]:
    """A run of stops, as a group, or a token before a gap that is a candidate as `gaps.candidates` has it."""
    closer = f"(?:{_any_of(mask(f'{STOPS} {CLOSERS} {SMILES}'))}|{_any_of(mask(TIGHT_CLOSERS), apart=False)})"
    first = ~mask(NEVER_FIRST)
    loud = _any_of(first & ~small_words(), glued=False)
    small = f"{_any_of(~wordlike() & ~mask(NEVER_LAST))}(?={_any_of(first & small_words(), glued=False)})"
    return re.compile(f"({_any_of(mask(STOPS))}{closer}*)|.(?={loud})|{small}", re.DOTALL)


class ShortTexts:
    """Finds where sentences begin in texts whose tokens are characters."""

    def __init__(self, weights: BoundaryWeights) -> None:
        tables = weights.weights.reshape(len(REGIMES), len(TEMPLATES), -1)
        self._tables = [[memoryview(template) for template in regime] for regime in tables]
        self._bias = weights.bias
        self._steps = distance_steps(np.arange(LONGEST + 1)).tolist()
        self._opens, self._is_word, self._is_stop = (
            chosen.tolist() for chosen in (mask(OPENERS), wordlike(), mask(STOPS))
        )
        self._place, self._closer, self._form = (codes().tolist() for codes in (stop_places, closer_codes, form_codes))
        self._after_run = re.compile(
            f"{_any_of(~mask(NEVER_AFTER_STOP), glued=False)}|{_any_of(words('capital'), apart=False)}"
        ).match
        self._first_marker = re.compile(f"{_any_of(mask(LIST_NUMBERS))}{_any_of(mask(STOPS))}").match
        self._find, self._is_rare = _gaps().finditer, _rare().search
        self._has_address = re.compile(_any_of(mask("address"))).search

    def starts(self, text: str) -> list[int] | None:
        """The tokens that begin a sentence but for the first, in a text of at most `LONGEST`; None if not for here."""
        if UNREADABLE not in text and self._has_address(text):
            text = _CHUNK.sub(_with_address, text)
        return None if self._is_rare(text) else list(self._starts(text))

    def _starts(self, text: str) -> Iterator[int]:
        kinds = _EDGES[1:] + text.encode("utf-16-le")[::2] + _EDGES
        found = [(*match.span(), match.lastindex) for match in self._find(text)]
        runs = iter([start for start, _, is_run in found if is_run])
        following, behind_run = next(runs, len(text)), 0
        for start, end, is_run in found:
            if is_run:
                following = next(runs, len(text))
                may_begin = self._may_end(text, end)
                regime, before = (_PERIOD if kinds[start + 3] == _STOP else _OTHER_STOP), start
                stop = self._stop_code(text, kinds, start, end) if may_begin else 0
            else:
                stop, before, may_begin = kinds[start + 3], end, True
                regime = _WORD if self._is_word[stop] else _MARK
            if may_begin:
                distances = self._steps[end - behind_run] * N_KINDS + self._steps[following - end + 1]
                if self._score(regime, stop, distances, kinds[before : before + 3], kinds[end + 3 : end + 7]) > 0:
                    yield end
            if is_run:
                behind_run = end

    def _may_end(self, text: str, end: int) -> bool:
        """Whether a sentence may end with the run of stops before `end`: not `2.` before all else."""
        return self._after_run(text, end) is not None and not (end == 2 and self._first_marker(text))  # noqa: PLR2004

    def _stop_code(self, text: str, kinds: bytes, start: int, end: int) -> int:
        """As `gaps` describes a run of stops."""
        place: int = self._place[kinds[start + 3]]
        if ord(text[end]) < _SPACED:
            return N_SPACED_STOPS + place
        several = end - start > 1 and self._is_stop[kinds[start + 4]]
        closer: int = self._closer[kinds[end + 2]]
        return ((place * N_CLOSERS + closer) * 2 + several) * 2 + (ord(text[start]) >= _SPACED)

    def _score(self, regime: int, stop: int, distances: int, left: bytes, right: bytes) -> int:
        """The sum of the weights in the columns of `gap_columns` for a gap with these kinds on either side."""
        third_before, second_before, before = left
        opener, first = right[0], self._opens[right[0]]
        after, second_after, third_after = right[first : first + 3]
        pairs = (
            second_before * N_KINDS + before,
            after * N_KINDS + second_after,
            stop * N_KINDS + after,
            stop * N_KINDS + before,
            opener * N_KINDS + after,
            distances,
            second_after * N_KINDS + third_after,
            third_before * N_KINDS + second_before,
            stop * N_KINDS + self._form[before] * N_FORMS + self._form[after],
        )
        return sum(map(memoryview.__getitem__, self._tables[regime], pairs), self._bias)
