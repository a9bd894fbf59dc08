"""The body of a stored HTTP response, freed of what it was wrapped in for the way."""

import io
import re
import zlib
from typing import Final

from fastwarc.stream_io import BrotliReader

from pipeline.errors import InputError, Reason
from pipeline.preprocess.readers.compression import DecompressedStream, codec_of
from pipeline.preprocess.readers.single_page import read_at_most

_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def unwrap(body: bytes, *, transfer_encoding: str, content_encoding: str, source: str, max_bytes: int) -> bytes:
    """Undo the encodings that the HTTP headers name, unless the bytes show that the crawler has.

    Returns at most `max_bytes` and one more, which says that there is more.

    Raises:
        InputError: the body is cut, corrupt, or in an encoding that is not read here.
    """
    if "chunked" in transfer_encoding.lower():
        body = _join_chunks(body, source)
    for name in reversed([part.strip().lower() for part in content_encoding.split(",")]):
        body = _decompress(body, name, source, max_bytes)
    return body


def _join_chunks(body: bytes, source: str) -> bytes:
    chunks: list[bytes] = []
    position = 0
    while size_line := _CHUNK_SIZE.match(body, position):
        size = int(size_line[1], 16)
        if not size:
            return b"".join(chunks)
        start = size_line.end()
        chunks.append(body[start : start + size])
        position = start + size + len(b"\r\n")
    if not chunks:
        return body  # it was not chunked any more
    raise InputError(source, Reason.TRUNCATED, "the response ends before its last chunk")


def _decompress(body: bytes, name: str, source: str, max_bytes: int) -> bytes:
    codec = codec_of(body)
    if codec is not None:
        stream = DecompressedStream(io.BytesIO(body), codec)
        body = read_at_most(io.BufferedReader(stream), max_bytes + 1)
        if stream.damage:
            raise InputError(source, stream.damage.reason, stream.damage.detail)
        return body
    if name == "deflate":
        return _inflate(body, source, max_bytes)
    if name == "br":
        return _unbrotli(body, source, max_bytes)
    if name in ("", "identity", "gzip", "x-gzip", "zstd"):
        return body
    raise InputError(source, Reason.UNSUPPORTED, f"the response is encoded as {name[:40]!r}")


def _inflate(body: bytes, source: str, max_bytes: int) -> bytes:
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # as the standard says, and as many servers do it
        try:
            return zlib.decompressobj(window).decompress(body, max_bytes + 1)
        except zlib.error as error:
            cause = error
    if _is_markup(body):
        return body
    raise InputError(source, Reason.CORRUPT, f"the response is no sound deflate stream ({cause})") from cause


def _unbrotli(body: bytes, source: str, max_bytes: int) -> bytes:
    if _is_markup(body):
        return body
    try:
        return BrotliReader(io.BytesIO(body)).read(max_bytes + 1)
    except OSError as error:
        raise InputError(source, Reason.CORRUPT, f"the response is no sound brotli stream ({error})") from error


def _is_markup(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"
