"""Kept blocks as plain text and as Markdown.

A page that was markup is laid out anew: paragraphs apart, list items, links, rows and code line by line.
Plain text and Markdown keep their own line breaks, indents and marks, so both renderings are the same.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, TypeAlias

from pipeline.preprocess.extract import Block, Document
from pipeline.schema import BlockKind

_FENCE: Final = re.compile("`{3,}")
_LIST_INDENT: Final = "  "
_TIGHT: Final = frozenset({BlockKind.LIST_ITEM, BlockKind.LINK, BlockKind.PREFORMATTED})


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """What is left of a block.

    Attributes:
        index: the block's place in its document.
        block: the whole block.
        text: its kept sentences.
    """

    index: int
    block: Block
    text: str


_Layout: TypeAlias = Callable[[Document, Sequence[KeptBlock]], str]


def render_text(document: Document, kept: Sequence[KeptBlock]) -> str:
    """Lay kept blocks out without marks, table cells between tabs; `kept` is in order."""
    return _render(document, kept, _plain)


def render_markdown(document: Document, kept: Sequence[KeptBlock]) -> str:
    """Lay kept blocks out as GitHub-flavoured Markdown; what looks like a mark in the text is not escaped."""
    return _render(document, kept, _marked)


def _render(document: Document, kept: Sequence[KeptBlock], layout: _Layout) -> str:
    if not document.is_html:
        return _as_it_stood(document, kept)
    stretches = _stretches(document)
    groups = groupby(kept, key=lambda part: stretches[part.index])
    return "\n\n".join(layout(document, list(group)) for _, group in groups)


def _stretches(document: Document) -> list[int]:
    """Number the runs of blocks of one kind: what belongs to one list, table or piece of code."""
    numbers = [0] * len(document.blocks)
    for index, (block, following) in enumerate(pairwise(document.blocks), start=1):
        numbers[index] = numbers[index - 1] + (block.kind is not following.kind)
    return numbers


def _plain(document: Document, group: Sequence[KeptBlock]) -> str:
    kind = group[0].block.kind
    if kind is BlockKind.TABLE_CELL:
        return "\n".join("\t".join(filter(None, row)) for row in _rows(document, group))
    if kind is BlockKind.PREFORMATTED:
        return _code(document, group)
    return ("\n" if kind in _TIGHT else "\n\n").join(part.text for part in group)


def _marked(document: Document, group: Sequence[KeptBlock]) -> str:
    kind = group[0].block.kind
    if kind is BlockKind.HEADING:
        return "\n\n".join(f"{'#' * part.block.level} {part.text}" for part in group)
    if kind is BlockKind.LIST_ITEM:
        return "\n".join(f"{_LIST_INDENT * (part.block.level - 1)}- {part.text}" for part in group)
    if kind is BlockKind.QUOTE:
        return "\n>\n".join(f"> {part.text}" for part in group)
    if kind is BlockKind.TABLE_CELL:
        return _marked_table(_rows(document, group))
    if kind is BlockKind.PREFORMATTED:
        return _fenced(_code(document, group))
    return _plain(document, group)


def _rows(document: Document, cells: Sequence[KeptBlock]) -> list[list[str]]:
    """Rows with at least one kept cell; a removed cell is an empty string, so that columns stay in line."""
    kept = {cell.index: cell.text for cell in cells}
    rows: list[list[str]] = []
    end = 0
    for cell in cells:
        if cell.index >= end:
            start, end = _row_around(document, cell.index)
            rows.append([kept.get(index, "") for index in range(start, end)])
    return rows


def _row_around(document: Document, index: int) -> tuple[int, int]:
    start, end = index, index + 1
    while start > 0 and _in_one_row(document, start - 1):
        start -= 1
    while end < len(document.blocks) and _in_one_row(document, end - 1):
        end += 1
    return start, end


def _in_one_row(document: Document, index: int) -> bool:
    first, second = document.blocks[index], document.blocks[index + 1]
    cells = first.kind is second.kind is BlockKind.TABLE_CELL
    return cells and "\n" not in document.text[first.end : second.start]


def _marked_table(rows: Sequence[Sequence[str]]) -> str:
    lines = [_marked_row(text.replace("|", "\\|") for text in row) for row in rows]
    return "\n".join([lines[0], _marked_row("---" for _ in rows[0]), *lines[1:]])


def _marked_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(document: Document, lines: Sequence[KeptBlock]) -> str:
    return "\n".join(_indent(document, line.block) + line.text for line in lines)


def _indent(document: Document, block: Block) -> str:
    return document.text[document.text.rfind("\n", 0, block.start) + 1 : block.start]


def _fenced(code: str) -> str:
    fence = max((f"{found}`" for found in _FENCE.findall(code)), key=len, default="```")
    return f"{fence}\n{code}\n{fence}"


def _as_it_stood(document: Document, kept: Sequence[KeptBlock]) -> str:
    parts = [part.text for part in kept[:1]]
    for before, after in pairwise(kept):
        parts += (_gap(document, before, after), after.text)
    return "".join(parts)


def _gap(document: Document, before: KeptBlock, after: KeptBlock) -> str:
    """The break between two kept blocks: a blank line if there was one, and the second one's indent."""
    between = document.text[before.block.end : after.block.start]
    first, *lines = f"{between}|".splitlines()
    if not lines:
        return first[:-1] if after.index == before.index + 1 else " "
    last = lines[-1][:-1]
    blank = any(not line.strip() for line in lines[:-1])
    return ("\n\n" if blank else "\n") + last[len(last.rstrip()) :]
