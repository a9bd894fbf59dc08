"""The lines of a stream as text, none of them longer than a page may be."""

import codecs
import io
from typing import BinaryIO, Final

from pipeline.preprocess.readers.encoding import byte_order_mark, decode_undeclared, detected_encodings
from pipeline.preprocess.readers.streams import HEAD_BYTES, peek

_LONGEST_CHARACTER: Final = 4


class TextLines:
    """The lines of a stream with their ends; None for one that is longer than `max_bytes`, which is skipped.

    Lines are UTF-8; those that are not are read in the encoding detected from the file's head, and one that
    nothing fits is read with replacements. A byte order mark is taken away.

    Args:
        stream: a file, or the later part of one that begins with a line.
        max_bytes: of a line.
        file_head: the first bytes of the file if the stream is a part of it; None if it is the whole.

    Attributes:
        position: bytes of the stream up to the end of the latest line, unless it is UTF-16 or UTF-32.
    """

    def __init__(self, stream: BinaryIO, max_bytes: int, file_head: bytes | None = None) -> None:
        self.position = 0
        if file_head is None:
            self._head, stream = peek(stream)
            mark, encoding = byte_order_mark(self._head)
            self.position += len(stream.read(len(mark)))
            if encoding not in ("", "utf-8"):
                stream = io.BufferedReader(_TranscodedStream(stream, encoding), HEAD_BYTES)
        else:
            self._head = file_head
        self._stream = stream
        self._max_bytes = max_bytes
        self._legacy_encoding = ""

    def __iter__(self) -> "TextLines":
        return self

    def __next__(self) -> str | None:
        line = self._stream.readline(self._max_bytes + 1)
        if not line:
            raise StopIteration
        self.position += len(line)
        if len(line) > self._max_bytes and not line.endswith(b"\n"):
            del line  # before the rest of it is passed over
            self._pass_over_line()
            return None
        try:
            return line.decode()
        except UnicodeDecodeError:
            self._legacy_encoding = self._legacy_encoding or encoding_of_head(self._head)
            return _decode_legacy(line, self._legacy_encoding)

    def _pass_over_line(self) -> None:
        rest = b"-"
        while rest and not rest.endswith(b"\n"):
            rest = self._stream.readline(HEAD_BYTES)
            self.position += len(rest)


def has_byte_lines(file_head: bytes) -> bool:
    """Whether lines end with a single byte, so that a part of the file can be read: not so in UTF-16 and UTF-32."""
    return byte_order_mark(file_head)[1] in ("", "utf-8")


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
