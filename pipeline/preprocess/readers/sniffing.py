"""What kind of file this is: its first bytes decide, then its name."""

import csv
import json
import re
from enum import StrEnum
from typing import Final

from pipeline.preprocess.readers.encoding import byte_order_mark
from pipeline.preprocess.readers.html_sniffing import looks_like_html, starts_as_document
from pipeline.preprocess.readers.refusals import refuse_other_formats
from pipeline.preprocess.readers.rows import TEXT_COLUMNS

HTML_SUFFIXES: Final = frozenset({"html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp"})
TEXT_SUFFIXES: Final = frozenset({"txt", "text", "md", "markdown", "rst"})
JSONL_SUFFIXES: Final = frozenset({"jsonl", "ndjson"})
CSV_SUFFIXES: Final = frozenset({"csv", "tsv"})
COMPRESSION_SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst", ".zstd")
DELIMITERS: Final = ",;\t|"

_FIRST_LINE_CHARACTERS: Final = 4096
_HEADER_LINE: Final = re.compile(r"""["']?[\w.-]+["']?(?:[,;\t|]["']?[\w.-]+["']?)+""")


class Kind(StrEnum):
    """Each has one reader."""

    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


def sniff(head: bytes, source: str) -> Kind:
    """Return the kind of a file that is not compressed.

    Args:
        head: its first bytes, all of them when the file is short.
        source: its name; a compression suffix and a query are ignored.

    Raises:
        InputError: the file is empty, binary, or of a kind that is not read here.
    """
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"WARC/"):
        return Kind.WARC
    refuse_other_formats(head, source)
    mark, encoding = byte_order_mark(head)
    return _kind_of_text(head.removeprefix(mark).decode(encoding or "utf-8", "replace"), suffix_of(source))


def suffix_of(source: str) -> str:
    """Return the last part of the name after its dot, in lower case and without a compression suffix."""
    name = source.partition("::")[0].lower()
    if "://" in name:
        name = name.partition("?")[0].partition("#")[0]
    for suffix in COMPRESSION_SUFFIXES:
        name = name.removesuffix(suffix)
    stem, _, suffix = name.rpartition("/")[2].rpartition(".")
    return suffix if stem else ""


def delimiter_of(header: str) -> str:
    """Return the delimiter that makes a page column appear in the header, else the most frequent one."""

    def rank(delimiter: str) -> tuple[bool, int]:
        cells = [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])]
        return any(column in cells for column in TEXT_COLUMNS), header.count(delimiter)

    return max(DELIMITERS, key=rank)


def _kind_of_text(text: str, suffix: str) -> Kind:
    if starts_as_document(text):
        return Kind.HTML
    return _kind_of_rows(text, suffix) or _kind_of_prose(text, suffix)


def _kind_of_rows(text: str, suffix: str) -> Kind | None:
    if suffix in JSONL_SUFFIXES or _begins_with_json_object(text, suffix):
        return Kind.JSONL
    if suffix == "json":
        return Kind.JSON
    if suffix in CSV_SUFFIXES or _begins_with_header(text):
        return Kind.CSV
    return None


def _kind_of_prose(text: str, suffix: str) -> Kind:
    if suffix in HTML_SUFFIXES:
        return Kind.HTML
    if suffix in TEXT_SUFFIXES:
        return Kind.TEXT
    return Kind.HTML if looks_like_html(text) else Kind.TEXT


def _begins_with_json_object(text: str, suffix: str) -> bool:
    line = text.lstrip().partition("\n")[0]
    if not line.startswith("{"):
        return False
    try:
        row = json.loads(line)
    except RecursionError:
        return False
    except ValueError as error:
        # A long page may make the first line longer than the head: then all of the head has to be sound.
        return "\n" not in text.lstrip() and _was_cut(error, line)
    return isinstance(row, dict) and (suffix not in TEXT_SUFFIXES or any(column in row for column in TEXT_COLUMNS))


def _was_cut(error: ValueError, line: str) -> bool:
    if not isinstance(error, json.JSONDecodeError) or len(line) < _FIRST_LINE_CHARACTERS:
        return False
    return error.pos >= len(line) - 1 or error.msg.startswith("Unterminated string")


def _begins_with_header(text: str) -> bool:
    header = text.lstrip().partition("\n")[0].rstrip("\r")
    if not _HEADER_LINE.fullmatch(header):
        return False
    cells = re.split(f"[{DELIMITERS}]", header.replace('"', "").replace("'", ""))
    return any(column in cells for column in TEXT_COLUMNS)
