"""Minimal HTML, as `markup` yields it, to text and blocks."""

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.preprocess.document import MAX_LEVEL, Block
from pipeline.preprocess.markup import CAPTION_CLOSES, CAPTION_OPENS, QUOTE_CLOSES, QUOTE_OPENS
from pipeline.schema import BlockKind

# A tag with the line breaks after it (unless it is a link's or `<pre>`), a break, or a mark. All alternatives
# begin with a literal, which lets `re` skip what lies between several times as fast.
_TOKEN: Final = re.compile(
    '(<(/?[a-z][a-z0-6]*)[^<>]*>(?:(?<!["ae]>)\n[\n ]*)?|\n[\n ]*|\t|\ufdd0|\ufdd1|\ufdd2|\ufdd3)'
)
_OTHER_LINE_BREAK: Final = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINK_TAGS: Final = frozenset({"a", "/a"})
_LETTER: Final = re.compile(r"[^\W\d_]")


def read_layout(minimal_html: str) -> tuple[str, tuple[Block, ...]]:
    """Return the text, empty if there is none, and its blocks.

    White space inside a block becomes single spaces, except in preformatted lines, each of which is a block.
    """
    reader = _Reader()
    pieces = _TOKEN.split(minimal_html)
    if pieces[0]:
        reader.read_text(pieces[0])
    for token, tag, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if tag in _LINK_TAGS:
            reader.link = tag == "a"
        elif tag:
            reader.read_tag(tag)
        else:
            reader.read_break(token)
        if text:
            reader.read_text(text)
    reader.end_block()
    return "".join(reader.output), tuple(reader.blocks)


@dataclass(slots=True)
class _Reader:
    output: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0  # of the output, in code points
    pieces: list[tuple[str, bool]] = field(default_factory=list)  # of the open block, and whether each is linked
    link: bool = False
    heading: int = 0  # rank
    paragraph: bool = False
    preformatted: int = 0  # depth, as the next three
    lists: int = 0
    items: int = 0
    quotes: int = 0
    caption: bool = False
    row: int = 0  # the first block that may belong to the open table row
    in_row: bool = False

    def read_tag(self, tag: str) -> None:
        """Read any tag but a link's."""
        if self.pieces:
            self.end_block()
        if tag != "br":
            self._end_row()
            self._enter(tag.removeprefix("/"), -1 if tag[0] == "/" else 1)

    def read_text(self, text: str) -> None:
        if "&" in text:
            text = _unescape(text)
        if not self.preformatted:
            self._append(text)
            return
        first, *others = _OTHER_LINE_BREAK.split(text)
        self.pieces.append((first, self.link))
        for line in others:
            self.end_block()
            self.pieces.append((line, self.link))

    def read_break(self, mark: str) -> None:
        if mark.startswith("\t"):
            self._read_tab(mark)
            return
        self.end_block()
        if mark in {CAPTION_OPENS, CAPTION_CLOSES}:
            self.caption = mark == CAPTION_OPENS
        elif mark in {QUOTE_OPENS, QUOTE_CLOSES}:
            self.quotes = max(0, self.quotes + (1 if mark == QUOTE_OPENS else -1))
        elif self.preformatted:
            self.pieces.append((mark.rpartition("\n")[2], self.link))
        else:
            self._end_row()

    def end_block(self) -> None:
        if not self.pieces:
            return
        raw = self.pieces[0][0] if len(self.pieces) == 1 else "".join([text for text, _ in self.pieces])
        text = self._visible(raw)
        if text:
            self._add_block(text, raw[: -len(raw.lstrip())] if self.preformatted else "")
        self.pieces.clear()

    def _enter(self, element: str, step: int) -> None:
        if element == "li":
            self.items = max(0, self.items + step)
        elif element == "p":
            self.paragraph = step > 0
        elif element in {"ul", "ol"}:
            self.lists = max(0, self.lists + step)
        elif element == "pre":
            self.preformatted = max(0, self.preformatted + step)
        else:
            self.heading = int(element[1]) if step > 0 else 0

    def _append(self, text: str) -> None:
        if self.pieces and self._touches(text):
            self.end_block()
        if self.pieces or not text.isspace():
            self.pieces.append((text, self.link))

    def _touches(self, text: str) -> bool:
        """Whether only a style sheet can set the text apart from what stands before: `TitleMay 2`."""
        (last, linked), first = self.pieces[-1], text[:1]
        if not (linked or self.link) or not (last[-1:].isalpha() and first.isalpha()):
            return False
        loose = not (self.paragraph or self.heading)
        return linked == self.link or (loose and last[-1:].islower() and first.isupper())

    def _read_tab(self, tab: str) -> None:
        if self.preformatted:
            self.pieces.append((tab, self.link))
            return
        was_in_row, self.in_row = self.in_row, True
        self.end_block()
        if was_in_row:
            return
        for index in range(self.row, len(self.blocks)):
            if self.blocks[index].kind in {BlockKind.PARAGRAPH, BlockKind.LINK}:
                self.blocks[index] = self.blocks[index]._replace(kind=BlockKind.TABLE_CELL)

    def _end_row(self) -> None:
        self.row = len(self.blocks)
        self.in_row = False

    def _add_block(self, text: str, indent: str) -> None:
        separator = ("\t" if self.in_row and len(self.blocks) > self.row else "\n") if self.blocks else ""
        self.output += (separator, indent, text)
        start = self.length + len(separator) + len(indent)
        self.length = start + len(text)
        linked = self._linked(text)
        kind, level = self._kind(linked)
        self.blocks.append(Block(start, self.length, kind, level, linked))

    def _linked(self, text: str) -> int:
        """Code points of the open block, whose visible text is given, that stand in links."""
        if len(self.pieces) == 1:
            return len(text) if self.pieces[0][1] else 0
        return sum([len(self._visible(piece)) for piece, link in self.pieces if link])

    def _kind(self, linked: int) -> tuple[BlockKind, int]:
        """What the open block is; the most telling of the elements around it decides."""
        if self.preformatted:
            return BlockKind.PREFORMATTED, 0
        if self.heading:
            return BlockKind.HEADING, self.heading
        if self.caption:
            return BlockKind.CAPTION, 0
        if self.quotes:
            return BlockKind.QUOTE, 0
        if self.in_row:
            return BlockKind.TABLE_CELL, 0
        return self._kind_of_line(linked)

    def _kind_of_line(self, linked: int) -> tuple[BlockKind, int]:
        if linked and not self.paragraph and not self._has_loose_letters():
            return BlockKind.LINK, 0
        if self.items:
            return BlockKind.LIST_ITEM, min(max(self.lists, 1), MAX_LEVEL)
        return BlockKind.PARAGRAPH, 0

    def _has_loose_letters(self) -> bool:
        return any(not link and _LETTER.search(piece) for piece, link in self.pieces)

    def _visible(self, text: str) -> str:
        return text.strip() if self.preformatted else " ".join(text.split())


def _unescape(text: str) -> str:
    """Undo exactly what resiliparse escapes; a page's own `&amp;amp;` must not be read twice."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
