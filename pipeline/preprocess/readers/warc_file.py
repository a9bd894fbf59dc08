"""WARC and WET archives: HTML and text responses, and conversions to text."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page, PageOrError, without_surrogates
from pipeline.preprocess.readers.encoding import decode_page
from pipeline.preprocess.readers.html_sniffing import looks_like_html, starts_as_document
from pipeline.preprocess.readers.http_payload import unwrap
from pipeline.preprocess.readers.places import Place, Preceding
from pipeline.preprocess.readers.refusals import refuse_other_formats
from pipeline.preprocess.readers.single_page import read_at_most
from pipeline.preprocess.readers.streams import HEAD_BYTES, one_line, without_controls

HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
TEXT_TYPES: Final = frozenset({"text/plain", "text/markdown"})

_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_UTF16_LABEL: Final = "utf-16"
_PAGE_RECORDS: Final = (WarcRecordType.response, WarcRecordType.conversion)


def read_warc(
    stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES, after: Preceding | None = None
) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each response and each conversion.

    A response that is neither HTML nor text is a failure with reason `not_text`; records of other types, such
    as requests, are no pages. The HTTP status is not looked at: an error page is a page. Reading stops where
    the archive is no WARC any more.

    Args:
        stream: the archive, or a part of it that begins with a record.
        source: the name of the archive.
        max_page_bytes: of a page.
        after: what stands before the part; None for the whole archive.

    Raises:
        OSError: the stream cannot be read.
    """
    before = after or Preceding()
    forward_only = _ForwardOnly(stream, before.position)
    position, number = before.position, before.pages  # of the last record, of the last page
    try:
        for record in ArchiveIterator(forward_only, parse_http=False):
            position = record.stream_pos
            item = _item_of(record, source, number + 1, max_page_bytes)
            if item is not None:
                number += 1
                yield item
    except OSError as error:
        if forward_only.failure is not None:
            raise
        detail = f"no WARC record follows ({one_line(error)}); cut the archive off there, or fetch it again"
        failure = InputError(source, Reason.CORRUPT, detail, f"after the record at byte {position}")
        failure.__cause__ = error
        yield failure
    else:
        if not number and after is None:
            yield InputError(source, Reason.EMPTY, "the archive holds no response and no conversion")


def record_starts(stream: BinaryIO) -> Iterator[Place]:
    """Yield the place before every record, where a part of the archive may begin, and the one after the last.

    Raises:
        OSError: the stream cannot be read.
    """
    forward_only = _ForwardOnly(stream)
    pages = 0
    try:
        for record in ArchiveIterator(forward_only, parse_http=False):
            yield Place(record.stream_pos, pages)
            pages += not _has_length(record) or record.record_type in _PAGE_RECORDS
        yield Place(forward_only.tell(), pages)
    except OSError:
        if forward_only.failure is not None:
            raise


class _ForwardOnly(io.RawIOBase):
    """What FastWARC needs of a stream: reads, and where it is."""

    def __init__(self, stream: BinaryIO, position: int = 0) -> None:
        self.failure: OSError | None = None
        self._stream = stream
        self._position = position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:
            self.failure = error
            raise
        self._position += len(data)
        return data


@dataclass(frozen=True, slots=True)
class _Payload:
    """What a record says about the page in it."""

    media_type: str
    charset: str = ""
    transfer_encoding: str = ""
    content_encoding: str = ""


def _item_of(record: WarcRecord, source: str, number: int, max_page_bytes: int) -> PageOrError | None:
    url = _one_line(record.headers.get("WARC-Target-URI")).strip("<>")
    place = ", ".join(filter(None, (f"record at byte {record.stream_pos}", url)))
    try:
        _require_length(record, source)
        if record.record_type not in _PAGE_RECORDS:
            _require_all(record.consume(), record, source)
            return None
        payload = _payload_of(record, source)
        content, is_html = _decode(_body_of(record, payload, source, max_page_bytes), payload, source)
    except InputError as failure:
        return failure.at(place)
    return Page(f"{source}#{number}", url, source, content, is_html)


def _has_length(record: WarcRecord) -> bool:
    return (record.headers.get("Content-Length") or "").strip().isdecimal()


def _require_length(record: WarcRecord, source: str) -> None:
    if not _has_length(record):
        raise InputError(source, Reason.CORRUPT, "the record does not say how long it is; fetch the archive again")


def _require_all(size: int, record: WarcRecord, source: str) -> None:
    if size < record.content_length:
        detail = f"the archive ends after {size:,} of the record's {record.content_length:,} bytes; fetch it again"
        raise InputError(source, Reason.TRUNCATED, detail)


def _payload_of(record: WarcRecord, source: str) -> _Payload:
    """Read what precedes the page, and refuse other media."""
    payload = (
        _payload_of_response(record, source)
        if record.is_http
        else _Payload(_media_type(record.headers.get("Content-Type")))
    )
    if payload.media_type and payload.media_type not in HTML_TYPES | TEXT_TYPES:
        _require_all(record.consume(), record, source)
        raise InputError(source, Reason.NOT_TEXT, f"{payload.media_type[:80]} is neither HTML nor text")
    return payload


def _payload_of_response(record: WarcRecord, source: str) -> _Payload:
    try:
        record.parse_http()
    except OSError as error:
        raise InputError(source, Reason.CORRUPT, f"the HTTP headers are broken: {one_line(error)}") from error
    headers = record.http_headers
    content_type = headers.get("Content-Type") or ""
    charset = _CHARSET.search(content_type)
    return _Payload(
        _media_type(content_type),
        charset[1].lower() if charset else "",
        headers.get("Transfer-Encoding") or "",
        headers.get("Content-Encoding") or "",
    )


def _one_line(header: str | None) -> str:
    return without_controls(without_surrogates(header or ""))


def _media_type(content_type: str | None) -> str:
    return _one_line(content_type).partition(";")[0].strip().lower()


def _body_of(record: WarcRecord, payload: _Payload, source: str, max_page_bytes: int) -> bytes:
    wrapped = read_at_most(record.reader, max_page_bytes + 1)
    if len(wrapped) <= max_page_bytes:
        _require_all(len(wrapped), record, source)
        wrapped = unwrap(
            wrapped,
            transfer_encoding=payload.transfer_encoding,
            content_encoding=payload.content_encoding,
            source=source,
            max_bytes=max_page_bytes,
        )
    if len(wrapped) > max_page_bytes:
        raise InputError(source, Reason.TOO_LARGE, f"one page of more than {max_page_bytes:,} bytes; raise the limit")
    return wrapped


def _decode(body: bytes, payload: _Payload, source: str) -> tuple[str, bool]:
    if not payload.charset.startswith(_UTF16_LABEL):  # which is full of NULs
        refuse_other_formats(body[:HEAD_BYTES], source)
    is_html = payload.media_type in HTML_TYPES
    content = without_surrogates(decode_page(body, is_html=is_html, header_charset=payload.charset))
    if not payload.media_type:
        return content, looks_like_html(content)
    return content, is_html or starts_as_document(content)
