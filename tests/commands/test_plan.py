import gzip
from pathlib import Path

from pipeline.commands.plan import PlannedFile, plan, plan_lines
from pipeline.errors import InputError
from pipeline.preprocess.readers.files import InputFile


def test_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text("<!DOCTYPE html><p>Rest.</p>")
    assert plan([InputFile(str(path), 27)]) == [PlannedFile(str(path), "html", 27)]


def test_a_compressed_file_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "pages.gz"
    path.write_bytes(gzip.compress(b'{"text": "Rest."}\n'))
    assert plan([InputFile(str(path), 40)]) == [PlannedFile(str(path), "jsonl, gzip", 40)]


def test_standard_input_is_not_touched() -> None:
    assert plan([InputFile("-", None)]) == [PlannedFile("-", "unknown", None)]


def test_what_cannot_be_read_is_told_now(tmp_path: Path) -> None:
    image, cut = tmp_path / "a.png", tmp_path / "b.gz"
    image.write_bytes(b"\x89PNG\r\n\x1a\n")
    cut.write_bytes(gzip.compress(b"Rest.")[:8])
    files = [InputFile(str(image), 8), InputFile(str(cut), 8), InputFile(str(tmp_path / "gone"), 8)]
    reasons = [entry.reason for entry in plan(files) if isinstance(entry, InputError)]
    assert reasons == ["binary", "truncated", "missing"]


def test_lines_end_with_the_sum() -> None:
    lines = list(plan_lines([PlannedFile("a\x1b.txt", "text", 1234), PlannedFile("-", "unknown", None)]))
    assert lines == [
        "          1,234 bytes  text     a .txt",
        "              ? bytes  unknown  -",
        "          1,234 bytes  in 2 files",
    ]
