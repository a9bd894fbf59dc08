import json
from pathlib import Path

import pytest
from labelled_lines import LINES

from pipeline.commands.classify import main

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def audit(tmp_path: Path, model_folder: Path) -> Path:
    """A sample of a run that takes it all, as lines of JSON."""
    lines = [line for lines in LINES.values() for line in lines] * 4
    (tmp_path / "pages.txt").write_text("\n".join(lines))
    call = [str(tmp_path / "pages.txt"), f"--model={model_folder}", "-o", str(tmp_path / "out"), "--quiet"]
    assert main([*call, "--audit", "99", "--audit-file", str(tmp_path / "out" / "sample.jsonl")]) == 0
    return tmp_path / "out" / "sample.jsonl"


def label(path: Path, labels: dict[int, str]) -> None:
    """Say of every sentence that the model is right, but for those named."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    filled = [{**row, "new_label": labels.get(number, row["old_label"])} for number, row in enumerate(rows)]
    path.write_text("".join(json.dumps(row) + "\n" for row in filled), "utf-8")


def test_the_estimate_is_printed_and_written(audit: Path, capsys: Printed) -> None:
    label(audit, {})
    assert main(["--audit-result", str(audit)]) == 0
    first, second, empty, header, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{audit.parent}: labels of small@")
    assert (second, empty) == ("48 of 48 sentences drawn are labelled", "")
    assert header.split("  ")[0] == "share"
    assert rows[0].split() == "wanted text removed sentences 0.0% 0.0% to 0.0% 0 more".split()
    assert rows[2].split()[:3] == ["noise", "that", "stayed"]
    assert json.loads((audit.parent / "audit-result.json").read_text())["wanted_removed"]["interval"]["share"] == 0


def test_labels_that_are_missing_or_of_other_sentences_are_told(audit: Path, capsys: Printed) -> None:
    label(audit, {0: "", 1: ""})
    line = {**json.loads(audit.read_text("utf-8").splitlines()[5]), "doc_id": "elsewhere"}
    audit.write_text(audit.read_text("utf-8") + json.dumps(line) + "\n", "utf-8")
    assert main(["--audit-result", str(audit), "-o", str(audit.parent)]) == 0
    errors = capsys.readouterr().err
    assert "49 records read = 47 labelled sentences + 2 without a label" in errors
    assert "1 labelled sentences are not in" in errors
    assert "2 sentences have no label; they are taken to be like the others" in errors


def test_several_files_are_taken_together(audit: Path, capsys: Printed) -> None:
    label(audit, {})
    lines = audit.read_text("utf-8").splitlines(keepends=True)
    halves = [audit.with_name(name) for name in ("one.jsonl", "two.jsonl")]
    for path, part in zip(halves, (lines[:20], lines[20:]), strict=True):
        path.write_text("".join(part), "utf-8")
    assert main(["--audit-result", *map(str, halves)]) == 0
    assert "48 of 48 sentences drawn are labelled" in capsys.readouterr().out


def test_a_sample_that_nobody_labelled_says_nothing(audit: Path, capsys: Printed) -> None:
    assert main(["--audit-result", str(audit)]) == 2
    assert "is labelled here; fill in new_label" in capsys.readouterr().err


def test_a_file_without_a_plan_beside_it_is_told_what_to_do(audit: Path, tmp_path: Path, capsys: Printed) -> None:
    label(audit, {})
    moved = audit.rename(tmp_path / "sample.jsonl")
    assert main(["--audit-result", str(moved)]) == 2
    assert "no plan of an audit here; name the run's folder with -o" in capsys.readouterr().err
    assert main(["--audit-result", str(moved), "-o", str(audit.parent)]) == 0
