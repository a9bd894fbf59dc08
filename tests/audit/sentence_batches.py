"""Sentence rows made by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.audit.review import PickedSentence
from pipeline.audit.sentence import Sentence
from pipeline.schema import LABELS, sentence_schema


@dataclass(frozen=True)
class Row:
    """A sentence: its text, its label and how sure the model is; the rest goes to noise, or news if it is noise."""

    text: str
    label: str = "noise"
    score: float = 0.9
    uncertain: bool = False

    def probabilities(self) -> dict[str, float]:
        rest = "news" if self.label == "noise" else "noise"
        shares = {self.label: self.score, rest: 1 - self.score}
        return {f"p_{label}": shares.get(label, 0.0) for label in LABELS}


def page_rows(name: str, rows: Sequence[Row], url: str = "") -> list[dict[str, Any]]:
    """The rows of one page, one sentence a line."""
    made, start = [], 0
    for number, row in enumerate(rows):
        end = start + len(row.text)
        place = {"doc_id": name, "url": url, "sent_id": number, "start": start, "end": end, "text": row.text}
        verdict = {"kind": "paragraph", "label": row.label, "score": row.score, "uncertain": row.uncertain}
        made.append({**place, **verdict, **row.probabilities()})
        start = end + 1
    return made


def coded(*pages: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """Pages as a run writes them."""
    return pa.RecordBatch.from_pylist([row for page in pages for row in page], sentence_schema())


def batch(*pages: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """Pages as the audit reads them: labels as plain strings."""
    rows = coded(*pages)
    columns = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in rows.columns]
    return pa.RecordBatch.from_arrays(columns, names=rows.schema.names)


def one_page(*rows: Row, name: str = "page", url: str = "") -> pa.RecordBatch:
    return batch(page_rows(name, rows, url))


def picked(**fields: Any) -> PickedSentence:  # noqa: ANN401 - any field of a sentence
    """A sentence for review."""
    values: dict[str, Any] = {
        "doc_id": "page",
        "url": "",
        "sent_id": 3,
        "start": 10,
        "end": 15,
        "text": "Rest.",
        "before": "Before it.",
        "after": "After it.",
        "label": "noise",
        "score": 0.5,
        "probabilities": (0.2, 0.2, 0.1, 0.5),
        "model": "small@0123456789ab",
    }
    return PickedSentence(Sentence(**{**values, **fields}), "uncertain")
