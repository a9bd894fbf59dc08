"""Parquet: one page a row, streamed by record batch."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.rows import TEXT_COLUMNS, missing_column, page_of_row
from pipeline.preprocess.readers.streams import HEAD_BYTES, one_line

_ROWS_PER_BATCH: Final = 64
_READ_BYTES: Final = 1 << 20


def read_parquet(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each row; only the columns needed are read.

    Parquet keeps its table of contents at the end: a stream that cannot seek is copied to a temporary file.
    """
    if stream.seekable():
        yield from _read_file(stream, source, max_page_bytes)
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, _READ_BYTES)
        copy.seek(0)
        yield from _read_file(copy, source, max_page_bytes)


def _read_file(stream: Any, source: str, max_page_bytes: int) -> Iterator[PageOrError]:  # noqa: ANN401 - any file object
    number = 0
    try:
        for number, row in enumerate(_rows(stream, source), start=1):
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
        if not number:
            yield InputError(source, Reason.EMPTY, "there are columns, but no row")


def _page_of_row(row: Mapping[str, object], source: str, number: int, max_page_bytes: int) -> PageOrError:
    place = f"row {number}"
    if any(isinstance(value, bytes) and len(value) > max_page_bytes for value in row.values()):
        detail = f"a value of more than {max_page_bytes:,} bytes; raise the limit"
        return InputError(source, Reason.TOO_LARGE, detail, place)
    return page_of_row(row, source=source, number=number, place=place)


def _rows(stream: Any, source: str) -> Iterator[dict[str, object]]:  # noqa: ANN401 - any file object
    file = pq.ParquetFile(stream, buffer_size=HEAD_BYTES, pre_buffer=False)
    schema = file.schema_arrow
    texts = [name for name in TEXT_COLUMNS if name in schema.names and _is_text(schema.field(name).type)]
    if not texts:
        raise missing_column((f"{field.name} ({field.type})" for field in schema), source)
    columns = [*texts, *(name for name in ("id", "url") if name in schema.names)]
    for batch in file.iter_batches(_ROWS_PER_BATCH, columns=columns, use_threads=False):
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
