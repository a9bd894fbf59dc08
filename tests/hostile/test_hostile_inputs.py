"""A folder of files made to hurt, by the program as users call it: all are told, all neighbours are done."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from hostile_files import GOOD, HostileFile, write_hostile_files

from pipeline.commands.classify import main

TESTS: Final = Path(__file__).parents[1]
MEMORY_MEGABYTES: Final = 700
"""The program itself needs about 250 MB of it."""
CPU_SECONDS: Final = 60
FAILURES_SHOWN: Final = 20


@dataclass(frozen=True)
class HostileRun:
    """A run over the folder: what was in it, what came of it, and what it took."""

    inputs: Path
    files: dict[str, HostileFile]
    output: Path
    status: int
    errors: str
    megabytes: int
    cpu_seconds: float

    def reasons(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for line in (self.output / "errors.jsonl").read_bytes().splitlines():
            row = json.loads(line)
            found[row["source"].removeprefix(f"{self.inputs}/")] += (row["reason"],)
        return dict(found)

    def account(self) -> dict[str, Any]:
        return dict(json.loads((self.output / "run.json").read_bytes()))


@pytest.fixture(scope="module")
def hostile_run(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> HostileRun:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in").mkdir()
    files = write_hostile_files(folder / "in")
    before = os.times()
    command = [sys.executable, str(TESTS / "run_memory.py"), "--run", str(folder / "in"), "-o", str(folder / "out")]
    done = subprocess.run(  # noqa: S603 - this program
        [*command, "--workers=1", f"--model={model_folder}"], capture_output=True, text=True, timeout=500, check=False
    )
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    megabytes = int(done.stdout.splitlines()[-1]) // 1024
    return HostileRun(folder / "in", files, folder / "out", done.returncode, done.stderr, megabytes, seconds)


def test_every_failure_has_its_reason_and_all_else_is_done(hostile_run: HostileRun) -> None:
    expected = {name: file.reasons for name, file in hostile_run.files.items() if file.reasons}
    assert (hostile_run.status, hostile_run.reasons()) == (1, expected)
    assert hostile_run.account()["pages"] == {
        "in": sum(file.pages + len(file.reasons) for file in hostile_run.files.values()),
        "done": sum(file.pages for file in hostile_run.files.values()),
        "failed": sum(map(len, expected.values())),
    }


def test_every_failure_is_one_line_without_control_characters(hostile_run: HostileRun) -> None:
    lines = hostile_run.errors.splitlines()
    assert all(line.startswith("winnow: ") and line.isprintable() for line in lines)
    assert len(lines) == FAILURES_SHOWN + 1


def test_time_and_memory_are_bounded(hostile_run: HostileRun) -> None:
    assert hostile_run.megabytes < MEMORY_MEGABYTES
    assert hostile_run.cpu_seconds < CPU_SECONDS


def test_the_account_balances_and_offsets_hold(hostile_run: HostileRun) -> None:
    characters = hostile_run.account()["characters"]
    assert characters["in"] == characters["kept"] + characters["removed"] + characters["uncertain"] > 1_000_000
    rows = pq.read_table(hostile_run.output / "sentences").to_pylist()
    assert all(row["end"] - row["start"] == len(row["text"]) for row in rows)
    assert [row["text"] for row in rows if row["doc_id"].endswith("/good.txt")] == [GOOD.decode()]


def test_names_of_inputs_do_not_become_names_of_results(hostile_run: HostileRun) -> None:
    names = [path.name for path in hostile_run.output.rglob("*") if path.is_file()]
    assert all(name.isprintable() and name.isascii() and name[0].isalnum() and ".." not in name for name in names)


@pytest.mark.parametrize("options", [(), ("-o", "out")])
def test_a_pipe_or_a_device_by_name_is_refused_at_once(
    model_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert main(["pipe", "/dev/zero", f"--model={model_folder}", *options]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": a pipe, socket or device")[0] for line in told] == ["winnow: pipe", "winnow: /dev/zero"]
