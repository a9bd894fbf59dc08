"""Which lines of a plain text were one line before a program wrapped it at a fixed width."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

_WIDTHS: Final = range(40, 121)
"""Code points of the longest line of a wrapped paragraph: below are verses and menus, above whole paragraphs."""

_LEAST_WIDTH_OF_TWO_LINES: Final = 60
_LEAST_FULL_SHARE: Final = 0.7
_ENDS_MIDWAY: Final = re.compile(r"[^\s.!?:…。]\s*\Z")


def wrapped_lines(lines: Sequence[str], opens: Sequence[bool]) -> list[bool]:
    """Tell which lines go on with the sentence, or at least the paragraph, of the line before.

    A paragraph is wrapped if nearly every line of it is full, that is if the next line's first word would have made
    it longer than the longest, and if somewhere a small letter goes on where a line broke off without a stop.

    Args:
        lines: of a text, in order, with or without their ends.
        opens: whether a mark at its beginning (a list's, a heading's) says that the line opens a block.
    """
    joined = [False] * len(lines)
    for first, last in _paragraphs(lines, opens):
        full = _full_lines([line.rstrip() for line in lines[first:last]])
        for offset, is_full in enumerate(full, 1):
            joined[first + offset] = is_full
    return joined


def _paragraphs(lines: Sequence[str], opens: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Runs of two lines and more without a blank line between them or a mark inside."""
    edges = [0]
    for number, (line, opening) in enumerate(zip(lines, opens, strict=True)):
        if opening or not line.strip() or not lines[number - 1].strip():
            edges.append(number)
    edges.append(len(lines))
    yield from ((first, last) for first, last in pairwise(edges) if last - first > 1)


def _full_lines(lines: list[str]) -> list[bool]:
    """Which lines but the last are full; none of a paragraph that is not wrapped."""
    width = max(map(len, lines))
    none = [False] * (len(lines) - 1)
    if width not in _WIDTHS or (len(lines) == 2 and width < _LEAST_WIDTH_OF_TWO_LINES):  # noqa: PLR2004 - said in words
        return none
    full = [len(line) + 1 + len(after.split()[0]) > width for line, after in pairwise(lines)]
    if sum(full) < _LEAST_FULL_SHARE * len(full):
        return none
    broken = (
        is_full and _ENDS_MIDWAY.search(line) and after.lstrip()[0].islower()
        for is_full, (line, after) in zip(full, pairwise(lines), strict=True)
    )
    return full if any(broken) else none
