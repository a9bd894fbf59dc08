import bz2
import gzip
import io
import lzma
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Final

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from page_samples import COMPRESSIONS

from pipeline.preprocess.readers.compression import Damage, DecompressedStream, codec_of

TEXT = b"Rest, and drink water. " * 400
SUFFIXES = [suffix for suffix in COMPRESSIONS if suffix]
NAMES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}


def decompress(data: bytes) -> tuple[bytes, Damage | None]:
    codec = codec_of(data)
    assert codec is not None
    stream = DecompressedStream(io.BytesIO(data), codec)
    return io.BufferedReader(stream).read(), stream.damage


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_first_bytes_tell_the_codec(suffix: str) -> None:
    codec = codec_of(COMPRESSIONS[suffix](b""))
    assert codec is not None
    assert codec.name == NAMES[suffix]


@pytest.mark.parametrize("head", [b"", b"plain", b"BZh", b"BZhello", b"\x1f\x8b", b"\x28\xb5"])
def test_other_bytes_are_no_codec(head: bytes) -> None:
    assert codec_of(head) is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_members_are_read(suffix: str) -> None:
    compress = COMPRESSIONS[suffix]
    assert decompress(compress(TEXT) + compress(b"") + compress(b"More.")) == (TEXT + b"More.", None)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_members_may_be_padded_with_zeros(suffix: str) -> None:
    compress = COMPRESSIONS[suffix]
    assert decompress(compress(TEXT) + b"\0" * 20_000 + compress(b"More.") + b"\0" * 4) == (
        TEXT + b"More.",
        None,
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_truncated_member_gives_what_came_before_it(suffix: str) -> None:
    compress = COMPRESSIONS[suffix]
    text, damage = decompress(compress(b"First.") + compress(TEXT)[:-3])
    assert text.startswith(b"First.")
    assert damage == Damage("truncated", f"the {NAMES[suffix]} stream ends early; fetch the file again")  # type: ignore[arg-type]  # a literal shows the word


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_follows_and_is_not_compressed_is_corrupt(suffix: str) -> None:
    text, damage = decompress(COMPRESSIONS[suffix](TEXT) + b"rubbish")
    assert text == TEXT
    assert damage is not None
    assert (damage.reason, "what follows" in damage.detail) == ("corrupt", True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_damaged_member_is_corrupt_and_the_first_is_kept(suffix: str) -> None:
    second = bytearray(COMPRESSIONS[suffix](TEXT))
    second[len(second) // 2 :] = bytes(255 - byte for byte in second[len(second) // 2 :])
    text, damage = decompress(COMPRESSIONS[suffix](b"First.") + second)
    assert text.startswith(b"First.")
    assert damage is not None
    assert damage.reason in {"corrupt", "truncated"}


@given(data=st.binary(max_size=200), suffix=st.sampled_from(SUFFIXES), cut=st.integers(4, 100))
def test_any_bytes_after_a_magic_are_read_to_an_end(data: bytes, suffix: str, cut: int) -> None:
    head = COMPRESSIONS[suffix](TEXT)[: max(cut, 10)]
    text, _ = decompress(head + data)
    assert isinstance(text, bytes)


BOMB: Final = 160_000_000
BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    ".gz": lambda: gzip.compress(bytes(BOMB), 1),
    ".bz2": lambda: bz2.compress(bytes(BOMB)),
    ".xz": lambda: lzma.compress(bytes(BOMB), preset=0),
    ".zst": lambda: zstandard.compress(bytes(BOMB)),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_bomb_of_one_piece_takes_no_more_room_than_a_step_of_it(suffix: str) -> None:
    data = BOMBS[suffix]()
    codec = codec_of(data)
    assert codec is not None
    stream = DecompressedStream(io.BytesIO(data), codec)
    tracemalloc.start()
    size = sum(iter(lambda: len(stream.read(1 << 16) or b""), 0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (size, peak < BOMB // 2) == (BOMB, True)


def xz_of_a_dictionary(code: int) -> bytes:
    """An xz stream that says that its dictionary is of size `code` (The .xz File Format, 5.3.1)."""
    data = bytearray(lzma.compress(TEXT, check=lzma.CHECK_CRC32))
    size = (data[12] + 1) * 4
    header = data[12 : 12 + size - 4]
    header[4] = code
    data[12 : 12 + size] = header + zlib.crc32(header).to_bytes(4, "little")
    return bytes(data)


def test_a_dictionary_of_four_gigabytes_is_refused() -> None:
    assert decompress(xz_of_a_dictionary(18)) == (TEXT, None)
    text, damage = decompress(xz_of_a_dictionary(40))
    assert text == b""
    assert damage is not None
    assert "Memory usage limit" in damage.detail
