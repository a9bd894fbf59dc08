import re
from pathlib import Path

import pytest

from pipeline.commands.classify import main
from pipeline.commands.plan import MAX_SHARDS_SHOWN, shard_lines
from pipeline.jobs.shards import Shard
from pipeline.preprocess.file_parts import FilePart


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    path = tmp_path / "pages.jsonl"
    path.write_text('{"text": "Rest."}\n' * 30)
    return path


def test_shards_bytes_and_time_are_printed_and_nothing_is_written(
    pages: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [str(pages), "gone", "-", "--dry-run", "--model", str(model_folder), "--shard-bytes", "200"]
    assert main([*call, "-o", str(pages.parent / "out"), "--workers", "2"]) == 1
    captured = capsys.readouterr()
    first, second, third, total, standard_input, estimate = captured.out.splitlines()
    assert (first.split()[:2], third.split()[:2]) == (["216", "bytes"], ["108", "bytes"])
    assert second.endswith(f"  {pages}")
    assert total.split() == "540 bytes in 3 shards of 1 file".split()
    assert standard_input == "standard input comes on top; it is not looked at before it is done"
    assert re.match(
        r"about \d+ s of work, \d+ s on 2 workers, going by a sample that did \d+\.\d MB a second", estimate
    )
    assert captured.err == "winnow: gone: no such file; check the path\n"
    assert not (pages.parent / "out").exists()


def test_a_limit_ends_the_plan(pages: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pages), "--dry-run", "--model", str(model_folder), "--shard-bytes", "200", "--limit", "15"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith(f"{pages}, the first 3 pages")
    assert lines[2].split()[-5:] == "2 shards of 1 file".split() or lines[2].endswith("in 2 shards of 1 file")


def test_of_many_shards_some_are_shown() -> None:
    shards = [Shard(f"{number}", (FilePart(f"{number}.txt", "", 5, ""),) * 2) for number in range(MAX_SHARDS_SHOWN + 3)]
    lines = list(shard_lines(shards))
    assert lines[0] == "             10 bytes  2 files from 0.txt"
    assert lines[-1] == "            ...        and 3 more shards"
    assert len(lines) == MAX_SHARDS_SHOWN + 1
