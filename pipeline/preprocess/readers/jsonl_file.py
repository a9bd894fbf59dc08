"""JSON Lines: one page a line."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.lines import text_lines
from pipeline.preprocess.readers.rows import page_of_row


def read_jsonl(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each line that is not blank.

    No line may exceed `max_page_bytes`.
    """
    number = 0
    for line_number, line in enumerate(text_lines(stream, max_page_bytes), start=1):
        if line is None or not line.isspace():
            number += 1
            yield _page_of_line(line, source, number, f"line {line_number}", max_page_bytes)


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
