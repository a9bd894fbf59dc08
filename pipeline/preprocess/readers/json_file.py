"""JSON files that are not one object a line: an array of objects, or objects over several lines."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from pipeline.errors import InputError, Reason
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.encoding import byte_order_mark
from pipeline.preprocess.readers.jsonl_file import not_json
from pipeline.preprocess.readers.lines import encoding_of_head
from pipeline.preprocess.readers.rows import page_of_row
from pipeline.preprocess.readers.streams import HEAD_BYTES, peek

_DECODER: Final = json.JSONDecoder()
_BETWEEN_ITEMS: Final = re.compile(r"[\s,]*")


def read_json(stream: BinaryIO, source: str, *, max_page_bytes: int = MAX_PAGE_BYTES) -> Iterator[PageOrError]:
    """Yield a page, or why there is none, for each object; no object may exceed `max_page_bytes`.

    Reading stops at the first thing that is no JSON, for nobody knows where the next item begins.
    """
    number = 0
    try:
        for number, item in enumerate(_items(_Text(stream), source, max_page_bytes), start=1):
            place = f"item {number}"
            if isinstance(item, dict):
                yield page_of_row(item, source=source, number=number, place=place)
            else:
                yield not_json(source, place, "it is no object in braces")
    except InputError as failure:
        yield failure.at(f"item {number + 1}")
        return
    if not number:
        yield InputError(source, Reason.EMPTY, "there is nothing in it")


class _Text:
    """A stream's text as far as it is read, and how far it is parsed."""

    def __init__(self, stream: BinaryIO) -> None:
        head, self._stream = peek(stream)
        mark, encoding = byte_order_mark(head)
        self._stream.read(len(mark))
        self._decoder = codecs.getincrementaldecoder(encoding or encoding_of_head(head))("replace")
        self.read = ""
        self.position = 0
        self.at_end = False

    def grow(self) -> None:
        """Double what is not parsed yet: parsing anew after each step then costs only twice as much."""
        pending = self.read[self.position :]
        data = self._stream.read(max(HEAD_BYTES, len(pending)))
        self.at_end = not data
        self.read = pending + self._decoder.decode(data, final=self.at_end)
        self.position = 0

    def pass_over(self, between: re.Pattern[str]) -> str:
        """Move past what matches, and return the character after it; empty at the end."""
        while True:
            match = between.match(self.read, self.position)
            self.position = match.end() if match else self.position
            if self.position < len(self.read) or self.at_end:
                return self.read[self.position : self.position + 1]
            self.grow()


def _items(text: _Text, source: str, max_bytes: int) -> Iterator[object]:
    in_array = text.pass_over(_BETWEEN_ITEMS) == "["
    text.position += in_array
    while (first := text.pass_over(_BETWEEN_ITEMS)) not in ("", "]"):
        yield _next_item(text, source, max_bytes)
    if in_array and not first:
        raise InputError(source, Reason.TRUNCATED, "the file ends before its closing bracket; fetch it again")


def _next_item(text: _Text, source: str, max_bytes: int) -> object:
    while True:
        try:
            item, text.position = _DECODER.raw_decode(text.read, text.position)
        except json.JSONDecodeError as error:
            if text.at_end:
                where = error.pos - text.position + 1
                raise not_json(source, "", f"{error.msg} at character {where} of it", error) from error
        except (ValueError, RecursionError) as error:
            raise not_json(source, "", "a number too long or too many brackets", error) from error
        else:
            return item
        if len(text.read) - text.position > max_bytes:
            raise InputError(source, Reason.TOO_LARGE, f"one object of more than {max_bytes:,} bytes; raise the limit")
        text.grow()
