"""Which blocks still make sense once sentences are gone: a heading needs something under it."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.preprocess.extract import Document
from pipeline.schema import BlockKind

_RANKS: Final = 7  # one more than there are, as ranks count from 1
_WORD: Final = re.compile(r"[^\W_]")


def blocks_with_content(document: Document, has_kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell headings of empty sections, `(n_blocks,)`: False for them, True for every other block.

    A section reaches to the next heading of the same or a higher rank. Rules and underlines are no content.

    Args:
        document: as extracted.
        has_kept: whether something of a block is kept, `(n_blocks,)`.
    """
    useful = np.ones(len(document.blocks), np.bool_)
    filled = [False] * _RANKS  # filled[rank]: content stands below, before a heading of that rank or a higher one
    for index in range(len(document.blocks) - 1, -1, -1):
        block = document.blocks[index]
        if block.kind is BlockKind.HEADING:
            useful[index] = filled[block.level]
            filled[block.level :] = [False] * (_RANKS - block.level)
        elif has_kept[index] and _WORD.search(document.text, block.start, block.end):
            filled = [True] * _RANKS
    return useful
