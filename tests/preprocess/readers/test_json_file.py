import io

import pytest

from pipeline.errors import InputError
from pipeline.preprocess.page import Page
from pipeline.preprocess.readers.json_file import read_json


def contents(data: bytes, max_page_bytes: int = 1000) -> list[str]:
    items = read_json(io.BytesIO(data), "a.json", max_page_bytes=max_page_bytes)
    return [item.content if isinstance(item, Page) else str(item) for item in items]


@pytest.mark.parametrize(
    "data",
    [
        b'[{"text": "One."}, {"text":\n"Two."}]',
        b'{\n"text": "One."}\n{"text": "Two."}\n',
        b'\xef\xbb\xbf[{"text": "One."},{"text": "Two."}]',
    ],
)
def test_arrays_and_spread_objects_are_read(data: bytes) -> None:
    assert contents(data) == ["One.", "Two."]


def test_objects_longer_than_a_buffer_are_read() -> None:
    long = "x" * 300_000
    assert contents(f'[{{"text": "{long}"}}, {{"text": "Two."}}]'.encode(), 1_000_000) == [long, "Two."]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'[{"text": "One."}, {"text": ]',
            "a.json, item 2: not a JSON object: Expecting value at character 10 of it",
        ),
        (b'[{"text": "One."}', "a.json, item 2: the file ends before its closing bracket; fetch it again"),
        (b'[{"text": "One."}, 5]', "a.json, item 2: not a JSON object: it is no object in braces"),
    ],
)
def test_a_bad_item_is_named_after_the_good_ones(data: bytes, message: str) -> None:
    assert contents(data) == ["One.", message]


def test_an_object_that_is_too_large_is_refused() -> None:
    data = b'[{"text": "' + b"x" * 100_000
    assert contents(data) == ["a.json, item 1: one object of more than 1,000 bytes; raise the limit"]


def test_an_empty_array_says_so() -> None:
    (failure,) = read_json(io.BytesIO(b"[ ]"), "a.json")
    assert isinstance(failure, InputError)
    assert failure.reason == "empty"
