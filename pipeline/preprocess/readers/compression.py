"""Compressed streams, told by their first bytes and read without holding more than a buffer."""

import bz2
import io
import lzma
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

import zstandard

from pipeline.errors import Reason

# One call may expand its input a thousand (gzip) or 32,000 times (zstd): small steps bound what a bomb can take. What
# expands a million times (bzip2) or thousands of times (xz) can be asked for so many bytes of output.
_STEP_BYTES: Final = 1024
_STEP_OUTPUT_BYTES: Final = 1 << 20
_XZ_MEMORY_BYTES: Final = 1 << 28
_BZIP2_BLOCKS: Final = (
    b"1AY&SY",
    b"\x17\x72\x45\x38\x50\x90",
)  # the first block, or the end of an empty stream


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to compress: its name, how a member begins, and what reads one member."""

    name: str
    magics: tuple[bytes, ...]
    start: Callable[[], _Decompressor]


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a compressed stream could not be read to its end."""

    reason: Reason
    detail: str


CODECS: Final = (
    Codec("gzip", (b"\x1f\x8b\x08",), lambda: zlib.decompressobj(wbits=31)),
    Codec(
        "bzip2",
        tuple(b"BZh%d" % level + block for level in range(1, 10) for block in _BZIP2_BLOCKS),
        bz2.BZ2Decompressor,
    ),
    Codec("xz", (b"\xfd7zXZ\0",), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)),
    Codec(
        "zstd",
        (b"\x28\xb5\x2f\xfd", *(bytes([nibble]) + b"\x2a\x4d\x18" for nibble in range(0x50, 0x60))),
        lambda: zstandard.ZstdDecompressor().decompressobj(),
    ),
)


def codec_of(head: bytes) -> Codec | None:
    """Return the codec whose stream begins with `head`."""
    return next((codec for codec in CODECS if head.startswith(codec.magics)), None)


def _decompressed(member: _Decompressor, step: bytes) -> bytes:
    if isinstance(member, bz2.BZ2Decompressor | lzma.LZMADecompressor):
        return member.decompress(step, max_length=_STEP_OUTPUT_BYTES)
    return member.decompress(step)


class DecompressedStream(io.RawIOBase):
    """All members of a compressed stream as one; it ends early, without raising, where the stream is damaged.

    Raising would lose what a buffer had gathered before the damage.

    Attributes:
        damage: why the stream ended early; None while it has not.
        member_starts: where members begin that whoever asked for them has not taken yet: places in what comes out
            and in what goes in, in bytes.
    """

    def __init__(self, stream: BinaryIO, codec: Codec, *, log_members: bool = False) -> None:
        self.damage: Damage | None = None
        self.member_starts: deque[tuple[int, int]] = deque([(0, 0)] if log_members else [])
        self._log_members = log_members
        self._taken = self._given = 0
        self._stream = stream
        self._codec = codec
        self._member: _Decompressor | None = codec.start()
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # RawIOBase asks for Buffer, new in Python 3.12
        while not self._output and self._member is not None:
            self._advance(self._member)
        size = min(len(buffer), len(self._output))
        buffer[:size] = self._output[:size]
        self._output = self._output[size:]
        return size

    def _advance(self, member: _Decompressor) -> None:
        if member.eof:
            self._start_next_member(member.unused_data)
            return
        has_output = not getattr(member, "needs_input", True)
        step = b"" if has_output else self._take_input()
        if not (step or has_output):
            self._end(Reason.TRUNCATED, f"the {self._codec.name} stream ends early; fetch the file again")
            return
        try:
            self._output = memoryview(_decompressed(member, step))
            self._given += len(self._output)
        except (zlib.error, OSError, lzma.LZMAError, EOFError, zstandard.ZstdError) as error:
            self._end(Reason.CORRUPT, f"the {self._codec.name} stream is corrupt ({error}); fetch the file again")

    def _take_input(self) -> bytes:
        if not self._input:
            self._input = self._read_input()
        step, self._input = self._input[:_STEP_BYTES], self._input[_STEP_BYTES:]
        return step

    def _read_input(self) -> bytes:
        data = self._stream.read(io.DEFAULT_BUFFER_SIZE)
        self._taken += len(data)
        return data

    def _start_next_member(self, unused: bytes) -> None:
        self._input = (unused + self._input).lstrip(b"\0")  # members may be padded with zeros
        while len(self._input) < io.DEFAULT_BUFFER_SIZE and (more := self._read_input()):
            self._input = (self._input + more).lstrip(b"\0") if not self._input else self._input + more
        if not self._input:
            self._member = None
        elif self._input.startswith(self._codec.magics):
            self._member = self._codec.start()
            if self._log_members:
                self.member_starts.append((self._given, self._taken - len(self._input)))
        else:
            self._end(
                Reason.CORRUPT,
                f"what follows the {self._codec.name} stream is not {self._codec.name}; cut it off",
            )

    def _end(self, reason: Reason, detail: str) -> None:
        self.damage = Damage(reason, detail)
        self._member = None
