"""Scraped text made safe for a terminal."""

import re
from typing import Final

# C0 and C1 control characters, line and paragraph separators, and the marks that reverse the direction of writing.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_UNSAFE_IN_LINES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def plain_line(text: str) -> str:
    """Return text on one line, without anything that a terminal would obey."""
    return _UNSAFE.sub(" ", text).strip()


def plain_lines(text: str) -> str:
    """Return text with its tabs and line breaks, but without anything else that a terminal would obey."""
    return _UNSAFE_IN_LINES.sub("", text)
