"""How deep the elements of a page are nested: a bomb is told before anything walks down into it."""

import re
from typing import Final

MAX_DEPTH: Final = 2_000
"""Elements inside one another; browsers flatten what is deeper than 512."""

_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>", re.IGNORECASE)
# Void elements hold nothing, and those whose end tag may be left out end with the next of their kind.
_NEVER_DEEP: Final = frozenset(
    "area base body br col colgroup dd dt embed head hr html img input li link meta optgroup option p param path "
    "rp rt source tbody td tfoot th thead tr track wbr".split()
)


def is_too_deep(html: str, max_depth: int = MAX_DEPTH) -> bool:
    """Whether more than `max_depth` elements are open at once, told by the tags alone.

    Elements whose end tags may be left out do not count.
    """
    if html.count("<") - html.count("</") <= max_depth:  # there are not that many to open
        return False
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _NEVER_DEEP or tag[0].endswith("/>"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > max_depth:
            return True
    return False
