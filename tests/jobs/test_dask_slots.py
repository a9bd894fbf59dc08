"""The same shards on a real scheduler with two worker processes on this machine."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from killer_pages import KILL, ObedientModel
from labelled_lines import NEWS
from row_files import rows
from watching import Watching, do_run, folder_run, results

from pipeline.errors import UsageError
from pipeline.jobs.dask_slots import dask_slots
from pipeline.jobs.run_progress import Progress

distributed = pytest.importorskip("distributed", reason="the extra winnow[dask] is not installed")

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of Dask's own


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("dask"), n_workers=2) as address:
        yield address


@pytest.fixture
def idle_scheduler(tmp_path: Path) -> Iterator[str]:
    with cluster(tmp_path, n_workers=0) as address:
        yield address


@contextmanager
def cluster(folder: Path, n_workers: int) -> Iterator[str]:
    """Start `dask scheduler` and `dask worker`s as people do; their address."""
    address_file = folder / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    paths = (ROOT, ROOT / "tests", ROOT / "tests" / "jobs")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }
    commands = [
        ["scheduler", "--port", "0", "--scheduler-file", str(address_file), *here],
        *[["worker", "--scheduler-file", str(address_file), "--nthreads", "1", *here]] * n_workers,
    ]
    with ExitStack() as stack:
        for command in commands:
            program = [sys.executable, "-m", "dask", *command]
            process = subprocess.Popen(program, cwd=folder, env=environment, stdout=-3, stderr=-3)  # noqa: S603 - Dask's
            stack.callback(process.wait, timeout=30)
            stack.callback(process.terminate)
        with distributed.Client(scheduler_file=str(address_file), timeout=60, set_as_default=False) as client:
            if n_workers:
                client.wait_for_workers(n_workers, timeout=60)
            address = client.scheduler.address
        yield address


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    path = tmp_path / "pages.jsonl"
    path.write_text((rows(20) + "no json\n") * 6)
    return path


def test_a_cluster_writes_what_one_process_writes_also_when_a_worker_is_killed(
    scheduler: str, inputs: Path, tmp_path: Path, model_folder: Path
) -> None:
    model = ObedientModel(model_folder)
    do_run(folder_run([inputs], tmp_path / "here", model))
    killed: list[int] = []

    def kill_a_worker(progress: Progress) -> None:
        if not killed and progress.shards_done >= 2:
            with distributed.Client(scheduler, set_as_default=False) as client:
                pid = next(iter(client.run(os.getpid).values()))
            os.kill(pid, signal.SIGKILL)
            killed.append(progress.shards_done)

    with dask_slots(scheduler) as slots:
        do_run(folder_run([inputs], tmp_path / "there", model), slots, Watching(at_work=kill_a_worker))
    assert killed
    assert killed[0] < len(list((tmp_path / "here" / "sentences").iterdir()))
    assert results(tmp_path / "there") == results(tmp_path / "here")


def test_a_page_that_kills_workers_of_a_cluster_is_set_aside(
    scheduler: str, tmp_path: Path, model_folder: Path
) -> None:
    pages = tmp_path / "pages.jsonl"
    pages.write_text("".join(json.dumps({"text": text}) + "\n" for text in (NEWS, KILL, NEWS)))
    with dask_slots(scheduler) as slots:
        record = do_run(folder_run([pages], tmp_path / "out", ObedientModel(model_folder)), slots).record
    assert (record["pages"], record["failures"]) == ({"in": 3, "done": 2, "failed": 1}, {"killed_worker": 1})


def test_a_scheduler_without_workers_is_told(idle_scheduler: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=r"the scheduler has no workers; start some with `dask worker tcp://"):  # noqa: SIM117 - clear
        with dask_slots(idle_scheduler, connect_seconds=2):
            pass
    assert capsys.readouterr().err == ""


def test_without_a_scheduler_it_is_told() -> None:
    wrong = dask_slots("tcp://127.0.0.1:9", connect_seconds=1)
    with pytest.raises(UsageError, match="no Dask scheduler answers"), wrong:
        pass
