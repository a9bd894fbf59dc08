"""Open byte streams: a file, a URL or standard input, looked into without using it up."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeline.errors import InputError, Reason

if TYPE_CHECKING:
    import fsspec  # type: ignore[import-untyped]  # fsspec ships no types

STANDARD_INPUT: Final = "-"
HEAD_BYTES: Final = 65_536
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]+")


def is_url(source: str) -> bool:
    """Whether fsspec opens `source`: `scheme://...`, or a chain such as `zip://page.html::file://a.zip`."""
    scheme, found, _ = source.partition("://")
    return bool(found) and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()


def filesystem_of(source: str) -> "tuple[fsspec.AbstractFileSystem, str]":
    """Return the file system behind a URL and the path in it.

    Raises:
        InputError: the scheme is unknown, or its package is not installed.
    """
    from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # noqa: PLC0415 - only URLs need it; fsspec ships no types

    try:
        filesystem, path = url_to_fs(source)
    except (ImportError, ValueError) as error:
        raise InputError(source, Reason.UNSUPPORTED, one_line(error)) from error
    except Exception as error:  # each file system raises errors of its own
        raise unreadable(source, error) from error
    return filesystem, path


@contextmanager
def open_source(source: str) -> Iterator[BinaryIO]:
    """Open what `find_files` found, and close it again; standard input stays open.

    Raises:
        InputError: it cannot be opened.
    """
    if source == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    with _open_url(source) if is_url(source) else _open_path(source) as stream:
        yield stream


def peek(stream: BinaryIO, size: int = HEAD_BYTES) -> tuple[bytes, BinaryIO]:
    """Return the first bytes, fewer than `size` only at the end, and a stream that begins with them."""
    if stream.seekable():
        position = stream.tell()
        head = stream.read(size)
        stream.seek(position)
        return head, stream
    head = stream.read(size)
    return head, io.BufferedReader(_ReplayedStream(head, stream), HEAD_BYTES)


def unreadable(source: str, error: Exception) -> InputError:
    """Say why the system does not hand over `source`."""
    source = printable(source)
    if isinstance(error, FileNotFoundError):
        failure = InputError(source, Reason.MISSING, "no such file; check the path")
    else:
        what = error.strerror if isinstance(error, OSError) and error.strerror else one_line(error)
        failure = InputError(source, Reason.UNREADABLE, f"cannot be read: {what}")
    failure.__cause__ = error
    return failure


def printable(source: str) -> str:
    """Return a name that can be written anywhere: a file's may hold bytes that are no text."""
    return source.encode("utf-8", "backslashreplace").decode()


def without_controls(text: str) -> str:
    """Return text on one line, with single spaces for white space and control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def one_line(error: BaseException) -> str:
    """Return an error's message on one line, at most 200 characters of it; it may quote bytes of the file."""
    message = without_controls(str(error)) or type(error).__name__
    return printable(message[:200])


def _open_path(source: str) -> BinaryIO:
    try:
        return open(source, "rb", buffering=HEAD_BYTES)  # noqa: PTH123 - a Path would normalise the name
    except (OSError, ValueError) as error:
        raise unreadable(source, error) from error


def _open_url(source: str) -> BinaryIO:
    filesystem, path = filesystem_of(source)
    try:
        return io.BufferedReader(_RemoteStream(filesystem.open(path, "rb")), HEAD_BYTES)
    except Exception as error:  # each file system raises errors of its own
        raise unreadable(source, error) from error


class _ReplayedStream(io.RawIOBase):
    """A stream that cannot seek, with the bytes already taken from it put back in front."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # Buffer is new in Python 3.12
        if not self._head:
            self._head = memoryview(self._rest.read(len(buffer)))
        size = min(len(buffer), len(self._head))
        buffer[:size] = self._head[:size]
        self._head = self._head[size:]
        return size


class _RemoteStream(io.RawIOBase):
    """A file of fsspec whose failures are all OSError, whatever library reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # Buffer is new in Python 3.12
        try:
            data = self._file.read(len(buffer))
        except OSError:
            raise
        except Exception as error:
            raise OSError(one_line(error)) from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
