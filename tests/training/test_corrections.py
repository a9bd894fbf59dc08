from pathlib import Path

import pytest
from correction_records import record, write_lines

from pipeline.errors import CorpusError
from pipeline.training.corrections import Correction, Corrections, read_corrections


def corrections(tmp_path: Path, *records: object) -> Corrections:
    return read_corrections([write_lines(tmp_path / "corrections.jsonl", records)])


def test_a_line_of_the_report_is_a_correction(tmp_path: Path) -> None:
    assert corrections(tmp_path, record(3)).sentences == (
        Correction(
            key=("https://alder.example/1", 3, 30, 39),
            text="Sentence 3.",
            before="Before it.",
            after="After it. And more.",
            old_label="noise",
            new_label="news",
            model="small@0123456789ab",
            url="",
        ),
    )


def test_the_last_decision_on_a_sentence_wins_and_the_others_are_counted(tmp_path: Path) -> None:
    lines = [
        record(0),
        record(1),
        record(0, new_label="news"),
        record(0, new_label="treatment"),
        record(2, new_label=""),
    ]
    read = corrections(tmp_path, *lines)
    assert [(one.key[1], one.new_label) for one in read.sentences] == [(0, "treatment"), (1, "news")]
    assert (read.n_repeated, read.n_conflicting, read.n_unlabelled) == (2, 1, 1)
    assert read.summary() == (
        "5 records read = 2 labelled sentences + 1 without a label + 2 replaced by a later one "
        "(1 with another label; the last one wins)"
    )


def test_a_later_file_wins_over_an_earlier_one(tmp_path: Path) -> None:
    first = write_lines(tmp_path / "first", [record(0, new_label="news")])
    second = write_lines(tmp_path / "second", [record(0, new_label="noise")])
    assert [one.new_label for one in read_corrections([first, second]).sentences] == ["noise"]


def test_what_is_not_needed_to_learn_may_be_missing(tmp_path: Path) -> None:
    line = {name: record()[name] for name in ("doc_id", "sent_id", "start", "end", "text", "new_label")}
    (one,) = corrections(tmp_path, line).sentences
    assert (one.before, one.after, one.old_label, one.model, one.url) == ("", "", "", "", "")


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    (one,) = corrections(tmp_path, record(text="a\ud800b")).sentences
    assert one.text == "a\ufffdb"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"text": " "}, "'text' is blank"),
        ({"text": None}, "'text' must be a string"),
        ({"doc_id": 7}, "'doc_id' must be a string"),
        ({"before": 7}, "'before' must be a string"),
        ({"start": "3"}, "'start' must be a whole number, 0 or more"),
        ({"end": -1}, "'end' must be a whole number, 0 or more"),
        ({"sent_id": True}, "'sent_id' must be a whole number, 0 or more"),
        ({"old_label": "weather"}, "old_label 'weather' is none of treatment"),
    ],
)
def test_a_fault_is_named_with_file_line_and_reason(tmp_path: Path, fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(CorpusError) as caught:
        corrections(tmp_path, record(), record(1, **fields))
    assert str(caught.value).startswith(f"{tmp_path / 'corrections.jsonl'}, line 2: {complaint}")
