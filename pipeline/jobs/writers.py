"""Part files of a run: sentence rows as Parquet, cleaned documents as gzipped JSON lines, failures as JSON lines.

The same rows give the same bytes: nothing in the files tells when or where they were written.
"""

import gzip
import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.errors import InputError
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.schema import sentence_schema

ROWS_PER_GROUP: Final = 65_536
"""Sentences in a row group of a Parquet file, or a few more."""

ROWS_PER_PART: Final = 2_000_000
"""Sentences in a Parquet file, or a few more."""

DOCUMENTS_PER_PART: Final = 100_000


class SentenceParts:
    """Writes `part-00000.parquet`, `part-00001.parquet` ... into a folder; there is always a first one."""

    def __init__(self, folder: Path, rows_per_part: int = ROWS_PER_PART, *, explained: bool = False) -> None:
        self._folder = folder
        self._schema = sentence_schema(explained=explained)
        self._rows_per_part = rows_per_part
        self._n_parts = 0
        self._rows_in_part = 0
        self._waiting: list[pa.RecordBatch] = []
        self._writer = self._next_part()

    def write(self, rows: pa.RecordBatch) -> None:
        self._waiting.append(rows)
        if sum(batch.num_rows for batch in self._waiting) >= ROWS_PER_GROUP:
            self._write_row_group()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._waiting:
            self._write_row_group()
        self._writer.close()

    def _write_row_group(self) -> None:
        if self._rows_in_part >= self._rows_per_part:
            self._writer.close()
            self._writer = self._next_part()
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self._rows_in_part += table.num_rows
        self._waiting.clear()

    def _next_part(self) -> pq.ParquetWriter:
        path = self._folder / f"part-{self._n_parts:05}.parquet"
        self._n_parts += 1
        self._rows_in_part = 0
        return pq.ParquetWriter(path, self._schema, compression="zstd")


class DocumentParts:
    """Writes `part-00000.jsonl.gz`, `part-00001.jsonl.gz` ... into a folder; there is always a first one."""

    def __init__(self, folder: Path, model: str, documents_per_part: int = DOCUMENTS_PER_PART) -> None:
        self._folder = folder
        self._model = model
        self._documents_per_part = documents_per_part
        self._n_documents = 0
        self._part = _GzippedLines(self._path())

    def write(self, document: CleanedDocument) -> None:
        if self._n_documents and self._n_documents % self._documents_per_part == 0:
            self._part.close()
            self._part = _GzippedLines(self._path())
        self._part.write(document_row(document, self._model))
        self._n_documents += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._part.close()

    def _path(self) -> Path:
        return self._folder / f"part-{self._n_documents // self._documents_per_part:05}.jsonl.gz"


class _GzippedLines:
    """A gzip file without a name and a time inside."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as stack:
            raw = stack.enter_context(path.open("wb"))
            packed = stack.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))
            self._lines = stack.enter_context(TextIOWrapper(packed, "utf-8", newline="\n"))
            self._stack = stack.pop_all()

    def write(self, row: dict[str, object]) -> None:
        write_json_line(self._lines, row)

    def close(self) -> None:
        self._stack.close()


@dataclass(frozen=True, slots=True)
class RunParts:
    """Everything that a run writes while it goes on."""

    sentences: SentenceParts
    documents: DocumentParts
    errors: TextIO

    def write(
        self,
        rows: Iterable[pa.RecordBatch],
        documents: Iterable[CleanedDocument],
        failures: Iterable[InputError],
    ) -> None:
        """Append, in the order given."""
        for batch in rows:
            self.sentences.write(batch)
        for document in documents:
            self.documents.write(document)
        for failure in failures:
            write_json_line(self.errors, failure_row(failure))


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


def write_json_line(file: TextIO, row: dict[str, object]) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")
