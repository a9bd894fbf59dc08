"""Files that are one page: HTML, text, Markdown."""

from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page, PageOrError, without_surrogates
from pipeline.preprocess.readers.encoding import decode_page

_CHUNK_BYTES: Final = 1 << 20


def read_html(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield the one page of an HTML file."""
    yield _read_page(stream, source, max_page_bytes, is_html=True)


def read_text(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield the one page of a text or Markdown file."""
    yield _read_page(stream, source, max_page_bytes, is_html=False)


def _read_page(stream: BinaryIO, source: str, max_page_bytes: int, *, is_html: bool) -> PageOrError:
    data = read_at_most(stream, max_page_bytes + 1)
    if len(data) > max_page_bytes:
        detail = f"one page of more than {max_page_bytes:,} bytes; split the file, or raise the limit"
        return InputError(source, Reason.TOO_LARGE, detail)
    content = without_surrogates(decode_page(data, is_html=is_html))
    if not content or content.isspace():
        return InputError(source, Reason.EMPTY, "there is nothing in it")
    return Page(source, "", source, content, is_html)


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def read_at_most(stream: Readable, size: int) -> bytes:
    """Read up to `size` bytes, in chunks: asked at once, Python makes room for all of `size`."""
    chunks: list[bytes] = []
    while size > 0 and (chunk := stream.read(min(size, _CHUNK_BYTES))):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
