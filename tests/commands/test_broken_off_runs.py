"""Runs that are killed, interrupted or out of room, as programs of their own; afterwards the same command."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from labelled_lines import LINES
from watching import results

ROOT = Path(__file__).parents[2]


def few_pages() -> str:
    """Rows of which every fourth fails, so that there are failures in every shard."""
    lines = [line for lines in LINES.values() for line in lines]
    texts = [" " if number % 4 == 3 else "\n".join(lines * 40) + f"\n{number}" for number in range(80)]
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


@pytest.fixture(scope="module")
def command(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A run of many shards, without its folder."""
    pages = tmp_path_factory.mktemp("in") / "pages.jsonl"
    pages.write_text(few_pages())
    inputs = [str(pages), str(pages.with_name("gone"))]
    return [sys.executable, str(ROOT / "classify.py"), *inputs, f"--model={model_folder}", "--shard-bytes=30000"]


@pytest.fixture(scope="module")
def undisturbed(command: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("undisturbed") / "out"
    finish(command, folder, workers=1)
    return results(folder)


def start(
    command: list[str], folder: Path, *options: str, limit: Callable[[], None] | None = None
) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - fixed program
        [*command, "-o", str(folder), *options],
        text=True,
        stdout=-1,
        stderr=-1,
        preexec_fn=limit,  # noqa: PLW1509 - one thread
    )


def wait_for_ledgers(process: "subprocess.Popen[str]", folder: Path, number: int) -> None:
    while process.poll() is None and len(list((folder / "shards").glob("*.json"))) < number:
        time.sleep(0.005)


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [int(child) for path in children for child in path.read_text().split()]
    return [child for child in pids if b"popen_loky" in Path(f"/proc/{child}/cmdline").read_bytes()]


def finish(command: list[str], folder: Path, workers: int = 2) -> None:
    call = [*command, "-o", str(folder), f"--workers={workers}", "--quiet"]
    assert subprocess.run(call, check=False, timeout=120, stderr=-3).returncode == 1  # noqa: S603 - ours


def test_failures_are_written_in_the_order_of_the_plan(undisturbed: dict[str, object]) -> None:
    failures = [json.loads(line) for line in bytes(undisturbed["errors.jsonl"]).splitlines()]  # type: ignore[call-overload]  # it is bytes
    assert (failures[0]["reason"], {failure["reason"] for failure in failures[1:]}) == ("missing", {"no_text"})
    assert [failure["place"] for failure in failures[1:]] == [f"line {number}" for number in range(4, 81, 4)]


@pytest.mark.parametrize("ledgers", [0, 5])
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(
    command: list[str], undisturbed: dict[str, object], tmp_path: Path, ledgers: int
) -> None:
    process = start(command, tmp_path / "out", "--workers=2")
    while not (tmp_path / "out" / "plan.jsonl").exists() and process.poll() is None:
        time.sleep(0.005)
    wait_for_ledgers(process, tmp_path / "out", ledgers)
    process.kill()
    process.communicate(timeout=60)
    assert not (tmp_path / "out" / "run.json").exists()
    finish(command, tmp_path / "out")
    assert results(tmp_path / "out") == undisturbed


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are found in /proc")
def test_a_worker_that_is_killed_is_replaced_and_nothing_shows(
    command: list[str], undisturbed: dict[str, object], tmp_path: Path
) -> None:
    process = start(command, tmp_path / "out", "--workers=1", "--quiet")
    wait_for_ledgers(process, tmp_path / "out", 2)
    for pid in workers_of(process.pid):
        os.kill(pid, signal.SIGKILL)
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (1, "")
    assert all(line.startswith("winnow: ") for line in errors.splitlines())
    assert results(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on(command: list[str], tmp_path: Path, sent: signal.Signals) -> None:
    process = start(command, tmp_path / "out", "--workers=1")
    wait_for_ledgers(process, tmp_path / "out", 2)
    process.send_signal(sent)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert errors.splitlines()[-1].startswith("winnow: interrupted; ")
    assert errors.endswith(" shards are done; give the same command again to go on\n")
    assert list((tmp_path / "out").rglob("*.tmp")) == []
    assert not (tmp_path / "out" / "run.json").exists()


def test_a_full_disk_is_told_in_one_line_and_the_run_goes_on_once_there_is_room(
    command: list[str], undisturbed: dict[str, object], tmp_path: Path
) -> None:
    largest = max(path for path in (len(content) for name, content in undisturbed.items() if "parquet" in name))  # type: ignore[arg-type]  # bytes

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2))

    process = start(command, tmp_path / "out", "--workers=1", limit=no_room)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (1, "")
    assert errors.count("\n") <= 2  # the missing input is told if there was room for the plan
    assert "cannot be written: File too large" in errors.splitlines()[-1]
    assert "give the same command again to go on" in errors
    assert list((tmp_path / "out").rglob("*.tmp")) == []
    assert list((tmp_path / "out").glob("sentences/*")) == []
    finish(command, tmp_path / "out")
    assert results(tmp_path / "out") == undisturbed
