import csv
import io

import pytest

from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.readers.csv_file import read_csv


def read(data: bytes, max_page_bytes: int = 1000) -> list[PageOrError]:
    return list(read_csv(io.BytesIO(data), "a.csv", max_page_bytes=max_page_bytes))


def contents(data: bytes, max_page_bytes: int = 1000) -> list[str]:
    return [item.content if isinstance(item, Page) else str(item) for item in read(data, max_page_bytes)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_sniffed(delimiter: str) -> None:
    data = 'id,url,html\r\n7,https://a.example/,"<p>Rest,\r\n""sleep"""\r\n'.replace(",", delimiter).encode()
    expected = f'<p>Rest{delimiter}\r\n"sleep"'
    assert read(data) == [Page("7", "https://a.example/", "a.csv", expected, is_html=True)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_tables_of_office_programs_are_read(encoding: str) -> None:
    text = "L'asthme des élèves est fréquent à l'école."
    assert contents(f"id;text\n1;{text}\n".encode(encoding)) == [text]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2,a,b", "a.csv, line 3: 3 fields under 2 columns; quote fields that hold the delimiter"),
        ("2,", "a.csv, line 3: no text in text"),
        ("2", "a.csv, line 3: no text in text"),
        (
            "2,a\rb",
            "a.csv, line 3: no CSV row: new-line character seen in unquoted field; use line feeds",
        ),
        (
            "2," + "x" * 2000,
            "a.csv, line 3: a field of more than 1,000 bytes; close its quotes, or raise the limit",
        ),
        (
            '2,"' + "x\n" * 600 + '"',
            "a.csv, line 3: a field of more than 1,000 bytes; close its quotes, or raise the limit",
        ),
    ],
)
def test_a_bad_row_is_named_and_its_neighbours_are_read(row: str, message: str) -> None:
    first, failure, last = contents(f"id,text\n1,One.\n{row}\n3,Three.\n".encode())
    assert (first, failure, last) == ("One.", message, "Three.")


def test_fields_above_the_usual_limit_are_read_and_the_limit_is_put_back() -> None:
    before = csv.field_size_limit()
    assert contents(b"id,text\n1," + b"x" * 200_000, 1_000_000) == ["x" * 200_000]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"id,body\n1,a\n", "a.csv: no column is named text, html or content; found 'id', 'body'"),
        (b"id,text\n", "a.csv: there is a header, but no row"),
    ],
)
def test_a_table_without_pages_says_why(data: bytes, message: str) -> None:
    assert contents(data) == [message]
