import io

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from page_samples import parquet

from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.readers.parquet_file import read_parquet


def read(columns: dict[str, list[object]], max_page_bytes: int = 1000) -> list[PageOrError]:
    return list(read_parquet(io.BytesIO(parquet(columns)), "a.parquet", max_page_bytes=max_page_bytes))


def contents(columns: dict[str, list[object]]) -> list[str]:
    return [item.content if isinstance(item, Page) else str(item) for item in read(columns)]


def test_rows_keep_id_and_url_and_other_columns_are_ignored() -> None:
    columns: dict[str, list[object]] = {
        "id": [7, None],
        "url": ["u", None],
        "content": ["<p>a</p>", "b"],
        "x": [1, 2],
    }
    assert read(columns) == [
        Page("7", "u", "a.parquet", "<p>a</p>", is_html=True),
        Page("a.parquet#2", "", "a.parquet", "b", is_html=False),
    ]


@pytest.mark.parametrize(
    "kind",
    [pa.large_string(), pa.binary(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
def test_every_type_of_text_column_is_read(kind: pa.DataType) -> None:
    assert contents({"text": pa.array(["Rest.", "Rest."]).cast(kind)}) == ["Rest.", "Rest."]


def test_bytes_are_decoded() -> None:
    assert contents({"html": ["<meta charset=koi8-r>астма".encode("koi8-r")]}) == ["<meta charset=koi8-r>астма"]


def test_a_bad_row_is_named_and_its_neighbours_are_read() -> None:
    assert contents({"text": ["One.", None, "x" * 1001, "Four."]}) == [
        "One.",
        "a.parquet, row 2: no text in text",
        "a.parquet, row 3: a value of more than 1,000 bytes; raise the limit",
        "Four.",
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["a"]}, "a.parquet: no column is named text, html or content; found 'body (string)'"),
        ({"text": [1]}, "a.parquet: no column is named text, html or content; found 'text (int64)'"),
        ({"text": pa.array([], pa.string())}, "a.parquet: there are columns, but no row"),
    ],
)
def test_a_table_without_pages_says_why(columns: dict[str, list[object]], message: str) -> None:
    assert contents(columns) == [message]
