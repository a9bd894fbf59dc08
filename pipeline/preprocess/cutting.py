"""Large files cut into parts that can be read alone: JSONL and CSV between rows, Parquet and WARC between groups."""

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from pipeline.errors import InputError, Reason
from pipeline.preprocess.file_parts import FilePart, Span, context_of, plain_head, span_digests
from pipeline.preprocess.page import MAX_PAGE_BYTES
from pipeline.preprocess.readers.compression import Codec, DecompressedStream
from pipeline.preprocess.readers.csv_file import row_ends
from pipeline.preprocess.readers.digested_stream import RangeStream
from pipeline.preprocess.readers.files import InputFile
from pipeline.preprocess.readers.jsonl_file import line_ends
from pipeline.preprocess.readers.lines import has_byte_lines
from pipeline.preprocess.readers.parquet_file import row_groups_of
from pipeline.preprocess.readers.places import Place
from pipeline.preprocess.readers.sniffing import Kind, sniff
from pipeline.preprocess.readers.streams import (
    HEAD_BYTES,
    STANDARD_INPUT,
    filesystem_of,
    is_url,
    open_source,
    printable,
    unreadable,
)
from pipeline.preprocess.readers.warc_file import record_starts

PART_BYTES: Final = 16_000_000
"""Uncompressed bytes after which a part is full: a few seconds of work."""

_QUICK_CODECS: Final = ("gzip", "zstd")
_PARTS_OF_A_SIZE: Final = 2
_ROWS_KINDS: Final = (Kind.JSONL, Kind.CSV)


@dataclass(frozen=True, slots=True)
class CutFile:
    """A file as a run takes it.

    Attributes:
        source: the name that its pages carry.
        stamp: what tells without reading it that a file is the same, such as size and time; empty if nothing does.
        parts: in the order of its pages; one that stands for the whole file if it is not cut.
    """

    source: str
    stamp: str
    parts: tuple[FilePart, ...]


def cut_file(
    file: InputFile, *, path: str = "", part_bytes: int = PART_BYTES, max_page_bytes: int = MAX_PAGE_BYTES
) -> CutFile:
    """Read a file once, find where it can be cut, and digest its parts.

    Text that is compressed with gzip or zstd is cut as well, though a part then takes decompressing all that stands
    before it: its parts grow, so that this stays a small share of the work. Other compressed text, UTF-16 and
    JSON arrays are not cut.

    Args:
        file: as `find_files` names it.
        path: what is opened in its stead, for standard input.
        part_bytes: a part is full beyond so many uncompressed bytes.
        max_page_bytes: as for `read_pages`.

    Raises:
        InputError: it cannot be read, or it changes while it is.
    """
    opened = path or file.source
    before = stamp_of(opened)
    try:
        with open_source(opened) as stream:
            _require_second_reading(stream, file.source)
            spans = _spans(stream, file, part_bytes, max_page_bytes) if stream.seekable() else []
            parts = _parts(stream, printable(file.source), opened, spans)
    except OSError as error:
        raise unreadable(file.source, error) from error
    if stamp_of(opened) != before:
        raise InputError(
            printable(file.source), Reason.UNREADABLE, "it changes while it is read; wait until it is whole"
        )
    return CutFile(file.source, before, parts)


def _require_second_reading(stream: BinaryIO, source: str) -> None:
    if not stream.seekable() and not is_url(source):
        detail = "a pipe, which can be read only once; hand its content over on standard input, or leave out -o"
        raise InputError(printable(source), Reason.UNSUPPORTED, detail)


def stamp_of(path: str) -> str:
    """What tells without reading a file that it is the same; empty if nothing does.

    Raises:
        InputError: the file is gone.
    """
    if path == STANDARD_INPUT:
        return ""
    try:
        if not is_url(path):
            status = os.stat(path)  # noqa: PTH116 - a Path would normalise the caller's name
            return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
        filesystem, inside = filesystem_of(path)
        return str(filesystem.ukey(inside))
    except InputError:
        raise
    except NotImplementedError:
        return ""
    except Exception as error:  # each file system raises errors of its own
        raise unreadable(path, error) from error


