import io

import pytest

from pipeline.errors import InputError
from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.readers.jsonl_file import read_jsonl


def read(data: bytes, max_page_bytes: int = 1000) -> list[PageOrError]:
    return list(read_jsonl(io.BytesIO(data), "a.jsonl", max_page_bytes=max_page_bytes))


def test_a_row_keeps_its_id_and_url() -> None:
    data = b'{"id": 7, "url": "https://a.example/", "html": "<p>Rest."}'
    assert read(data) == [Page("7", "https://a.example/", "a.jsonl", "<p>Rest.", is_html=True)]


@pytest.mark.parametrize("own", ["", '"id": null,', '"id": " ",'])
def test_a_row_without_an_id_is_numbered_and_blank_lines_are_not(own: str) -> None:
    pages = read(f'{{"text": "One."}}\n\n{{{own} "text": "Two."}}\n'.encode())
    assert [page.id for page in pages if isinstance(page, Page)] == ["a.jsonl#1", "a.jsonl#2"]


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (
            "{bad",
            "not_json",
            "not a JSON object: Expecting property name enclosed in double quotes at column 2",
        ),
        ("[1]", "not_json", "not a JSON object: it is no object in braces"),
        ("[" * 100_000, "not_json", "not a JSON object: a number too long or too many brackets"),
        ("9" * 5000, "not_json", "not a JSON object: a number too long or too many brackets"),
        ('{"body": "x"}', "no_text_column", "no column is named text, html or content; found 'body'"),
        ("{}", "no_text_column", "no column is named text, html or content; found none"),
        ('{"text": " ", "html": null}', "no_text", "no text in text or html"),
        ('{"text": 5}', "no_text", "no text in text"),
        (
            '{"text": "' + "x" * 200_000 + '"}',
            "too_large",
            "a line of more than 150,000 bytes; raise the limit",
        ),
    ],
)
def test_a_bad_line_is_named_and_its_neighbours_are_read(line: str, reason: str, detail: str) -> None:
    first, failure, last = read(f'{{"text": "One."}}\n{line}\n{{"text": "Two."}}'.encode(), max_page_bytes=150_000)
    assert isinstance(failure, InputError)
    assert (failure.reason, str(failure)) == (reason, f"a.jsonl, line 2: {detail}")
    assert isinstance(first, Page)
    assert isinstance(last, Page)
    assert (first.content, last.id) == ("One.", "a.jsonl#3")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_rows_are_read_in_any_encoding(encoding: str) -> None:
    text = "L'asthme des élèves est fréquent à l'école."
    (page,) = read(f'{{"text": "{text}"}}\r\n'.encode(encoding))
    assert isinstance(page, Page)
    assert page.content == text


def test_lone_surrogates_are_replaced_and_pairs_joined() -> None:
    (page,) = read(rb'{"text": "a\ud800b \ud83d\ude00", "id": "\udfff"}')
    assert page == Page("\ufffd", "", "a.jsonl", "a\ufffdb 😀", is_html=False)
