"""Parts of input files: what a part holds, and how it is read alone with the same pages as in the whole file."""

import io
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.pages import read_stream, whole_pages
from pipeline.preprocess.readers.compression import CODECS, Codec, DecompressedStream, codec_of
from pipeline.preprocess.readers.csv_file import read_csv
from pipeline.preprocess.readers.digested_stream import Digest, RangeStream
from pipeline.preprocess.readers.jsonl_file import read_jsonl
from pipeline.preprocess.readers.lines import encoding_of_head
from pipeline.preprocess.readers.parquet_file import RowGroup, read_parquet, row_groups_of
from pipeline.preprocess.readers.places import Place, Preceding
from pipeline.preprocess.readers.sniffing import Kind
from pipeline.preprocess.readers.streams import HEAD_BYTES, open_source, peek
from pipeline.preprocess.readers.warc_file import read_warc


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a file a part lies.

    Attributes:
        kind: of the file.
        start: the place at which it begins.
        end: the place of the next part; None if it reaches to the end of the file.
        codec: name of the file's compression; empty if it has none.
    """

    kind: Kind
    start: Place
    end: Place | None
    codec: str = ""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file or a part of it, with what shows that it is still the same.

    Attributes:
        source: the name that its pages carry.
        path: what is opened to read it.
        size: bytes in it, as stored for a whole file; measures the work.
        digest: BLAKE2b of its bytes, hexadecimal.
        span: where it lies; None for a whole file.
        context: what of the file's beginning decides how the part is read: its encoding, and a table's header.
    """

    source: str
    path: str
    size: int
    digest: str
    span: Span | None = None
    context: str = ""


class ChangedInputError(InputError):
    """A file is not, or no longer, what it was when the run was planned."""


