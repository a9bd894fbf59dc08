"""The lines of a stream as text, none of them longer than a page may be."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from pipeline.preprocess.readers.encoding import byte_order_mark, decode_undeclared, detected_encodings
from pipeline.preprocess.readers.streams import HEAD_BYTES, peek

_LONGEST_CHARACTER: Final = 4


def text_lines(stream: BinaryIO, max_bytes: int) -> Iterator[str | None]:
    """Yield each line with its end; None for one that is longer than `max_bytes`, which is skipped.

    Lines are UTF-8; those that are not are read in the encoding detected from the stream's head, and one that
    nothing fits is read with replacements. A byte order mark is taken away.
    """
    head, stream = peek(stream)
    mark, encoding = byte_order_mark(head)
    stream.read(len(mark))
    if encoding not in ("", "utf-8"):
        stream, encoding = io.BufferedReader(_TranscodedStream(stream, encoding), HEAD_BYTES), "utf-8"
    legacy_encoding = ""
    for line in _bounded_lines(stream, max_bytes):
        if line is None:
            yield None
            continue
        try:
            yield line.decode()
        except UnicodeDecodeError:
            legacy_encoding = legacy_encoding or encoding_of_head(head)
            yield _decode_legacy(line, legacy_encoding)


def encoding_of_head(head: bytes) -> str:
    """Return the encoding of a stream without a byte order mark that begins with `head`."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        cut_off = len(head) == HEAD_BYTES and error.start > len(head) - _LONGEST_CHARACTER
        return "utf-8" if cut_off else next(detected_encodings(head))
    return "utf-8"


def _decode_legacy(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return decode_undeclared(line)


def _bounded_lines(stream: BinaryIO, max_bytes: int) -> Iterator[bytes | None]:
    while line := stream.readline(max_bytes + 1):
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield line
            continue
        del line  # before the rest of it is passed over
        while (rest := stream.readline(HEAD_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield None


class _TranscodedStream(io.RawIOBase):
    """UTF-16 or UTF-32 as UTF-8, whose line ends are single bytes."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # Buffer is new in Python 3.12
        more = True
        while more and not self._output:
            data = self._stream.read(HEAD_BYTES)
            more = bool(data)
            self._output = memoryview(self._decoder.decode(data, final=not more).encode("utf-8", "replace"))
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        return size
