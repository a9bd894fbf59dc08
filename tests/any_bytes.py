"""What must hold of any bytes: they give pages or failures, and a page's sentences cover its text and stand in it."""

import io
from functools import cache

import numpy as np
from page_samples import COMPRESSIONS, FILES

from pipeline.errors import InputError
from pipeline.preprocess.document import Document
from pipeline.preprocess.extract import extract
from pipeline.preprocess.page import Page
from pipeline.preprocess.pages import read_stream
from pipeline.preprocess.sentences import SentenceSplitter

MAX_PAGE_BYTES = 10_000


def seeds() -> list[bytes]:
    """A sound file of every kind, plain and compressed."""
    return [compress(content) for content in FILES.values() for compress in COMPRESSIONS.values()]


def do_bytes(data: bytes, name: str) -> None:
    """Read bytes as a file of that name and split its pages; whatever is raised is a finding."""
    for item in read_stream(io.BytesIO(data), name, max_page_bytes=MAX_PAGE_BYTES):
        if isinstance(item, InputError):
            if not item.reason or any(character < " " or "\x7f" <= character < "\xa0" for character in str(item)):
                raise AssertionError(repr(str(item)))
        else:
            split_page(item)


def split_bytes(data: bytes) -> None:
    split_page(Page("fuzz", "", "fuzz", data.decode("utf-8", "replace"), is_html=False))


def split_page(page: Page) -> None:
    try:
        document = extract(page)
    except InputError:
        return
    require_cover(document)


def require_cover(document: Document) -> None:
    """Raise an AssertionError unless sentences are in order, apart, and leave nothing but blanks between them."""
    sentences = splitter().split([document])
    inside = np.zeros(len(document.text), np.int64)
    for start, end in zip(sentences.start.tolist(), sentences.end.tolist(), strict=True):
        if not 0 <= start < end <= len(document.text):
            raise AssertionError(f"a sentence from {start} to {end}")
        inside[start:end] += 1
    outside = "".join(document.text[place] for place in np.flatnonzero(inside == 0))
    if outside.strip() or (len(inside) and inside.max() > 1):
        raise AssertionError(f"not covered once: {outside.strip()[:40]!r}")


@cache
def splitter() -> SentenceSplitter:
    return SentenceSplitter()
