import gzip
import json
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same
import pytest

from pipeline.errors import InputError
from pipeline.jobs import writers
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.jobs.writers import DocumentParts, SentenceParts, document_row, failure_row
from pipeline.schema import LABELS, sentence_schema

CLEANED = CleanedDocument("a", "https://a.example/", "a.txt", "Zoë", "# Zoë", {"news": 1}, 3, 7, 2)


def rows(*numbers: int) -> pa.RecordBatch:
    columns = {
        "doc_id": "a", "url": "", "start": 0, "end": 1, "text": "x", "kind": "paragraph", "label": "news", "score": 1.0,
        "uncertain": False, **{f"p_{name}": 0.0 for name in LABELS},
    }  # fmt: skip
    return pa.RecordBatch.from_pylist([{**columns, "sent_id": number} for number in numbers], sentence_schema())


def sentence_ids(path: Path) -> list[int]:
    return [int(number) for number in pq.read_table(path)["sent_id"].to_pylist()]


def test_rows_are_read_back_from_parquet(tmp_path: Path) -> None:
    with SentenceParts(tmp_path) as parts:
        parts.write(rows(0, 1))
        parts.write(rows(2))
    file = pq.ParquetFile(tmp_path / "part-00000.parquet")
    assert file.read().to_pylist() == [row for batch in (rows(0, 1), rows(2)) for row in batch.to_pylist()]
    assert file.metadata.num_row_groups == 1
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_full_parquet_file_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "ROWS_PER_GROUP", 2)
    with SentenceParts(tmp_path, rows_per_part=2) as parts:
        for number in range(5):
            parts.write(rows(number))
    assert [sentence_ids(path) for path in sorted(tmp_path.iterdir())] == [[0, 1], [2, 3], [4]]


def test_without_rows_there_is_an_empty_parquet_file(tmp_path: Path) -> None:
    with SentenceParts(tmp_path):
        pass
    table = pq.read_table(tmp_path / "part-00000.parquet")
    assert table.num_rows == 0
    assert table.schema.names == sentence_schema().names


def test_documents_are_json_lines_in_gzip(tmp_path: Path) -> None:
    with DocumentParts(tmp_path, "default@0123") as parts:
        parts.write(CLEANED)
    lines = gzip.decompress((tmp_path / "part-00000.jsonl.gz").read_bytes()).decode().splitlines()
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


def test_a_full_file_of_documents_is_followed_by_another(tmp_path: Path) -> None:
    with DocumentParts(tmp_path, "m", documents_per_part=2) as parts:
        for _ in range(5):
            parts.write(CLEANED)
    counts = [gzip.decompress(path.read_bytes()).count(b"\n") for path in sorted(tmp_path.iterdir())]
    assert counts == [2, 2, 1]


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        with DocumentParts(folder, "m") as parts:
            parts.write(CLEANED)
    first, second = ((tmp_path / name / "part-00000.jsonl.gz").read_bytes() for name in ("first", "second"))
    assert first == second
    assert first[4:8] == bytes(4)  # no time


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


def test_explained_rows_have_a_column_more(tmp_path: Path) -> None:
    explained = rows(0).append_column("why", pa.array(["{}"]))
    with SentenceParts(tmp_path, explained=True) as parts:
        parts.write(explained)
    assert pq.read_table(tmp_path)["why"].to_pylist() == ["{}"]
