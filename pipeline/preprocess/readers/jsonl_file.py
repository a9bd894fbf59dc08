"""JSON Lines: one page a line."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.lines import TextLines
from pipeline.preprocess.readers.places import Place, Preceding
from pipeline.preprocess.readers.rows import page_of_row


def read_jsonl(
    stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES, after: Preceding | None = None
) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each line that is not blank.

    No line may exceed `max_page_bytes`.

    Args:
        stream: the file, or a part of it that begins with a line.
        source: the name of the file.
        max_page_bytes: as above.
        after: what stands before the part; None for the whole file.
    """
    before = after or Preceding()
    number = before.pages
    lines = TextLines(stream, max_page_bytes, after.file_head if after else None)
    for line_number, line in enumerate(lines, start=before.lines + 1):
        if line is None or not line.isspace():
            number += 1
            yield _page_of_line(line, source, number, f"line {line_number}", max_page_bytes)


def line_ends(stream: BinaryIO, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[Place]:
    """Yield the place after every line: where a part of the file may end."""
    lines = TextLines(stream, max_page_bytes)
    pages = 0
    for line_number, line in enumerate(lines, start=1):
        pages += line is None or not line.isspace()
        yield Place(lines.position, pages, line_number)


def _page_of_line(line: str | None, source: str, number: int, place: str, max_page_bytes: int) -> PageOrError:
    if line is None:
        detail = f"a line of more than {max_page_bytes:,} bytes; raise the limit"
        return InputError(source, Reason.TOO_LARGE, detail, place)
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return not_json(source, place, f"{error.msg} at column {error.colno}", error)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, thousands of brackets
        return not_json(source, place, "a number too long or too many brackets", error)
    if not isinstance(row, dict):
        return not_json(source, place, "it is no object in braces")
    return page_of_row(row, source=source, number=number, place=place)


def not_json(source: str, place: str, what: str, cause: Exception | None = None) -> InputError:
    """Say that what stands at `place` is no JSON object."""
    failure = InputError(source, Reason.NOT_JSON, f"not a JSON object: {what}", place)
    failure.__cause__ = cause
    return failure
