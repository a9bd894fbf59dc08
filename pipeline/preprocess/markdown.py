"""Plain text and Markdown to blocks: a line that is not blank, several that were wrapped, or a cell of a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.preprocess.document import MAX_LEVEL, Block
from pipeline.preprocess.hard_wrap import wrapped_lines
from pipeline.schema import BlockKind

_TAB_WIDTH: Final = 4
_HEADING: Final = re.compile(r"(#{1,6})\s")
_UNDERLINE: Final = re.compile(r"(?:={3,}|-{3,})\Z")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")
_LIST_MARK: Final = re.compile(r"(?:[-*+•]|\d{1,3}[.)]|[A-Za-z]\))\s+")
_CELL_EDGE: Final = re.compile(r"(?<!\\)\|")
_LINK: Final = re.compile(
    r"""!?\[(?P<text>[^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)"""  # [text](address "title"), ![text](address)
    r"""|<?(?P<address>(?:https?://|www\.)[^\s<>]+)>?"""
)
_OPENING_MARK: Final = re.compile(r"\s*(?:#{1,6}\s|>|\||[`~]{3}|[-*+•]\s|\d{1,3}[.)]\s|[A-Za-z]\)\s|[=\-*_]{3,}\s*\Z)")
_CAN_BE_WRAPPED: Final = {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W_]")


def read_markdown(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text, marks (`#`, `-`, `>`, `|`) included in their spans.

    A list item that consists of links is a link; the line under an underlined heading is a paragraph. Lines that were
    wrapped at a regular width are one block, line breaks included.
    """
    reader = _Reader()
    lines = text.splitlines(keepends=True)
    start = 0
    for line, wrapped in zip(lines, wrapped_lines(lines, [opens_block(line) for line in lines]), strict=True):
        bare = line.strip()
        if bare:
            left = start + len(line) - len(line.lstrip())
            reader.read_line(bare, left, _width(line), wrapped=wrapped)
        else:
            reader.can_be_underlined = False
        start += len(line)
    return tuple(reader.blocks)


@dataclass(slots=True)
class _Reader:
    blocks: list[Block] = field(default_factory=list)
    fence: str = ""  # what opened the code that is being read
    indents: list[int] = field(default_factory=list)  # of the open list items, outermost first
    can_be_underlined: bool = False  # the last line was an ordinary one

    def read_line(self, line: str, start: int, indent: int, *, wrapped: bool = False) -> None:
        """Add the blocks of one line, given without its blank edges, or lengthen the last if the line was wrapped."""
        underlined, self.can_be_underlined = self.can_be_underlined, False
        if self._in_fence(line):
            self._add(line, start, BlockKind.PREFORMATTED)
        elif wrapped and self.blocks[-1].kind in _CAN_BE_WRAPPED:
            self._lengthen(line, start)
        elif _is_row(line):
            self._add_cells(line, start)
        elif underlined and _UNDERLINE.match(line):
            self.blocks[-1] = self.blocks[-1]._replace(kind=BlockKind.HEADING, level=1 if line[0] == "=" else 2)
            self._add(line, start, BlockKind.PARAGRAPH)
        else:
            self._add(line, start, *self._kind(line, indent))
            self.can_be_underlined = self.blocks[-1].kind is BlockKind.PARAGRAPH

    def _in_fence(self, line: str) -> bool:
        """Whether a line is code or encloses it; a fence that is never closed reaches to the end."""
        fence = _FENCE.match(line)
        if self.fence:
            if fence and fence[1].startswith(self.fence) and not fence[2]:
                self.fence = ""
            return True
        self.fence = fence[1] if fence else ""
        return bool(fence)

    def _lengthen(self, line: str, start: int) -> None:
        last = self.blocks[-1]
        self.blocks[-1] = last._replace(end=start + len(line), linked=last.linked + _linked(line))

    def _kind(self, line: str, indent: int) -> tuple[BlockKind, int]:
        heading = _HEADING.match(line)
        if heading and _WORD.search(line):
            return BlockKind.HEADING, len(heading[1])
        if line.startswith(">"):
            return BlockKind.QUOTE, 0
        mark = _LIST_MARK.match(line) if _WORD.search(line) else None
        level = self._list_level(indent, is_item=mark is not None)
        if _is_only_links(line[mark.end() :] if mark else line):
            return BlockKind.LINK, 0
        return (BlockKind.LIST_ITEM, level) if mark else (BlockKind.PARAGRAPH, 0)

    def _list_level(self, indent: int, *, is_item: bool) -> int:
        while self.indents and (self.indents[-1] >= indent):
            self.indents.pop()
        if is_item:
            self.indents.append(indent)
        return min(len(self.indents), MAX_LEVEL)

    def _add_cells(self, line: str, start: int) -> None:
        for left, right in _cells(line):
            cell = line[left:right]
            self._add(cell.strip(), start + left + len(cell) - len(cell.lstrip()), BlockKind.TABLE_CELL)

    def _add(self, text: str, start: int, kind: BlockKind, level: int = 0) -> None:
        linked = 0 if kind is BlockKind.PREFORMATTED else _linked(text)
        self.blocks.append(Block(start, start + len(text), kind, level, linked))


def opens_block(line: str) -> bool:
    return _OPENING_MARK.match(line) is not None


def _width(line: str) -> int:
    expanded = line.expandtabs(_TAB_WIDTH)
    return len(expanded) - len(expanded.lstrip())


def _is_row(line: str) -> bool:
    return len(line) > 1 and line[0] == line[-1] == "|" and not line.endswith("\\|")


def _cells(line: str) -> Iterator[tuple[int, int]]:
    """Spans of a row's cells, each with the pipe after it, the first also with the one before it."""
    edges = [edge.end() for edge in _CELL_EDGE.finditer(line)]
    yield from zip([0, *edges[1:-1]], edges[1:], strict=True)


def _is_only_links(text: str) -> bool:
    without, links = _LINK.subn("", text)
    return links > 0 and not _LETTER.search(without)


def _linked(text: str) -> int:
    return sum(len(link["text"] or link["address"] or "") for link in _LINK.finditer(text))