def read_part(part: FilePart, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield the pages of a part, with the names and places that they have when the whole file is read.

    Raises:
        ChangedInputError: the file cannot be opened or read, or it is not what it was; told at the end at the latest.
    """
    try:
        with open_source(part.path) as stream:
            digest = yield from _read_span(part, part.span, stream, max_page_bytes)
    except (InputError, OSError) as error:
        what = error.detail if isinstance(error, InputError) else error.strerror or str(error)
        raise _changed(part, f"it could be read when the run was planned, but now: {what}") from error
    if digest != part.digest:
        raise _changed(part, "it changed while the run was going on")


def _changed(part: FilePart, what: str) -> ChangedInputError:
    return ChangedInputError(part.source, Reason.CHANGED, f"{what}; give the same command again")


def plain_head(stream: BinaryIO) -> tuple[bytes, Codec | None]:
    """Return the first uncompressed bytes of a stream that can seek, and its codec; it stands at its start again."""
    head, _ = peek(stream)
    codec = codec_of(head)
    if codec is not None:
        head, _ = peek(io.BufferedReader(DecompressedStream(stream, codec), HEAD_BYTES))
        stream.seek(0)
    return head, codec


def context_of(kind: Kind, head: bytes) -> str:
    """What of a file's first bytes decides how later ones are read."""
    if kind is Kind.CSV:
        header = head.lstrip().partition(b"\n")[0]
        return f"{encoding_of_head(head)} {header!r}"
    return encoding_of_head(head) if kind is Kind.JSONL else ""


def span_digests(stream: BinaryIO, spans: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """Yield digest and bytes of every span of a file that can seek, in one pass; they follow one another."""
    if spans[0].kind is Kind.PARQUET:
        schema, groups = row_groups_of(stream)
        for span in spans:
            wanted = groups[span.start.position : _end(span)]
            yield _row_group_digest(stream, schema, wanted), sum(group.uncompressed_bytes for group in wanted)
        return
    plain: _PlainStream | None = None
    for span in spans:
        plain = _PlainStream.of_span(stream, span, plain)
        plain.ranged.drain()
        yield plain.hexdigest(), _plain_size(span, plain.ranged.position)


class _PlainStream:
    """The uncompressed bytes of a span.

    Where reading can begin at the span's stored bytes, these are digested; otherwise the file is decompressed from
    its start, and the bytes that come out are.
    """

    def __init__(self, ranged: RangeStream, inside: DecompressedStream | None, whole: BinaryIO | None) -> None:
        self.ranged = ranged
        self.inside = inside
        self.whole = whole

    @classmethod
    def of_span(cls, stream: BinaryIO, span: Span, before: "_PlainStream | None" = None) -> "_PlainStream":
        """Open a span; `before` is the one that ends where it begins, if that has been read."""
        if span.start.stored is None:
            return cls._passed_over(stream, span, before)
        stream.seek(span.start.stored)
        stored_end = span.end.stored if span.end else None
        ranged = RangeStream(stream, None if stored_end is None else stored_end - span.start.stored)
        return cls(ranged, None, None)

    @classmethod
    def _passed_over(cls, stream: BinaryIO, span: Span, before: "_PlainStream | None") -> "_PlainStream":
        if before is not None and before.whole is not None:
            inside, whole = before.inside, before.whole
        else:
            stream.seek(0)
            inside = DecompressedStream(stream, _codec_named(span.codec))
            whole = io.BufferedReader(inside, HEAD_BYTES)
            RangeStream(whole, span.start.position).drain()
        size = span.end.position - span.start.position if span.end else None
        return cls(RangeStream(whole, size), inside, whole)

    def reader(self, span: Span) -> BinaryIO:
        plain: BinaryIO = io.BufferedReader(self.ranged, HEAD_BYTES)
        if span.codec and self.whole is None:
            self.inside = DecompressedStream(plain, _codec_named(span.codec))
            plain = io.BufferedReader(self.inside, HEAD_BYTES)
        return plain

    def hexdigest(self) -> str:
        return self.ranged.digest.hexdigest(self.inside if self.whole is not None else None)


def _plain_size(span: Span, ranged: int) -> int:
    return span.end.position - span.start.position if span.end else ranged


def _codec_named(name: str) -> Codec:
    return next(codec for codec in CODECS if codec.name == name)


def _end(span: Span) -> int | None:
    return span.end.position if span.end else None


def _read_span(
    part: FilePart, span: Span | None, stream: BinaryIO, max_page_bytes: int
) -> Generator[PageOrError, None, str]:
    if span is None:
        whole = RangeStream(stream, None)
        yield from read_stream(io.BufferedReader(whole, HEAD_BYTES), part.source, max_page_bytes=max_page_bytes)
        whole.drain()
        return whole.digest.hexdigest()
    if span.kind is Kind.PARQUET:
        return (yield from _read_row_groups(part, span, stream, max_page_bytes))
    head, _ = plain_head(stream)
    if context_of(span.kind, head) != part.context:
        return ""
    plain = _PlainStream.of_span(stream, span)
    reader, after = _reader_of(span, head)
    pages = reader(plain.reader(span), part.source, max_page_bytes=max_page_bytes, after=after)
    yield from whole_pages(pages, span.kind, plain.inside if span.end is None else None)
    plain.ranged.drain()
    if span.end is None and plain.inside is not None and plain.inside.damage is not None:
        yield InputError(part.source, plain.inside.damage.reason, plain.inside.damage.detail)
    return plain.hexdigest()


def _reader_of(span: Span, head: bytes) -> tuple[Callable[..., Iterator[PageOrError]], Preceding | None]:
    after = Preceding(span.start.pages, span.start.lines, span.start.position, head)
    if span.kind is Kind.WARC:
        return read_warc, after
    return read_csv if span.kind is Kind.CSV else read_jsonl, after if span.start.position else None


def _read_row_groups(
    part: FilePart, span: Span, stream: BinaryIO, max_page_bytes: int
) -> Generator[PageOrError, None, str]:
    schema, groups = row_groups_of(stream)
    wanted = range(len(groups))[span.start.position : _end(span)]
    digest = _row_group_digest(stream, schema, [groups[index] for index in wanted])
    if digest == part.digest:
        pages_before = span.start.pages
        stream.seek(0)
        yield from read_parquet(
            stream, part.source, max_page_bytes=max_page_bytes, row_groups=wanted, pages_before=pages_before
        )
    return digest


def _row_group_digest(stream: BinaryIO, schema: bytes, groups: Sequence[RowGroup]) -> str:
    digest = Digest()
    digest.update(schema)
    for group in groups:
        stream.seek(group.start)
        values = RangeStream(stream, group.end - group.start)
        values.drain()
        digest.update(values.digest.hexdigest().encode())
    return digest.hexdigest()
