"""Ids, addresses and text made to hurt whoever reads the results: paths, control sequences, surrogates, formulas."""

import gzip
import json
import sys
from pathlib import Path
from typing import Final

import pytest

from pipeline.commands.classify import main

TEXT: Final = "Rest helps.\x1b[2J\x1b]0;taken\x07 \u202eAgain \ud800 and {quotes}."
IDS: Final = ("../../outside", "/etc/outside", "a\x1b[2Jb\nc", "=HYPERLINK(1)", "\udfff", "nul\0", "x" * 5000)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    rows = [{"id": name, "url": f"https://a.example/{name}", "text": TEXT} for name in IDS]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path / "in"


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_written_outside_the_folder_and_all_of_it_is_json(
    pages: Path, model_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "er" / "out"
    before = files_below(tmp_path)
    assert main([str(pages), f"--model={model_folder}", "-o", str(out), "--split", "--report", "--quiet"]) == 0
    assert files_below(tmp_path) - before == files_below(out)
    assert all(name.isascii() and name.isprintable() for name in map(str, files_below(out)))
    (documents,) = (out / "documents").iterdir()
    ids = {json.loads(line)["id"].partition("#")[0] for line in gzip.decompress(documents.read_bytes()).splitlines()}
    assert ids == {name.replace("\udfff", "\ufffd") for name in IDS}


def test_rows_are_json_whatever_the_text(pages: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pages), f"--model={model_folder}", "--format=jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.encode("utf-8").splitlines()]
    assert "\ufffd" in "".join(row["text"] for row in rows)
    assert {row["doc_id"] for row in rows} == {name.replace("\udfff", "\ufffd") for name in IDS}


@pytest.mark.parametrize("chosen", ["table", "text", "markdown"])
def test_a_terminal_gets_no_control_sequence_of_a_page(
    pages: Path, model_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main([str(pages), f"--model={model_folder}", f"--format={chosen}"]) == 0
    printed = capsys.readouterr().out
    assert "Rest" in printed
    assert not {"\x1b", "\x07", "\0", "\u202e"} & set(printed)