def _parts(stream: BinaryIO, source: str, path: str, spans: list[Span]) -> tuple[FilePart, ...]:
    if stream.seekable():
        stream.seek(0)
    if not spans:
        whole = RangeStream(stream, None)
        whole.drain()
        return (FilePart(source, path, whole.position, whole.digest.hexdigest()),)
    context = context_of(spans[0].kind, plain_head(stream)[0])
    digests = span_digests(stream, spans)
    return tuple(
        FilePart(source, path, size, digest, span, context) for span, (digest, size) in zip(spans, digests, strict=True)
    )


def _spans(stream: BinaryIO, file: InputFile, part_bytes: int, max_page_bytes: int) -> list[Span]:
    """The spans of a file that is worth cutting and can be cut; otherwise none."""
    head, codec = plain_head(stream)
    if codec is None and file.size is not None and file.size <= part_bytes:
        return []
    try:
        kind = sniff(head, file.source)
    except InputError:
        return []
    if kind in _ROWS_KINDS and not (has_byte_lines(head) and (codec is None or codec.name in _QUICK_CODECS)):
        return []
    places = _places(stream, kind, codec, max_page_bytes)
    cuts = list(_cuts(places, part_bytes, are_growing=codec is not None and kind in _ROWS_KINDS))
    if not cuts or not any(place.pages for place in cuts):
        return []
    name = codec.name if codec else ""
    starts = [Place(stored=None if codec and kind in _ROWS_KINDS else 0), *cuts]
    return [Span(kind, start, end, name) for start, end in zip(starts, [*cuts, None], strict=True)]


def _cuts(places: Iterable[tuple[int, Place]], part_bytes: int, *, are_growing: bool) -> Iterator[Place]:
    """Choose places so that parts are full and none is empty; `places` are bytes before each, and the place."""
    start = n_cuts = 0
    chosen: tuple[int, Place] | None = None
    for position, place in places:
        if chosen is not None:
            start, cut = chosen
            yield cut
            n_cuts += 1
            chosen = None
        full = part_bytes * 2 ** (n_cuts // _PARTS_OF_A_SIZE if are_growing else 0)
        if position - start >= full:
            chosen = position, place


def _places(stream: BinaryIO, kind: Kind, codec: Codec | None, max_page_bytes: int) -> Iterator[tuple[int, Place]]:
    if kind is Kind.PARQUET:
        return _row_group_ends(stream) if codec is None else iter(())
    if kind is Kind.WARC:
        return _record_starts(stream, codec)
    if kind not in _ROWS_KINDS:
        return iter(())
    plain = io.BufferedReader(DecompressedStream(stream, codec), HEAD_BYTES) if codec else stream
    ends = (line_ends if kind is Kind.JSONL else row_ends)(plain, max_page_bytes=max_page_bytes)
    return ((place.position, place if codec else replace(place, stored=place.position)) for place in ends)


def _row_group_ends(stream: BinaryIO) -> Iterator[tuple[int, Place]]:
    size = pages = 0
    for number, group in enumerate(row_groups_of(stream)[1], start=1):
        size += group.uncompressed_bytes
        pages += group.rows
        yield size, Place(number, pages)


def _record_starts(stream: BinaryIO, codec: Codec | None) -> Iterator[tuple[int, Place]]:
    """Records, of a compressed archive those only that begin a member, as crawlers write them all."""
    if codec is None:
        for place in record_starts(stream):
            yield place.position, replace(place, stored=place.position)
        return
    inside = DecompressedStream(stream, codec, log_members=True)
    members = inside.member_starts
    for place in record_starts(io.BufferedReader(inside, HEAD_BYTES)):
        while members and members[0][0] < place.position:
            members.popleft()
        if members and members[0][0] == place.position:
            yield place.position, replace(place, stored=members[0][1])
