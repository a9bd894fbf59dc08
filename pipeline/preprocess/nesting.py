"""How deep the elements of a page are nested: a bomb is told before anything walks down into it."""

import re
from collections import Counter
from typing import Final

MAX_DEPTH: Final = 2_000
"""Elements inside one another; browsers flatten what is deeper than 512."""

MAX_COPIES: Final = 1_000_000
"""Copies of elements that are left open; each takes half a kilobyte in the tree of the page."""

_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>", re.IGNORECASE)
# Void elements hold nothing, and those whose end tag may be left out end with the next of their kind.
_NEVER_DEEP: Final = frozenset(
    "area base body br col colgroup dd dt embed head hr html img input li link meta optgroup option p param path "
    "source tbody td tfoot th thead tr track wbr".split()
)
# As HTML defines it: one that is left open is opened again, as a copy, in every block that follows.
_COPIED: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())


def is_too_deep(html: str, max_depth: int = MAX_DEPTH, max_copies: int = MAX_COPIES) -> bool:
    """Whether more than `max_depth` elements are open at once, or open ones copied too often, told by the tags alone.

    Elements whose end tags may be left out do not count.
    """
    tags = html.count("<")
    if tags <= max_depth and tags * tags <= 4 * max_copies:
        return False
    starts = tags - html.count("</")
    if starts <= max_depth and starts * starts <= 4 * max_copies:  # half of them open, in each of the other half
        return False
    depth = copied = copies = 0
    opened: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if not tag[1] and name not in _COPIED:
            copies += copied
        if name not in _NEVER_DEEP and (not tag[1] or opened[name]) and not tag[0].endswith("/>"):
            step = -1 if tag[1] else 1
            opened[name] += step
            depth += step
            copied += step * (name in _COPIED)
        if depth > max_depth or copies > max_copies:
            return True
    return False
