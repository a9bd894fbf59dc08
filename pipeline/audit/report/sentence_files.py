"""The sentence rows of a run, read batch by batch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # the same
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.schema import LABELS

_SURVEYED: Final = ("doc_id", "url", "sent_id", "start", "end", "label", "score", "uncertain")
_BATCH_ROWS: Final = 65_536


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where the rows of a page stand.

    Attributes:
        row: its first row, counted through all files of the run.
        sentences: its number of rows.
        characters: of its text, in code points.
        label: index into `schema.LABELS` of the label that has most of its text.
        doc_id: its id.
        url: its address; may be empty.
    """

    row: int
    sentences: int
    characters: int
    label: int
    doc_id: str
    url: str


def sentence_batches(folder: Path) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a run without texts and probabilities, in their order.

    Raises:
        UsageError: a file is no sentence table.
    """
    for path in _files(folder):
        try:
            yield from pq.ParquetFile(path).iter_batches(_BATCH_ROWS, columns=list(_SURVEYED))
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path) from error


def page_spans(batches: Iterable[pa.RecordBatch]) -> Iterator[PageSpan]:
    """Find the pages in rows that may be cut into batches anywhere; sentence 0 begins a page."""
    first_row, page = 0, None
    for batch in batches:
        sent_id, doc_id, url = _numbers(batch, "sent_id"), batch["doc_id"], batch["url"]
        end, label = _numbers(batch, "end"), label_index(batch["label"])
        length = end - _numbers(batch, "start")
        for begin, stop in pairwise(sorted({0, *np.flatnonzero(sent_id == 0).tolist(), batch.num_rows})):
            if page is None or sent_id[begin] == 0:
                if page:
                    yield page.span()
                page = _GrowingPage(first_row + begin, doc_id[begin].as_py(), url[begin].as_py())
            page.grow(end[begin:stop], label[begin:stop], length[begin:stop])
        first_row += batch.num_rows
    if page:
        yield page.span()


def read_rows(folder: Path, spans: Sequence[PageSpan]) -> Iterator[pa.Table]:
    """Yield all columns of some pages, one table each; only the row groups that hold them are read.

    Args:
        folder: the run.
        spans: the pages, in the order of their rows.

    Raises:
        UsageError: a file is no sentence table.
    """
    waiting, parts = list(spans)[::-1], list[pa.Table]()
    for first_row, table in _row_groups(folder, spans):
        while waiting and waiting[-1].row < first_row + table.num_rows:
            begin, end = waiting[-1].row, waiting[-1].row + waiting[-1].sentences
            parts.append(table.slice(max(begin - first_row, 0), end - max(begin, first_row)))
            if end > first_row + table.num_rows:
                break
            waiting.pop()
            yield pa.concat_tables(parts)
            parts.clear()


def label_index(labels: pa.Array) -> NDArray[np.int64]:
    """Index into `schema.LABELS`; files may number their labels in another order."""
    coded = labels if pa.types.is_dictionary(labels.type) else labels.dictionary_encode()
    index = pc.index_in(coded.dictionary, pa.array(LABELS)).to_numpy(zero_copy_only=False)
    numbers: NDArray[np.int64] = np.asarray(index, np.int64)[np.asarray(coded.indices)]
    return numbers


class _GrowingPage:
    """A page whose rows come in pieces."""

    def __init__(self, row: int, doc_id: str, url: str) -> None:
        self._row, self._doc_id, self._url = row, doc_id, url
        self._sentences = self._characters = 0
        self._by_label = np.zeros(len(LABELS))

    def grow(self, end: NDArray[np.int64], label: NDArray[np.int64], length: NDArray[np.int64]) -> None:
        self._sentences += len(end)
        self._characters = int(end[-1])
        self._by_label += np.bincount(label, length, len(LABELS))

    def span(self) -> PageSpan:
        label = int(self._by_label.argmax())
        return PageSpan(self._row, self._sentences, self._characters, label, self._doc_id, self._url)


def _row_groups(folder: Path, spans: Sequence[PageSpan]) -> Iterator[tuple[int, pa.Table]]:
    """The row groups that hold one of the pages, with the number of their first row."""
    begins = np.array([span.row for span in spans])
    ends = begins + [span.sentences for span in spans]
    first_row = 0
    for path in _files(folder):
        try:
            file = pq.ParquetFile(path)
            for group in range(file.num_row_groups):
                n_rows = file.metadata.row_group(group).num_rows
                if np.any((begins < first_row + n_rows) & (ends > first_row)):
                    yield first_row, file.read_row_group(group)
                first_row += n_rows
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path) from error


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "sentences").glob("*.parquet"))


def _numbers(batch: pa.RecordBatch, name: str) -> NDArray[np.int64]:
    return np.asarray(batch[name], np.int64)


def _unreadable(path: Path) -> UsageError:
    return UsageError(f"{path}: not a table of sentences of this version; add --no-resume to do the run again")
