"""CSV and its kin: one page a row, under a header."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.lines import TextLines
from pipeline.preprocess.readers.places import Place, Preceding
from pipeline.preprocess.readers.rows import TEXT_COLUMNS, missing_column, page_of_row
from pipeline.preprocess.readers.sniffing import delimiter_of
from pipeline.preprocess.readers.streams import HEAD_BYTES, one_line


def read_csv(
    stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES, after: Preceding | None = None
) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each row; the delimiter is a comma, semicolon, tab or bar.

    No field and no line may exceed `max_page_bytes`.

    Args:
        stream: the file, or a part of it that begins with a row.
        source: the name of the file.
        max_page_bytes: as above.
        after: what stands before the part, with the file's header in its head; None for the whole file.
    """
    lines = _Lines(TextLines(stream, max_page_bytes, after.file_head if after else None), source, max_page_bytes)
    try:
        if after is None:
            columns, delimiter = _read_header(lines)
        else:
            columns, delimiter = _read_header(_lines_of_head(after.file_head, source, max_page_bytes))
            lines.number = after.lines
    except InputError as failure:
        yield failure
    except csv.Error as error:
        yield lines.failure(error, lines.number)
    else:
        yield from _read_rows(lines, columns, delimiter, after.pages if after else None)


def row_ends(stream: BinaryIO, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[Place]:
    """Yield the place after every row: where a part of the file may end.

    Nothing is yielded for a file that is no table of pages, or whose header is too long to be told by a head.
    """
    text = TextLines(stream, max_page_bytes)
    lines = _Lines(text, "", max_page_bytes)
    try:
        columns, delimiter = _read_header(lines)
    except (InputError, csv.Error):
        return
    if text.position > HEAD_BYTES:
        return
    for number, item in enumerate(_read_rows(lines, columns, delimiter), start=1):
        if not (isinstance(item, InputError) and item.reason in (Reason.NO_TEXT_COLUMN, Reason.EMPTY)):
            yield Place(text.position, number, lines.number)


def _lines_of_head(file_head: bytes, source: str, max_line_bytes: int) -> "_Lines":
    return _Lines(TextLines(io.BytesIO(file_head), max_line_bytes), source, max_line_bytes)


def _read_header(lines: "_Lines") -> tuple[list[str], str]:
    header = next((line for line in lines if not line.isspace()), "")
    delimiter = delimiter_of(header)
    with field_limit(lines.max_line_bytes):
        return [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])], delimiter


class _Lines:
    """Lines for `csv.reader`, counted; one that is too long raises, and the next can still be read."""

    def __init__(self, lines: Iterator[str | None], source: str, max_line_bytes: int) -> None:
        self.source = source
        self.max_line_bytes = max_line_bytes
        self.number = 0
        self._lines = lines
        self._latest = ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        if line is None:
            raise self.too_large(self.number)
        self._latest = line
        return line

    def leave_quotes(self) -> None:
        """Pass over the rest of a quoted field in which the latest line began."""
        inside = not self._latest.count('"') % 2  # two quotes stand for one, so only the last makes it odd
        while inside and (line := next(self._lines, "")) != "":
            self.number += 1
            inside = line is None or not line.count('"') % 2

    def too_large(self, number: int) -> InputError:
        detail = f"a field of more than {self.max_line_bytes:,} bytes; close its quotes, or raise the limit"
        return InputError(self.source, Reason.TOO_LARGE, detail, f"line {number}")

    def failure(self, error: csv.Error, number: int) -> InputError:
        """Turn the one error that Python has for all faults of a row into the fault."""
        if str(error).startswith("field larger than field limit"):
            failure = self.too_large(number)
        else:
            detail = f"no CSV row: {one_line(error).partition(' - ')[0]}; use line feeds"
            failure = InputError(self.source, Reason.CORRUPT, detail, f"line {number}")
        failure.__cause__ = error
        return failure


def _read_rows(
    lines: _Lines, columns: list[str], delimiter: str, pages_before: int | None = None
) -> Iterator[PageOrError]:
    if not any(column in columns for column in TEXT_COLUMNS):
        yield missing_column(columns, lines.source)
        return
    rows = csv.reader(lines, delimiter=delimiter)
    number = pages_before or 0
    while True:
        first_line = lines.number + 1
        try:
            with field_limit(lines.max_line_bytes):
                cells = next(rows)
        except StopIteration:
            break
        except InputError as failure:
            item: PageOrError = failure
        except csv.Error as error:
            item = lines.failure(error, first_line)
            if lines.number > first_line:
                lines.leave_quotes()
        else:
            if not cells:
                continue
            item = _page_of_cells(cells, columns, lines.source, number + 1, f"line {first_line}")
        number += 1
        yield item
    if not number and pages_before is None:
        yield InputError(lines.source, Reason.EMPTY, "there is a header, but no row")


def _page_of_cells(cells: list[str], columns: list[str], source: str, number: int, place: str) -> PageOrError:
    if len(cells) > len(columns):
        detail = f"{len(cells)} fields under {len(columns)} columns; quote fields that hold the delimiter"
        return InputError(source, Reason.CORRUPT, detail, place)
    row = dict(zip(reversed(columns), reversed(cells + [""] * (len(columns) - len(cells))), strict=True))
    return page_of_row(row, source=source, number=number, place=place)


@contextmanager
def field_limit(size: int) -> Iterator[None]:
    """Raise the limit that Python keeps for all CSV readers, and only while one row is read."""
    before = csv.field_size_limit(size)
    try:
        yield
    finally:
        csv.field_size_limit(before)
