"""A row of a table or a JSON object as a page."""

from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import Page, PageOrError, without_surrogates
from pipeline.preprocess.readers.encoding import decode_page
from pipeline.preprocess.readers.html_sniffing import looks_like_html

TEXT_COLUMNS: Final = ("text", "html", "content")
"""Columns that hold a page; of several, the first with any text is read. `content` may be markup or text."""

_COLUMNS_NAMED: Final = 12


def page_of_row(row: Mapping[str, object], *, source: str, number: int, place: str) -> PageOrError:
    """Return the page in a row, or why there is none.

    Args:
        row: column names to values; bytes are decoded.
        source: the file.
        number: the row's number among the file's rows, from 1; its id if it has none of its own.
        place: where people find the row in the file.
    """
    for column in TEXT_COLUMNS:
        content = _text_of(row.get(column), is_html=column == "html")
        if content:
            is_html = column == "html" or (column == "content" and looks_like_html(content))
            return Page(_id_of(row, f"{source}#{number}"), _text_of(row.get("url")).strip(), source, content, is_html)
    if not any(column in row for column in TEXT_COLUMNS):
        return missing_column(row, source, place)
    return InputError(source, Reason.NO_TEXT, f"no text in {' or '.join(c for c in TEXT_COLUMNS if c in row)}", place)


def missing_column(found: Iterable[str], source: str, place: str = "") -> InputError:
    """Say that no column holds pages, and which columns there are."""
    names = [repr(name)[:60] for name in found]
    listed = ", ".join(names[:_COLUMNS_NAMED]) + (", ..." if len(names) > _COLUMNS_NAMED else "")
    detail = f"no column is named text, html or content; found {listed or 'none'}"
    return InputError(source, Reason.NO_TEXT_COLUMN, detail, place)


def _text_of(value: object, *, is_html: bool = False) -> str:
    """Return a value's text; empty for a blank one and for what is no text."""
    text = decode_page(value, is_html=is_html) if isinstance(value, bytes) else value
    return without_surrogates(text) if isinstance(text, str) and text and not text.isspace() else ""


def _id_of(row: Mapping[str, object], default: str) -> str:
    value = row.get("id")
    if value is None:
        return default
    return _text_of(value if isinstance(value, bytes | str) else str(value)) or default
