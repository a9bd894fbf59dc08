"""Where pages come from: files, folders, URLs and standard input, of any kind that is read."""

import io
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from os import PathLike
from typing import BinaryIO, Final

from pipeline.errors import InputError
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page, PageOrError
from pipeline.preprocess.readers.compression import DecompressedStream, codec_of
from pipeline.preprocess.readers.csv_file import read_csv
from pipeline.preprocess.readers.files import FileOrError, InputFile, find_files
from pipeline.preprocess.readers.json_file import read_json
from pipeline.preprocess.readers.jsonl_file import read_jsonl
from pipeline.preprocess.readers.single_page import read_html, read_text
from pipeline.preprocess.readers.sniffing import Kind, sniff
from pipeline.preprocess.readers.streams import HEAD_BYTES, open_source, peek, printable, unreadable

__all__ = [
    "MAX_PAGE_BYTES",
    "InputFile",
    "Page",
    "PageOrError",
    "find_files",
    "read_file",
    "read_pages",
    "read_stream",
]

_ENDS_UNSEEN: Final = (Kind.HTML, Kind.TEXT, Kind.CSV)


def read_pages(
    inputs: Iterable[str | PathLike[str]], *, limit: int | None = None, max_page_bytes: int = MAX_PAGE_BYTES
) -> Iterator[PageOrError]:
    """Yield every page of the inputs in order; what cannot be read stands in its place as an InputError.

    Args:
        inputs: files, folders, fsspec URLs, and `-` for standard input.
        limit: stop after so many pages; failures do not count.
        max_page_bytes: a page, or the row that holds it, may have so many bytes.

    Raises:
        UsageError: `inputs` is a single path instead of several.
    """
    with closing(_all_items(find_files(inputs), max_page_bytes)) as items:
        yield from items if limit is None else _until(limit, items)


def read_file(source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield the pages of one file as `find_files` names it; never raises for what is in it."""
    try:
        with open_source(source) as stream:
            yield from read_stream(stream, printable(source), max_page_bytes=max_page_bytes)
    except InputError as failure:
        yield failure
    except OSError as error:
        yield unreadable(printable(source), error)


def read_stream(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield the pages of an open binary stream of any kind, compressed or not.

    Args:
        stream: it need not be able to seek.
        source: its name, whose suffix settles what the bytes leave open.
        max_page_bytes: as for `read_pages`.

    Raises:
        OSError: the stream cannot be read on.
    """
    head, stream = peek(stream)
    codec = codec_of(head)
    if codec is None:
        yield from _read_plain(stream, head, source, max_page_bytes)
        return
    inside = DecompressedStream(stream, codec)
    head, plain = peek(io.BufferedReader(inside, HEAD_BYTES))
    if head or inside.damage is None:
        yield from _read_plain(plain, head, source, max_page_bytes, inside)
    if inside.damage is not None:
        yield InputError(source, inside.damage.reason, inside.damage.detail)


def whole_pages(items: Iterable[PageOrError], kind: Kind, inside: DecompressedStream | None) -> Iterator[PageOrError]:
    """Yield the pages of a compressed stream but for one that is cut off, of which half would look like all.

    Rows of JSON, records and Parquet tell themselves that they are cut; the last page of other kinds is left out if the
    stream is damaged, and the damage, which whoever opened the stream tells, stands for it.
    """
    last: PageOrError | None = None
    for item in items:
        if last is not None:
            yield last
        last = item
    is_cut = inside is not None and inside.damage is not None and kind in _ENDS_UNSEEN
    if last is not None and not (is_cut and isinstance(last, Page)):
        yield last


def _read_plain(
    stream: BinaryIO, head: bytes, source: str, max_page_bytes: int, inside: DecompressedStream | None = None
) -> Iterator[PageOrError]:
    try:
        kind = sniff(head, source)
    except InputError as failure:
        yield failure
        return
    yield from whole_pages(_reader_of(kind)(stream, source, max_page_bytes=max_page_bytes), kind, inside)


def _reader_of(kind: Kind) -> Callable[..., Iterator[PageOrError]]:
    """Return the reader of a kind; those that need large packages or are rare are imported when asked for."""
    simple = {
        Kind.HTML: read_html,
        Kind.TEXT: read_text,
        Kind.JSONL: read_jsonl,
        Kind.JSON: read_json,
        Kind.CSV: read_csv,
    }
    if kind in simple:
        return simple[kind]
    if kind is Kind.WARC:
        from pipeline.preprocess.readers.warc_file import read_warc  # noqa: PLC0415 - only archives need FastWARC

        return read_warc
    from pipeline.preprocess.readers.parquet_file import read_parquet  # noqa: PLC0415 - only Parquet needs Arrow

    return read_parquet


def _all_items(files: Iterable[FileOrError], max_page_bytes: int) -> Generator[PageOrError]:
    for file in files:
        if isinstance(file, InputError):
            yield file
        else:
            yield from read_file(file.source, max_page_bytes=max_page_bytes)


def _until(limit: int, items: Iterator[PageOrError]) -> Iterator[PageOrError]:
    while limit > 0 and (item := next(items, None)) is not None:
        limit -= isinstance(item, Page)
        yield item
