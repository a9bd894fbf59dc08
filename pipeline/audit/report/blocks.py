"""Which sentences of a page stand in one block, told from what sentence rows hold: kinds, offsets and texts.

Rows do not say where a line ended, so a paragraph is continued where the sentence before it ends like one and only a
blank follows. Consecutive paragraphs of an HTML page may look like one for that reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.schema import BlockKind

_CONTINUED: Final = {BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.CAPTION}
"""Kinds that have several sentences as a rule; in the others every sentence is a line of its own."""

_SIDE_BY_SIDE: Final = {BlockKind.LINK, BlockKind.TABLE_CELL}
"""Kinds that are short and many: a menu takes a line or two instead of forty."""

_NUMBER: Final = re.compile(r"[(]?(\d+|[A-Za-z])([.]\d+)*[.)]?")
"""What numbers a heading or a list item; the splitter may take it for a sentence."""

_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)\]*_]*\d{0,3}$")


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A run of sentences that are shown as one block; a block of links or cells holds all that follow each other."""

    kind: str
    sentences: int


def shown_blocks(
    kinds: Sequence[str], starts: Sequence[int], ends: Sequence[int], texts: Sequence[str]
) -> list[ShownBlock]:
    """Part a page's sentences into blocks.

    Args:
        kinds: of every sentence, from `schema.BLOCK_KINDS`.
        starts: first code points.
        ends: one past the last code points.
        texts: the sentences.
    """
    edges = [0, *(row for row in range(1, len(kinds)) if not _is_continued(kinds, starts, ends, texts, row))]
    sizes = [after - before for before, after in zip(edges, [*edges[1:], len(kinds)], strict=True)]
    return [ShownBlock(kinds[edge], size) for edge, size in zip(edges, sizes, strict=True) if size]


def _is_continued(
    kinds: Sequence[str], starts: Sequence[int], ends: Sequence[int], texts: Sequence[str], row: int
) -> bool:
    if kinds[row] != kinds[row - 1]:
        return False
    if kinds[row] in _SIDE_BY_SIDE:
        return True
    gap, before = starts[row] - ends[row - 1], texts[row - 1]
    if kinds[row] in _CONTINUED:
        return gap == 0 or (gap == 1 and bool(_SENTENCE_END.search(before[-8:])))
    return gap == 0 or (gap == 1 and bool(_NUMBER.fullmatch(before)))
