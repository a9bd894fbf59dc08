"""What every reader yields: a page, or the reason why there is none."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from pipeline.errors import InputError

MAX_PAGE_BYTES: Final = 20_000_000
"""Default limit for one page, in bytes of markup or text."""


@dataclass(frozen=True, slots=True)
class Page:
    """One web page or text, decoded and otherwise untouched.

    Attributes:
        id: the row's own id, else `SOURCE` for a file that is one page, else `SOURCE#N`, where N is
            the page's number in its file, from 1, unreadable pages counted.
        url: where the page was published; empty when unknown.
        source: the file or URL it was read from; `-` for standard input.
        content: markup or text as Unicode without lone surrogates.
        is_html: whether `content` is markup.
    """

    id: str
    url: str
    source: str
    content: str
    is_html: bool


PageOrError: TypeAlias = Page | InputError


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which no file can be written with, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
