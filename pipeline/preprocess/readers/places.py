"""Places in a file where one part of it can end and the next begin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Between two pages of a file.

    Attributes:
        position: bytes of the uncompressed file before it; of a Parquet file, row groups.
        pages: pages before it, unreadable ones among them.
        lines: line breaks before it; 0 where lines do not count.
        stored: bytes of the file as stored before it, if reading can begin there; None if it cannot.
    """

    position: int = 0
    pages: int = 0
    lines: int = 0
    stored: int | None = None


@dataclass(frozen=True, slots=True)
class Preceding:
    """What a reader has to know of the file before the part it reads.

    Attributes:
        pages: pages before the part, unreadable ones among them.
        lines: lines before it.
        position: bytes of the uncompressed file before it.
        file_head: the first bytes of the file, by which its encoding and header are told.
    """

    pages: int = 0
    lines: int = 0
    position: int = 0
    file_head: bytes = b""
