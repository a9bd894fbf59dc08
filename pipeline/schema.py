"""The names and tables that cross a boundary: labels, block kinds, the sentence row, the cleaned document."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types


class Label(StrEnum):
    """What a sentence is to a team that sorts a page into clean documents."""

    TREATMENT = "treatment"
    CLINICAL_RESEARCH = "clinical_research"
    NEWS = "news"
    NOISE = "noise"


LABELS: Final = tuple(label.value for label in Label)
"""Column order of every probability array, shape `(n_sentences, 4)`."""

WANTED_LABELS: Final = ("treatment", "clinical_research", "news")


SCORE_DECIMALS: Final = 6
"""Decimals of every probability that leaves the program."""


class BlockKind(StrEnum):
    """What the page's layout says a run of text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    LINK = "link"
    CAPTION = "caption"
    QUOTE = "quote"
    PREFORMATTED = "preformatted"


BLOCK_KINDS: Final = tuple(kind.value for kind in BlockKind)


def sentence_schema(*, explained: bool = False) -> "pa.Schema":
    """Arrow schema of a sentence row; `start` and `end` are code points into the extracted text.

    Args:
        explained: with a last column `why`, the explanation as JSON.
    """
    import pyarrow as pa  # noqa: PLC0415 - `--help` must not wait for Arrow

    label = pa.dictionary(pa.int8(), pa.string())
    return pa.schema(
        [
            ("doc_id", pa.string()),
            ("url", pa.string()),
            ("sent_id", pa.int32()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("text", pa.string()),
            ("kind", label),
            ("label", label),
            ("score", pa.float32()),
            ("uncertain", pa.bool_()),
            *((f"p_{name}", pa.float32()) for name in LABELS),
            *([("why", pa.string())] if explained else []),
        ]
    )
