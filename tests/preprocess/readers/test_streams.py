import io
import sys
from types import SimpleNamespace

import pytest

from pipeline.errors import InputError
from pipeline.preprocess.pages import read_file
from pipeline.preprocess.readers import streams
from pipeline.preprocess.readers.streams import is_url, one_line, peek, unreadable


class LineBroken(io.BytesIO):
    """A file whose connection breaks with an error of the network library's own."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise RuntimeError(f"connection lost\nafter {size} bytes"[:15])


@pytest.mark.parametrize(
    ("source", "expected"),
    [("s3://b/a", True), ("zip://a::file://b", True), ("a/b", False), ("C:\\a", False), ("a b://c", False)],
)
def test_a_url_has_a_scheme(source: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_url(source) is expected


def test_peeking_uses_nothing_up() -> None:
    seekable = io.BytesIO(b"abcdef")
    seekable.read(1)
    assert peek(seekable, 2)[0] == b"bc"
    assert seekable.read() == b"bcdef"


def test_peeking_into_a_pipe_gives_a_stream_that_begins_anew() -> None:
    pipe = io.BytesIO(b"abcdef")
    pipe.seekable = lambda: False  # type: ignore[method-assign]  # a pipe in all that matters
    head, stream = peek(pipe, 2)
    assert (head, stream.read(), pipe.closed) == (b"ab", b"abcdef", False)


def test_a_network_error_is_a_failure_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    filesystem = SimpleNamespace(open=lambda _path, _mode: LineBroken())
    monkeypatch.setattr(streams, "filesystem_of", lambda source: (filesystem, source))
    (failure,) = read_file("s3://bucket/a.html")
    assert isinstance(failure, InputError)
    assert (failure.reason, str(failure)) == (
        "unreadable",
        "s3://bucket/a.html: cannot be read: connection lost",
    )


def test_a_refusal_by_the_system_is_unreadable() -> None:
    failure = unreadable("a.html", PermissionError(13, "Permission denied"))
    assert (failure.reason, str(failure)) == ("unreadable", "a.html: cannot be read: Permission denied")


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO(b"Rest.")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
    assert len(list(read_file("-"))) == 1
    assert not buffer.closed


@pytest.mark.parametrize(
    ("message", "line"),
    [("no\n more", "no more"), ("of type \x0f\x9b2J", "of type 2J"), ("\ud800", "\\ud800"), ("", "ValueError")],
)
def test_what_a_library_says_of_a_file_stands_on_one_line_without_controls(message: str, line: str) -> None:
    assert one_line(ValueError(message)) == line
