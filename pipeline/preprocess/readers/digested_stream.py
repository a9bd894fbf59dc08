"""A range of a stream's bytes, and a digest by which it is known again."""

import hashlib
import io
from typing import BinaryIO, Final

from pipeline.preprocess.readers.compression import DecompressedStream

_READ_BYTES: Final = 1 << 20
_DIGEST_BYTES: Final = 16


class Digest:
    """BLAKE2b of the bytes given to it, and of the damage at their end."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES)

    def update(self, data: bytes | memoryview) -> None:
        self._hash.update(data)

    def hexdigest(self, inside: DecompressedStream | None = None) -> str:
        """Return the digest, another one if the compressed stream below is damaged."""
        if inside is not None and inside.damage is not None:
            self._hash.update(inside.damage.reason.encode())
        return self._hash.hexdigest()


class RangeStream(io.RawIOBase):
    """The next so many bytes of a stream, digested as they are read.

    Args:
        stream: begins with them.
        size: number of bytes; None for all that follow.

    Attributes:
        digest: of the bytes read.
        position: their number.
    """

    def __init__(self, stream: BinaryIO, size: int | None) -> None:
        self.digest = Digest()
        self.position = 0
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # Buffer is new in Python 3.12
        size = len(buffer) if self._left is None else min(self._left, len(buffer))
        data = self._stream.read(size) if size else b""
        self._left = None if self._left is None else self._left - len(data)
        self.position += len(data)
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def drain(self) -> None:
        """Read what is left."""
        while self.read(_READ_BYTES):
            pass
