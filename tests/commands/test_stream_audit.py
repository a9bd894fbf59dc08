import json
from pathlib import Path

import pytest
from labelled_lines import MIXED

from pipeline.commands.classify import main

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    path = tmp_path / "mixed.txt"
    path.write_text(MIXED)
    return str(path)


@pytest.fixture
def model(model_folder: Path) -> str:
    return f"--model={model_folder}"


def test_a_queue_takes_the_place_of_the_sentences(mixed: str, model: str, tmp_path: Path, capsys: Printed) -> None:
    queue = tmp_path / "queue.jsonl"
    assert main([mixed, model, "--review", str(queue)]) == 0
    assert len(queue.read_text("utf-8").splitlines()) == 4
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"winnow: {queue}: 4 of 4 sentences picked: ")


def test_the_queue_without_a_folder_is_that_of_the_folder(mixed: str, model: str, tmp_path: Path) -> None:
    assert main([mixed, model, "--review", str(tmp_path / "one.jsonl"), "--quiet"]) == 0
    assert main([mixed, model, "--review", str(tmp_path / "two.jsonl"), "--quiet", "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_a_name_of_no_format_is_told_before_the_work(mixed: str, tmp_path: Path, capsys: Printed) -> None:
    assert main([mixed, "--model=nowhere", "--review", str(tmp_path / "queue.txt")]) == 2
    assert "cannot tell what to write" in capsys.readouterr().err


def test_failures_are_told_once_and_the_rest_is_done(mixed: str, model: str, tmp_path: Path, capsys: Printed) -> None:
    assert main(["gone.html", mixed, model, "--review", str(tmp_path / "queue.jsonl"), "--quiet"]) == 1
    assert capsys.readouterr().err == "winnow: gone.html: no such file; check the path\n"
    assert main(["gone.html", mixed, model, "--compare", model.removeprefix("--model=")]) == 1
    assert capsys.readouterr().err == "winnow: gone.html: no such file; check the path\n"


def test_a_comparison_takes_the_place_of_the_sentences(
    mixed: str, model: str, measured_model_folder: Path, capsys: Printed
) -> None:
    assert main([mixed, model, "--compare", str(measured_model_folder)]) == 0
    first, empty, header, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith("small@")
    assert first.endswith(": 0 of 4 sentences change label (0.0%)")
    assert empty == ""
    assert header.split() == ["from", "\\", "to", "treatment", "clinical_research", "news", "noise"]
    assert rows[0].split() == ["treatment", "1", "0", "0", "0"]


def test_corrections_of_a_queue_can_be_read_back(mixed: str, model: str, tmp_path: Path) -> None:
    queue = tmp_path / "queue.jsonl"
    assert main([mixed, model, "--review", str(queue), "--quiet"]) == 0
    keys = set(json.loads(queue.read_text("utf-8").splitlines()[0]))
    contract = "doc_id sent_id start end text before after old_label new_label model"
    assert set(contract.split()) <= keys
