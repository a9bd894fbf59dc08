"""Files of results: sentence rows as Parquet, cleaned documents as gzipped JSON lines, failures as JSON lines.

The same rows give the same bytes: nothing in the files tells when or where they were written.
"""

import gzip
import json
from contextlib import ExitStack
from io import TextIOWrapper
from types import TracebackType
from typing import BinaryIO, Final, Self

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.errors import InputError
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.schema import sentence_schema

ROWS_PER_GROUP: Final = 16_384
"""Sentences in a row group of a Parquet file."""


class SentenceFile:
    """Writes a Parquet file; how rows come in batches changes no byte of it."""

    def __init__(self, file: BinaryIO, *, explained: bool = False) -> None:
        self._schema = sentence_schema(explained=explained)
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting = 0
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def write(self, rows: pa.RecordBatch) -> None:
        self._waiting.append(rows)
        self._n_waiting += rows.num_rows
        if self._n_waiting >= ROWS_PER_GROUP:
            self._write_row_groups(at_end=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._waiting:
            self._write_row_groups(at_end=True)
        self._writer.close()

    def _write_row_groups(self, *, at_end: bool) -> None:
        table = pa.Table.from_batches(self._waiting, self._schema).combine_chunks()
        rest = 0 if at_end else table.num_rows % ROWS_PER_GROUP
        n_written = table.num_rows - rest
        if n_written:
            self._writer.write_table(table.slice(0, n_written), row_group_size=ROWS_PER_GROUP)
        self._waiting = table.slice(n_written).to_batches() if rest else []
        self._n_waiting = rest


class DocumentFile:
    """Writes cleaned documents as gzipped JSON lines, without a name and a time inside."""

    def __init__(self, file: BinaryIO, model: str) -> None:
        self._model = model
        with ExitStack() as stack:
            packed = stack.enter_context(gzip.GzipFile("", "wb", 6, file, mtime=0))
            self._lines = stack.enter_context(TextIOWrapper(packed, "utf-8", newline="\n"))
            self._stack = stack.pop_all()

    def write(self, document: CleanedDocument) -> None:
        self._lines.write(json_line(document_row(document, self._model)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def document_row(document: CleanedDocument, model: str) -> dict[str, object]:
    """A cleaned document as datatrove and dolma read it; counts are in sentences and characters."""
    return {
        "id": document.id,
        "text": document.text,
        "url": document.url,
        "source": document.source,
        "metadata": {
            "label_counts": dict(document.label_counts),
            "removed_characters": document.characters_removed,
            "uncertain_characters": document.characters_uncertain,
            "model": model,
        },
    }


def failure_row(failure: InputError) -> dict[str, object]:
    return {
        "source": failure.source,
        "place": failure.place,
        "reason": str(failure.reason),
        "detail": failure.detail,
    }


def json_line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
