"""Runs into folders, and what is in these."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.jobs.folder_runs import FolderRun, RunReport, run_into_folder
from pipeline.jobs.job import Job
from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.planning import Cutting
from pipeline.jobs.run_progress import Progress
from pipeline.jobs.shard_work import NamedModel
from pipeline.jobs.slots import SameProcessSlot, Slot
from pipeline.schema import WANTED_LABELS


def nothing(_progress: Progress) -> None:
    pass


@dataclass
class Watching:
    """Keeps what it is told, and calls `at_work` at every turn."""

    at_work: Callable[[Progress], None] = nothing
    failures: list[InputError] = field(default_factory=list)
    removed_shards: int = 0

    def planning(self, read: int, total: int) -> None:
        assert read <= total

    def working(self, progress: Progress) -> None:
        self.at_work(progress)

    def failed(self, failure: InputError) -> None:
        self.failures.append(failure)

    def removed(self, n_shards: int) -> None:
        self.removed_shards += n_shards


def folder_run(inputs: Sequence[Path | str], output: Path | str, model: NamedModel, **changes: Any) -> FolderRun:  # noqa: ANN401 - any field
    """A run in small shards; `changes` are its fields, `shard_bytes`, and fields of its job."""
    shard_bytes = changes.pop("shard_bytes", 400)
    jobs = {name: changes.pop(name) for name in ("page_seconds", "may_die", "explain") if name in changes}
    defaults: dict[str, Any] = {"options": {"keep": list(WANTED_LABELS)}, "cutting": Cutting(shard_bytes)}
    return FolderRun(
        tuple(map(str, inputs)),
        OutputFolder.at(str(output)),
        model,
        Job(frozenset(WANTED_LABELS), **jobs),
        **{**defaults, **changes},
    )


def do_run(run: FolderRun, slots: Sequence[Slot] = (), watching: Watching | None = None) -> RunReport:
    """Do a run to its end, in this process unless told otherwise."""
    return run_into_folder(run, slots or [SameProcessSlot()], watching or Watching())


def results(folder: Path) -> dict[str, object]:
    """What a run has written, but for the seconds it took; of ledgers their names."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = "a ledger" if name.startswith("shards/") else path.read_bytes()
    return {**found, "run.json": {**json.loads((folder / "run.json").read_bytes()), "seconds": 0}}


def times(folder: Path) -> dict[str, int]:
    """When each shard's sentences were written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "sentences").iterdir()}


def done_again(folder: Path, before: dict[str, int]) -> set[str]:
    """Files of sentences that were written since."""
    return {name for name, time in times(folder).items() if before.get(name) != time}
