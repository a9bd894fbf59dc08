"""Files that hold no readable pages, and what to do with them."""

import re
from typing import Final

from pipeline.errors import InputError, Reason
from pipeline.preprocess.readers.encoding import byte_order_mark

_BINARY_MAGICS: Final = (
    (b"%PDF-", "a PDF document; extract its text first"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image, sound or video"),
    (b"PK\x03\x04", "a zip or office file; unpack it, or save it as HTML or text"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office file; save it as HTML or text"),
    (b"\x1f\x8b", "gzip data inside a compressed file; unpack it once"),
    (b"\x28\xb5\x2f\xfd", "zstd data inside a compressed file; unpack it once"),
    (b"\xfd7zXZ\0", "xz data inside a compressed file; unpack it once"),
    (b"\x7fELF", "a program"),
)
_UNSUPPORTED_MAGICS: Final = (
    (b"PARE", "an encrypted Parquet file; decrypt it first"),
    (b"ARROW1", "an Arrow file; write it as Parquet"),
    (b"ORC", "an ORC file; write it as Parquet"),
    (b"Obj\x01", "an Avro file; write it as Parquet"),
    (b"SQLite format 3\0", "an SQLite database; export it as JSONL or CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (b"\x04\x22\x4d\x18", "an lz4 file; compress it with gzip, bzip2, xz or zstd"),
    (b"filedesc://", "an ARC archive; convert it to WARC"),
    (b"{\\rtf", "an RTF document; save it as HTML or text"),
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer; run `git lfs pull`"),
)
_TAR_MAGIC: Final = slice(257, 262)
_SAVED_PAGE: Final = re.compile(rb"(?:[\w-]+: [^\n]*\n){0,20}?Content-Type: multipart/related", re.IGNORECASE)
_CONTROL_BYTES: Final = bytes((*range(9), *range(14, 27), *range(28, 32), 127))  # all but tab, LF, VT, FF, CR and ESC
_CONTROL_SHARE: Final = 100
"""One control byte among this many bytes makes a file binary: web pages hold a stray NUL now and then."""


def refuse_other_formats(head: bytes, source: str, place: str = "") -> None:
    """Let text pass, and only that.

    Raises:
        InputError: `head`, the first bytes, shows something empty, binary or of another format.
    """
    for magics, reason in ((_BINARY_MAGICS, Reason.BINARY), (_UNSUPPORTED_MAGICS, Reason.UNSUPPORTED)):
        for magic, advice in magics:
            if head.startswith(magic):
                raise InputError(source, reason, f"this is {advice}", place)
    if head[_TAR_MAGIC] == b"ustar":
        raise InputError(source, Reason.UNSUPPORTED, "this is a tar archive; unpack it", place)
    if _SAVED_PAGE.match(head):
        raise InputError(source, Reason.UNSUPPORTED, "this is a page saved as MHTML; save it as HTML", place)
    _refuse_control_bytes(head, source, place)


def _refuse_control_bytes(head: bytes, source: str, place: str) -> None:
    mark, encoding = byte_order_mark(head)
    if not head.removeprefix(mark).strip():
        raise InputError(source, Reason.EMPTY, "there is nothing in it", place)
    if encoding not in ("", "utf-8"):
        return
    control_bytes = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if control_bytes * _CONTROL_SHARE > len(head):
        raise InputError(source, Reason.BINARY, "this is binary data, not text", place)
