import json
from pathlib import Path
from typing import Any

import pytest
from correction_records import record, write_lines

from pipeline.errors import CorpusError
from pipeline.training.annotations import read_annotations

HEADER = "new_label,doc_id,sent_id,start,end,text\r\n"


def sentence() -> dict[str, Any]:
    return {name: value for name, value in record().items() if name != "new_label"}


def task(*annotations: dict[str, Any]) -> dict[str, Any]:
    return {"id": 7, "data": sentence(), "annotations": list(annotations), "predictions": []}


def annotation(*choices: str, **fields: object) -> dict[str, Any]:
    result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": list(choices)}}
    return {"id": 3, "result": [result], "was_cancelled": False, **fields}


def labels(path: Path) -> list[str | None]:
    return [one.label for one in read_annotations(path)]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (record(new_label="treatment"), "treatment"),
        (record(new_label=""), None),
        (record(new_label=None), None),
        ({**sentence(), "id": 5, "label": ["news"], "Comments": []}, "news"),
        ({**sentence(), "label": []}, None),
        ({"id": 5, "text": "Rest.", "labels": ["news"], "meta": sentence()}, "news"),
        ({**sentence(), "accept": ["noise"], "answer": "accept", "_view_id": "choice"}, "noise"),
        ({**sentence(), "accept": ["noise"], "answer": "reject"}, None),
        ({**sentence(), "accept": ["noise"], "answer": "ignore"}, None),
        ({**sentence(), "accept": ["noise"], "options": []}, None),
        ({**sentence(), "label": "noise", "answer": "accept"}, "noise"),
    ],
)
def test_the_label_of_a_line_is_that_of_its_tool(tmp_path: Path, line: dict[str, Any], label: str | None) -> None:
    (one,) = read_annotations(write_lines(tmp_path / "file", [line]))
    assert one.label == label
    assert (one.fields["doc_id"], one.fields["start"]) == ("https://alder.example/1", 0)


@pytest.mark.parametrize(
    ("annotations", "label"),
    [
        ([annotation("news")], "news"),
        ([], None),
        ([annotation("news"), annotation("noise")], "noise"),
        ([annotation("news"), annotation("noise", was_cancelled=True)], "news"),
        ([annotation("news", updated_at="2024-05-02"), annotation("noise", updated_at="2024-05-01")], "news"),
        ([{"result": []}], None),
    ],
)
def test_label_studio_gives_the_latest_choice_that_was_not_cancelled(
    tmp_path: Path, annotations: list[dict[str, Any]], label: str | None
) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(*annotations)], indent=2), "utf-8")
    (one,) = read_annotations(path)
    assert (one.label, one.fields["text"], one.place) == (label, "Sentence 0.", f"{path}, item 1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_the_delimiter_of_its_header(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "queue.csv"
    header = HEADER.replace(",", delimiter)
    path.write_text(f"\ufeff{header}{delimiter.join(['news', 'a', '0', '0', '5', 'Rest.'])}\r\n", "utf-8")
    (one,) = read_annotations(path)
    assert (one.label, dict(one.fields)) == (
        "news",
        {"new_label": "news", "doc_id": "a", "sent_id": 0, "start": 0, "end": 5, "text": "Rest."},
    )


def test_a_cell_that_was_made_harmless_is_restored(tmp_path: Path) -> None:
    path = tmp_path / "queue.csv"
    path.write_text(f"{HEADER}news,'007,0,0,5,\"'=1,\n2\"\r\n", "utf-8")
    (one,) = read_annotations(path)
    assert (one.fields["doc_id"], one.fields["text"]) == ("007", "=1,\n2")


def test_a_cell_larger_than_python_allows_by_itself_is_read(tmp_path: Path) -> None:
    path = tmp_path / "queue.csv"
    path.write_text(f"{HEADER}news,a,0,0,5,{'x' * 200_000}\r\n", "utf-8")
    assert labels(path) == ["news"]


def test_a_line_separator_inside_a_text_does_not_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(json.dumps(record(text="a\u2028b\x85c"), ensure_ascii=False) + "\n", "utf-8")
    assert labels(path) == ["news"]


@pytest.mark.parametrize("text", ["", "\n\n", "[]", HEADER])
def test_a_file_without_records_has_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, "utf-8")
    assert labels(path) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"new_label": "news"', "line 1: not JSON"),
        ('{"new_label": "weather"}', "line 1: label 'weather' is none of treatment, clinical_research, news, noise"),
        ('{"new_label": ["news"]}', "line 1: label ['news'] is none of"),
        ('{"text": "Rest."}', "line 1: none of corrections.jsonl ('new_label'), Label Studio"),
        ("{}\n7", "line 1: none of"),
        ('{"new_label": ""}\n7', "line 2: expected an object, found int"),
        ("[1]", "item 1: expected an object, found int"),
        ('[{"data": {}, "annotations": [{}]}]', "item 1: not a Label Studio task with choices; export the project"),
        ('[{"data": {}, "annotations": 7}]', "item 1: not a Label Studio task with choices"),
        ('{"label": ["news", "noise"]}', "line 1: a sentence has one label, here are 2: news, noise"),
        ("doc_id,text\n", "line 1: neither JSON nor a table with a column 'new_label'"),
        (f"{HEADER}news,a,x,0,5,Rest.\n", "line 2: 'sent_id' must be a whole number, not 'x'"),
        (f'{HEADER}news,a,0,0,5,"Rest.\n', "line 2: not a CSV row"),
    ],
)
def test_a_fault_is_named_with_file_place_and_reason(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, "utf-8")
    with pytest.raises(CorpusError) as caught:
        labels(path)
    assert str(caught.value).startswith(f"{path}, {complaint}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere", "image"):
        with pytest.raises(CorpusError, match="cannot be read as UTF-8 text"):
            labels(tmp_path / name)
