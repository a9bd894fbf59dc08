"""Two models on the same pages: which sentences change label."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # the same
from numpy.typing import NDArray

from pipeline.audit.content_hashes import sentence_hashes, text_hash
from pipeline.audit.near_duplicates import normalised
from pipeline.audit.smallest import SmallestDistinct
from pipeline.errors import UsageError
from pipeline.schema import LABELS

COLUMNS: Final = ("doc_id", "url", "sent_id", "start", "end", "text", "label", "score")
"""What is read of a run that is compared."""

EXAMPLES: Final = 10
"""Sentences shown for each change."""


@dataclass(frozen=True, slots=True)
class ChangedSentence:
    """A sentence that the other model labels otherwise.

    Attributes:
        doc_id, url, sent_id, start, end, text: as in `schema.sentence_schema()`.
        label: what the model said.
        score: how sure it was.
        other_label: what the other says.
        other_score: how sure that is.
    """

    doc_id: str
    url: str
    sent_id: int
    start: int
    end: int
    text: str
    label: str
    score: float
    other_label: str
    other_score: float


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Sentences that change from one label to another.

    Attributes:
        label: the model's.
        other_label: the other's.
        count: sentences.
        examples: distinct texts, those first of which the other model is surest.
    """

    label: str
    other_label: str
    count: int
    examples: tuple[ChangedSentence, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where two models part.

    Attributes:
        model: `NAME@DIGEST`.
        other: the same of the other one.
        counts: sentences by the model's label (rows) and the other's (columns), `(4, 4)`, in the order of `LABELS`.
        changes: the most frequent first; those that do not occur are left out.
    """

    model: str
    other: str
    counts: tuple[tuple[int, ...], ...]
    changes: tuple[LabelChange, ...]

    @property
    def n_sentences(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def n_changed(self) -> int:
        return sum(change.count for change in self.changes)

    def as_json(self) -> dict[str, object]:
        return {"sentences": self.n_sentences, "changed": self.n_changed, "labels": LABELS, **asdict(self)}


@dataclass(slots=True)
class Comparer:
    """Compares batch by batch, in bounded memory."""

    model: str
    other: str
    _counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((len(LABELS), len(LABELS)), np.int64))
    _examples: dict[tuple[int, int], SmallestDistinct[ChangedSentence]] = field(init=False)

    def __post_init__(self) -> None:
        pairs = product(range(len(LABELS)), repeat=2)
        self._examples = {(one, two): SmallestDistinct(EXAMPLES) for one, two in pairs if one != two}

    def add(self, rows: pa.RecordBatch, other: pa.RecordBatch) -> Iterator[ChangedSentence]:
        """Take in the same sentences as labelled by both and yield those that change.

        Raises:
            UsageError: the rows are not of the same sentences.
        """
        _check_same_sentences(rows, other)
        label, other_label = _codes(rows), _codes(other)
        np.add.at(self._counts, (label, other_label), 1)
        hashes = sentence_hashes(rows)
        for index in np.flatnonzero(label != other_label).tolist():
            changed = _changed(rows, other, index)
            rank = (-changed.other_score, int(hashes[index]))
            examples = self._examples[int(label[index]), int(other_label[index])]
            if rank < examples.limit:
                examples.offer(text_hash(normalised(changed.text)), rank, partial(_same, changed))
            yield changed

    def comparison(self) -> Comparison:
        changes = [
            LabelChange(LABELS[one], LABELS[two], int(self._counts[one, two]), tuple(examples.items()))
            for (one, two), examples in self._examples.items()
            if self._counts[one, two]
        ]
        changes.sort(key=lambda change: -change.count)
        return Comparison(self.model, self.other, tuple(map(tuple, self._counts.tolist())), tuple(changes))


def aligned(
    batches: Iterable[pa.RecordBatch], others: Iterable[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Cut two streams of rows into pairs of equal length.

    Raises:
        UsageError: one stream has more rows.
    """
    streams = [iter(batches), iter(others)]
    parts: list[pa.RecordBatch | None] = [None, None]
    while True:
        for side, stream in enumerate(streams):
            part = parts[side]
            while part is None or not part.num_rows:
                part = next(stream, None)
                if part is None:
                    break
            parts[side] = part
        first, second = parts
        if first is None or second is None:
            if first is not None or second is not None:
                raise _other_pages()
            return
        length = min(first.num_rows, second.num_rows)
        yield first.slice(0, length), second.slice(0, length)
        parts = [first.slice(length), second.slice(length)]


def _check_same_sentences(rows: pa.RecordBatch, other: pa.RecordBatch) -> None:
    if not all(rows[name].equals(other[name]) for name in ("doc_id", "start", "end")):
        raise _other_pages()


def _other_pages() -> UsageError:
    return UsageError("the pages have changed since the run, so that models cannot be compared on it; do it again")


def _codes(rows: pa.RecordBatch) -> NDArray[np.int64]:
    return np.asarray(pc.index_in(rows["label"], value_set=pa.array(LABELS, pa.string())).to_numpy(), np.int64)


def _changed(rows: pa.RecordBatch, other: pa.RecordBatch, index: int) -> ChangedSentence:
    values = {name: rows[name][index].as_py() for name in COLUMNS if name != "score"}
    return ChangedSentence(
        **values,
        score=round(rows["score"][index].as_py(), 6),
        other_label=other["label"][index].as_py(),
        other_score=round(other["score"][index].as_py(), 6),
    )


def _same(changed: ChangedSentence) -> ChangedSentence:
    return changed
