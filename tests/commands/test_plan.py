import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from killer_pages import HANG, KILL, SLEEP, ObedientModel
from obedient_files import ARMED

from pipeline.commands.classify import main
from pipeline.commands.options import ClassifyOptions
from pipeline.commands.plan import MAX_SHARDS_SHOWN, estimate, shard_lines
from pipeline.jobs.planning import Cutting, plan_run
from pipeline.jobs.shards import Shard
from pipeline.jobs.slots import LocalSlot
from pipeline.preprocess.file_parts import FilePart
from pipeline.preprocess.readers.files import find_files

ROOT = Path(__file__).parents[2]


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


def test_a_plan_leaves_a_finished_run_and_the_folder_for_temporary_files_as_they_were(
    pages: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [str(pages), f"--model={model_folder}", "-o", str(tmp_path / "out"), "--workers=1", "--quiet"]
    assert main(call) == 0
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert main([*call, "--dry-run", "--keep=news", "--no-resume"]) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("marker", "said"),
    [(KILL, "the process that reads it dies (SIGKILL(-9))"), (HANG, "takes longer than 2 seconds")],
)
def test_an_input_that_kills_or_hangs_its_reader_fails_alone_in_a_plan(
    tmp_path: Path, model_folder: Path, marker: str, said: str
) -> None:
    for name, text in {"in/a.txt": "Rest.", "in/b.txt": marker, f"in/{ARMED}": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    # As an installed package tells fsspec of its file systems, in every process.
    described = tmp_path / "obedient-1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: obedient\nVersion: 1\n")
    (described / "entry_points.txt").write_text("[fsspec.specs]\nobedient = obedient_files:ObedientFileSystem\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", tmp_path)))}
    inputs = f"obedient://{tmp_path}/in"
    call = [inputs, "--dry-run", f"--model={model_folder}", "--page-seconds=2", "--workers=1"]
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, str(ROOT / "classify.py"), *call],
        check=False, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stdout.splitlines()[-2].endswith("in 1 shard of 1 file")


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (KILL, "no estimate of the time: a page of the sample ends its process; a run finds it and sets it aside"),
        (SLEEP, "of work, going by a sample"),
    ],
)
def test_a_page_that_kills_or_hangs_its_worker_ends_no_plan(
    tmp_path: Path, model_folder: Path, marker: str, said: str
) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in ("Rest.", marker)))
    plan = plan_run(find_files([str(tmp_path / "a.jsonl")]), Cutting())
    slot = LocalSlot()
    assert said in estimate(plan, ObedientModel(model_folder), ClassifyOptions((), page_seconds=0.5), slot)
    slot.stop()


def test_of_many_shards_some_are_shown() -> None:
    shards = [Shard(f"{number}", (FilePart(f"{number}.txt", "", 5, ""),) * 2) for number in range(MAX_SHARDS_SHOWN + 3)]
    lines = list(shard_lines(shards))
    assert lines[0] == "             10 bytes  2 files from 0.txt"
    assert lines[-1] == "            ...        and 3 more shards"
    assert len(lines) == MAX_SHARDS_SHOWN + 1
