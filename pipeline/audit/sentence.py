"""One sentence of a run for people to judge, with what stands around it."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.schema import LABELS
from pipeline.training.corrections import SentenceKey

CONTEXT_SENTENCES: Final = 3
"""Neighbours on each side that are shown, and learned with."""

CONTEXT_CHARACTERS: Final = 2_000
"""Code points of them at most, the nearest ones: a page may be one huge line."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence row with its context.

    Attributes:
        doc_id, url, sent_id, start, end, text, label, score: as in `schema.sentence_schema()`.
        before: up to three sentences of the page before it, a space between them.
        after: up to three after it.
        probabilities: in the order of `schema.LABELS`.
        model: who gave the label, `NAME@DIGEST`.
    """

    doc_id: str
    url: str
    sent_id: int
    start: int
    end: int
    text: str
    before: str
    after: str
    label: str
    score: float
    probabilities: tuple[float, ...]
    model: str

    @property
    def key(self) -> SentenceKey:
        return self.doc_id, self.sent_id, self.start, self.end


def sentence_at(rows: pa.RecordBatch, index: int, model: str) -> Sentence:
    """Take one row of whole pages, whose labels are plain strings."""
    values = {name: rows[name][index].as_py() for name in ("doc_id", "url", "sent_id", "start", "end", "text", "label")}
    first = max(index - CONTEXT_SENTENCES, index - values["sent_id"])
    following = rows["sent_id"].slice(index + 1, CONTEXT_SENTENCES).to_pylist()
    n_after = sum(number == values["sent_id"] + distance for distance, number in enumerate(following, 1))
    return Sentence(
        **values,
        before=" ".join(rows["text"].slice(first, index - first).to_pylist())[-CONTEXT_CHARACTERS:],
        after=" ".join(rows["text"].slice(index + 1, n_after).to_pylist())[:CONTEXT_CHARACTERS],
        score=_rounded(rows["score"][index]),
        probabilities=tuple(_rounded(rows[f"p_{label}"][index]) for label in LABELS),
        model=model,
    )


def _rounded(value: pa.Scalar) -> float:
    return round(float(value.as_py()), 6)
