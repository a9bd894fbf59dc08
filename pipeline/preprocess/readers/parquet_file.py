"""Parquet: one page a row, streamed by record batch."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.rows import TEXT_COLUMNS, missing_column, page_of_row
from pipeline.preprocess.readers.streams import HEAD_BYTES, one_line

_ROWS_PER_BATCH: Final = 64
_READ_BYTES: Final = 1 << 20


def read_parquet(
    stream: BinaryIO,
    source: str,
    *,
    max_page_bytes: int = MAX_PAGE_BYTES,
    row_groups: range | None = None,
    pages_before: int = 0,
) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each row; only the columns needed are read.

    Parquet keeps its table of contents at the end: a stream that cannot seek is copied to a temporary file.

    Args:
        stream: the whole file.
        source: its name.
        max_page_bytes: of a value.
        row_groups: those to read; None for all.
        pages_before: rows in the row groups before them.
    """
    if stream.seekable():
        yield from _read_file(stream, source, max_page_bytes, row_groups, pages_before)
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, _READ_BYTES)
        copy.seek(0)
        yield from _read_file(copy, source, max_page_bytes, row_groups, pages_before)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A part of a Parquet file.

    Attributes:
        rows: number of them.
        start: first byte of its values.
        end: one past the last.
        uncompressed_bytes: of its values.
    """

    rows: int
    start: int
    end: int
    uncompressed_bytes: int


def row_groups_of(stream: BinaryIO) -> tuple[bytes, list[RowGroup]]:
    """Return a Parquet file's schema as bytes, and its row groups; empty of a file that cannot be read."""
    try:
        file = pq.ParquetFile(stream, buffer_size=HEAD_BYTES, pre_buffer=False)
        groups = [_row_group(file.metadata.row_group(index)) for index in range(file.metadata.num_row_groups)]
        return bytes(file.schema_arrow.serialize()), groups
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        return b"", []


def _row_group(about: Any) -> RowGroup:  # noqa: ANN401 - pyarrow ships no types
    columns = [about.column(index) for index in range(about.num_columns)]
    starts = [
        column.data_page_offset
        if column.dictionary_page_offset is None
        else min(column.dictionary_page_offset, column.data_page_offset)
        for column in columns
    ]
    ends = [start + column.total_compressed_size for start, column in zip(starts, columns, strict=True)]
    return RowGroup(about.num_rows, min(starts, default=0), max(ends, default=0), about.total_byte_size)


def _read_file(
    stream: Any,  # noqa: ANN401 - any file object
    source: str,
    max_page_bytes: int,
    row_groups: range | None,
    pages_before: int,
) -> Iterator[PageOrError]:
    number = pages_before
    try:
        for number, row in enumerate(_rows(stream, source, row_groups), start=pages_before + 1):
            yield _page_of_row(row, source, number, max_page_bytes)
    except InputError as failure:
        yield failure
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # what Arrow raises for damage
        place = f"row {number + 1}" if number else ""
        detail = f"this Parquet file cannot be read on: {one_line(error)}"
        corrupt = InputError(source, Reason.CORRUPT, detail, place)
        corrupt.__cause__ = error
        yield corrupt
    else:
        if not number and row_groups is None:
            yield InputError(source, Reason.EMPTY, "there are columns, but no row")


def _page_of_row(row: Mapping[str, object], source: str, number: int, max_page_bytes: int) -> PageOrError:
    place = f"row {number}"
    if any(isinstance(value, bytes) and len(value) > max_page_bytes for value in row.values()):
        detail = f"a value of more than {max_page_bytes:,} bytes; raise the limit"
        return InputError(source, Reason.TOO_LARGE, detail, place)
    return page_of_row(row, source=source, number=number, place=place)


def _rows(stream: Any, source: str, row_groups: range | None) -> Iterator[dict[str, object]]:  # noqa: ANN401 - any file object
    file = pq.ParquetFile(stream, buffer_size=HEAD_BYTES, pre_buffer=False)
    schema = file.schema_arrow
    texts = [name for name in TEXT_COLUMNS if name in schema.names and _is_text(schema.field(name).type)]
    if not texts:
        raise missing_column((f"{field.name} ({field.type})" for field in schema), source)
    columns = [*texts, *(name for name in ("id", "url") if name in schema.names)]
    groups = None if row_groups is None else list(row_groups)
    for batch in file.iter_batches(_ROWS_PER_BATCH, row_groups=groups, columns=columns, use_threads=False):
        values = [_values(batch.column(name)) for name in columns]
        for row in zip(*values, strict=True):
            yield dict(zip(columns, row, strict=True))


def _is_text(type_: pa.DataType) -> bool:
    type_ = type_.value_type if pa.types.is_dictionary(type_) else type_
    return any(
        is_kind(type_)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
        )
    )


def _values(column: Any) -> Iterable[object]:  # noqa: ANN401 - pyarrow ships no types
    """Return the values, text as bytes: Arrow does not check that its strings are UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.large_binary()).to_pylist() if _is_text(column.type) else column.to_pylist()  # type: ignore[no-any-return]  # pyarrow ships no types
