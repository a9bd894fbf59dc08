"""Files made to hurt, large ones on the fly: each with the reason it is refused for, or with its sentences."""

import bz2
import gzip
import lzma
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zstandard

sys.path.insert(0, str(Path(__file__).parents[1]))
from page_samples import parquet, response

GOOD: Final = b"Rest the ankle and put ice on the swelling."
_JSON: Final = b'{"text": "' + GOOD + b'"}\n'
_RECORD: Final = response("https://a.example/", b"<p>" + GOOD + b"</p>")
_PARQUET: Final = parquet({"text": [GOOD.decode()] * 3})
_MEGABYTE: Final = 1_000_000


_ZSTD_MEGABYTE: Final = zstandard.compress(b"a" * _MEGABYTE)
_BOMB_RECORD: Final = response(
    "https://b.example/", gzip.compress(b"a" * _MEGABYTE) * 1000, headers="Content-Encoding: gzip\r\n"
)


@dataclass(frozen=True)
class HostileFile:
    """What is in a file, and what becomes of it.

    Attributes:
        content: its bytes.
        reasons: of its failures, in order.
        pages: that are done.
    """

    content: bytes
    reasons: tuple[str, ...] = ()
    pages: int = 0


def bomb(start: bytes, repeated: bytes, megabytes: int, end: bytes = b"") -> bytes:
    """So many megabytes in about a thousandth of them, in members of gzip, so that it is made at once."""
    member = gzip.compress(repeated * (_MEGABYTE // len(repeated)))
    return gzip.compress(start) + member * megabytes + gzip.compress(end)


def record_of_length(length: bytes) -> bytes:
    """An archive whose second record lies about its length."""
    return _RECORD + re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, _RECORD) + _RECORD


def nested_bomb() -> bytes:
    return gzip.compress(bomb(b"", b"a ", 1000))


def hostile_files() -> dict[str, HostileFile]:
    """By name; every kind, and every way in which it may lie."""
    refused, done = HostileFile, HostileFile(GOOD, (), 1)
    return {
        "good.txt": done,
        "bomb.txt.gz": refused(bomb(b"", b"a ", 1000), ("too_large",)),
        "bomb.jsonl.gz": HostileFile(bomb(b'{"text": "', b"a", 100, b'"}\n' + _JSON), ("too_large",), 1),
        "bomb.txt.bz2": refused(bz2.compress(b"a" * _MEGABYTE) * 100, ("too_large",)),
        "bomb.csv.xz": refused(lzma.compress(b'text\n"') + lzma.compress(b"a" * _MEGABYTE) * 100, ("too_large",)),
        "bomb.json.zst": refused(zstandard.compress(b'[{"text": "') + _ZSTD_MEGABYTE * 100, ("too_large",)),
        "bomb-body.warc": HostileFile(_BOMB_RECORD + _RECORD, ("too_large",), 1),
        "bomb.parquet": refused(parquet({"text": ["a" * 25 * _MEGABYTE] * 2}), ("too_large", "too_large")),
        "bomb-of-nul.gz": refused(bomb(b"", b"\0", 100), ("binary",)),
        "nested.gz": refused(nested_bomb(), ("binary",)),
        "nested.html": refused(b"<div>" * 100_000 + GOOD, ("too_deep",)),
        "nested-lists.html": refused(b"<ul><li>" * 100_000 + GOOD, ("too_deep",)),
        "nested-ruby.html": refused(b"<rt>" * 100_000 + GOOD, ("too_deep",)),
        "left-open.html": refused(b"<p><font>" * 1_900 + b"<p>" * 20_000 + GOOD, ("too_deep",)),
        "attribute.html": refused(b'<p title="' + b"a" * 50_000_000 + b'">' + GOOD, ("too_large",)),
        "attribute-within.html": HostileFile(b'<p title="' + b"a" * 15_000_000 + b'">' + GOOD, (), 1),
        "tiny.html": refused(b"<p>" + b"<b>a" * 10_000_000, ("too_large",)),
        "no-space.txt": refused(b"a" * 20_000_001, ("too_large",)),
        "no-space-within.txt": HostileFile(b"a" * 1_000_000, (), 1),
        "nul.txt": refused(b"\0Rest" * 100, ("binary",)),
        "some-nul.txt": HostileFile((GOOD + b"\n") * 20 + b"\0", (), 1),
        "surrogate.jsonl": HostileFile(b'{"text": "Rest \\ud800 helps.", "id": "\\udfff"}\n', (), 1),
        "overlong.txt": HostileFile(b"Rest \xc0\xaf\xe0\x80\xaf helps.", (), 1),
        "mixed.txt": HostileFile("Café helps.\n".encode("latin-1") * 9 + "Café helps.\n".encode() * 9, (), 1),
        "label.html": HostileFile('<meta charset="shift_jis"><p>Café helps.'.encode(), (), 1),
        "label-16.html": HostileFile('<meta charset="utf-16"><p>Café helps.'.encode(), (), 1),
        "utf-16-without-mark.txt": refused(GOOD.decode().encode("utf-16-le"), ("binary",)),
        "short.warc": HostileFile(record_of_length(b"3"), ("empty", "corrupt"), 1),
        "negative.warc": HostileFile(record_of_length(b"-1"), ("corrupt", "corrupt"), 1),
        "long.warc": HostileFile(record_of_length(b"4000"), ("truncated",), 1),
        "longest.warc": HostileFile(record_of_length(b"9223372036854775807"), ("truncated",), 1),
        "beyond.warc": HostileFile(record_of_length(b"18446744073709551616"), ("empty", "corrupt"), 1),
        "footer.parquet": refused(_PARQUET[:-8] + b"\xff\xff\xff\x7fPAR1", ("corrupt",)),
        "cut.parquet": refused(_PARQUET[:-9], ("corrupt",)),
        "line.jsonl": HostileFile(_JSON + b'{"text": "' + b"a" * 100 * _MEGABYTE + b'"}\n' + _JSON, ("too_large",), 2),
        "brackets.jsonl": HostileFile(b'{"text":' + b"[" * _MEGABYTE + b"\n" + _JSON, ("not_json",), 1),
        "field.csv": HostileFile(b'text\n"' + b"a" * 25 * _MEGABYTE + b'"\n' + GOOD + b"\n", ("too_large",), 1),
        "broken.txt.gz": HostileFile(gzip.compress(GOOD * 9)[:-9], ("truncated",)),
        "line\nbreak.txt": done,
        "a..\\..\\name.txt": done,
        "=1+1,@SUM(A1).txt": done,
        "\x1b[31mred.txt": done,
    }


def write_hostile_files(folder: Path) -> dict[str, HostileFile]:
    """Write them into a folder, and beside them what is no file: a loop of links, a pipe, a broken link."""
    files = hostile_files()
    for name, file in files.items():
        (folder / name).write_bytes(file.content)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    nothing = b""
    return {**files, "gone.txt": HostileFile(nothing, ("missing",)), "pipe": HostileFile(nothing, ("unsupported",))}
