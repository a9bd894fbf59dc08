"""What extraction yields: a page's text and its blocks."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline.schema import BlockKind

MAX_LEVEL: Final = 100
"""Deepest list nesting that is told apart; levels travel as 8-bit integers."""


class Block(NamedTuple):  # a dataclass takes more than twice as long to make, and a page has hundreds
    """A run of text that the layout sets apart; `text[start:end]` is never empty and has no blank edge.

    Attributes:
        start: first code point in the document's text.
        end: one past the last code point.
        kind: what the layout says it is.
        level: heading rank 1 to 6, list nesting 1 to `MAX_LEVEL`, otherwise 0.
        linked: code points of it that stand inside links, at most `end - start`.
    """

    start: int
    end: int
    kind: BlockKind
    level: int
    linked: int


@dataclass(frozen=True, slots=True)
class Document:
    """A page's text; its blocks, in order and apart, cover every non-blank character.

    Attributes:
        id: the page's.
        url: the page's.
        source: the page's.
        text: of markup, one block a line, where the cells of a table row share a line with tabs between them;
            of plain text and Markdown, the text as it stood.
        blocks: in order.
        is_html: whether the page was markup.
    """

    id: str
    url: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    is_html: bool
