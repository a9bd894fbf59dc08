import gzip
import io
import json

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same
import pytest

from pipeline.errors import InputError
from pipeline.jobs import writers
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.jobs.writers import DocumentFile, SentenceFile, document_row, failure_row
from pipeline.schema import LABELS, sentence_schema

CLEANED = CleanedDocument("a", "https://a.example/", "a.txt", "Zoë", "# Zoë", {"news": 1}, 3, 7, 2)


def rows(*numbers: int) -> pa.RecordBatch:
    columns = {
        "doc_id": "a", "url": "", "start": 0, "end": 1, "text": "x", "kind": "paragraph", "label": "news", "score": 1.0,
        "uncertain": False, **{f"p_{name}": 0.0 for name in LABELS},
    }  # fmt: skip
    return pa.RecordBatch.from_pylist([{**columns, "sent_id": number} for number in numbers], sentence_schema())


def written(*batches: pa.RecordBatch, explained: bool = False) -> pq.ParquetFile:
    file = io.BytesIO()
    with SentenceFile(file, explained=explained) as sentences:
        for batch in batches:
            sentences.write(batch)
    return pq.ParquetFile(io.BytesIO(file.getvalue()))


def gzipped(*documents: CleanedDocument) -> bytes:
    file = io.BytesIO()
    with DocumentFile(file, "default@0123") as lines:
        for document in documents:
            lines.write(document)
    return file.getvalue()


def test_rows_are_read_back_from_parquet() -> None:
    file = written(rows(0, 1), rows(2))
    assert file.read().to_pylist() == [row for batch in (rows(0, 1), rows(2)) for row in batch.to_pylist()]
    assert file.metadata.num_row_groups == 1
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("batches", [[(0, 1, 2, 3, 4)], [(0,), (1, 2), (3, 4)], [(0, 1, 2), (), (3, 4)]])
def test_a_row_group_has_its_rows_however_they_come(
    monkeypatch: pytest.MonkeyPatch, batches: list[tuple[int, ...]]
) -> None:
    monkeypatch.setattr(writers, "ROWS_PER_GROUP", 2)
    file = written(*(rows(*batch) for batch in batches))
    assert [file.metadata.row_group(group).num_rows for group in range(3)] == [2, 2, 1]
    assert file.read()["sent_id"].to_pylist() == [0, 1, 2, 3, 4]


def test_without_rows_there_is_an_empty_parquet_file() -> None:
    table = written().read()
    assert table.num_rows == 0
    assert table.schema.names == sentence_schema().names


def test_documents_are_json_lines_in_gzip() -> None:
    lines = gzip.decompress(gzipped(CLEANED)).decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "id": "a",
            "text": "Zoë",
            "url": "https://a.example/",
            "source": "a.txt",
            "metadata": {
                "label_counts": {"news": 1},
                "removed_characters": 7,
                "uncertain_characters": 2,
                "model": "default@0123",
            },
        }
    ]


def test_the_same_documents_give_the_same_bytes_without_a_time() -> None:
    assert gzipped(CLEANED) == gzipped(CLEANED)
    assert gzipped(CLEANED)[4:8] == bytes(4)


def test_a_failure_tells_source_place_reason_and_detail() -> None:
    failure = InputError("a.jsonl", "not_json", "no JSON object", "line 3")
    assert failure_row(failure) == {
        "source": "a.jsonl",
        "place": "line 3",
        "reason": "not_json",
        "detail": "no JSON object",
    }


def test_the_plain_text_and_not_the_markdown_is_written() -> None:
    assert document_row(CLEANED, "m")["text"] == "Zoë"


def test_explained_rows_have_a_column_more() -> None:
    explained = rows(0).append_column("why", pa.array(["{}"]))
    assert written(explained, explained=True).read()["why"].to_pylist() == ["{}"]
