import gzip
import json
from pathlib import Path

import pytest

from pipeline.commands.segmentation import main

TEXT = "The clinic was built in spring. It was cold outside. Nobody in the ward came to see us leave."


def test_weights_are_fitted_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, output = tmp_path / "texts.jsonl.gz", tmp_path / "weights.npz"
    texts.write_bytes(gzip.compress(json.dumps({"text": TEXT}).encode()))
    (tmp_path / "examples.txt").write_text("It is late.\nWe sleep\n\nDr. Low slept\n", "utf-8")
    assert main(["fit", str(texts), "--examples", str(tmp_path), "-o", str(output)]) == 0
    first = output.read_bytes()
    assert main(["fit", str(texts), "--examples", str(tmp_path), "-o", str(output)]) == 0
    assert output.read_bytes() == first
    assert "weights in" in capsys.readouterr().out


def test_a_table_of_scores_and_one_of_speed_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.txt"
    path.write_text("It is late.\nWe sleep.\n\nDr. Low slept.\n", "utf-8")
    assert main(["measure", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split() == ["some.txt", "web_sentences", "1.000", "1.000", "1.0000"]
    assert [line.split("  ")[0] for line in lines[5:]] == [
        "tokenizing alone",
        "+ sentencizer",
        "+ web_sentences",
        "winnow's own, all new",
        "winnow's own, all known",
        "+ sentencizer, singly",
        "+ web_sentences, singly",
    ]


def test_what_cannot_be_read_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(tmp_path / "none.txt")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
