"""A run into a folder: planned, done shard by shard, taken up again, and accounted for from the ledgers."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.errors import InputError, OutputError
from pipeline.jobs.account import Account
from pipeline.jobs.code_version import code_version
from pipeline.jobs.job import Job
from pipeline.jobs.ledger import Ledger, origin_of
from pipeline.jobs.mapped_model import mapped
from pipeline.jobs.models import ModelFolder
from pipeline.jobs.output_folder import OutputFolder, copy_to_file
from pipeline.jobs.planning import Cutting, Plan, plan_run
from pipeline.jobs.run_account import account_of_run, failures_of_run
from pipeline.jobs.run_folder import RunFolder
from pipeline.jobs.run_progress import Progress, Watcher, count_done, told_how_to_go_on, unfinished
from pipeline.jobs.shard_work import NamedModel, ShardTask, get_ready
from pipeline.jobs.shards import Shard
from pipeline.jobs.slot_queue import Outcome, outcomes
from pipeline.jobs.slots import Slot
from pipeline.jobs.supervision import complete_shard
from pipeline.preprocess.file_parts import ChangedInputError
from pipeline.preprocess.readers.files import FileOrError, InputFile, find_files
from pipeline.preprocess.readers.streams import STANDARD_INPUT


@dataclass(frozen=True, slots=True)
class FolderRun:
    """What a run is to do.

    Attributes:
        inputs: files, folders, URLs, `-` for standard input.
        output: the folder.
        model: labels the sentences.
        job: what is done with every page.
        options: what else changes results, or explains them to people, as JSON; kept in `run.json`.
        cutting: how inputs are cut into shards.
        limit: pages to do; None for all.
        resume: keep shards that are done.
        maps_model: workers are on this machine, and share the memory of the model's arrays.
    """

    inputs: tuple[str, ...]
    output: OutputFolder
    model: NamedModel
    job: Job
    options: Mapping[str, object]
    cutting: Cutting = field(default_factory=Cutting)
    limit: int | None = None
    resume: bool = True
    maps_model: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended.

    Attributes:
        record: what `run.json` holds.
        was_done: nothing had to be done.
    """

    record: Mapping[str, Any]
    was_done: bool


def run_into_folder(run: FolderRun, slots: Sequence[Slot], watch: Watcher) -> RunReport:
    """Do what of a run is not done yet, and write its account.

    Args:
        run: what to do.
        slots: where shards are done.
        watch: told how it goes on.

    Raises:
        UsageError: the folder is in use, holds the inputs, or holds results of something else.
        OutputError: the system refuses to write.
        InputError: inputs changed or disappeared while the run was going on; all else is done.
        AccountError: pages or characters are missing or counted twice.
        RunInterrupted: Ctrl-C.
    """
    folder = RunFolder(run.output)
    folder.refuse_to_hold_inputs(run.inputs)
    progress = Progress(Account())
    with run.output.locked(), told_how_to_go_on(progress):
        folder.remove_temporary_files()
        if not run.resume:
            folder.forget()
        found = find_files(run.inputs)
        with _readable_twice(run, found) as cutting, _without_temporary_files(folder):
            planned = replace(run, cutting=cutting)
            plan, tasks = _planned(planned, folder, found, slots, watch)
            todo = _not_done(folder, tasks, progress)
            if todo:
                folder.withdraw()
                with _shared_by_workers(run, slots[0]) as model:
                    _do_shards([replace(task, model=model) for task in todo], slots, progress, watch)
            return _settled(run, folder, plan, n_done=len(todo))


def _planned(
    run: FolderRun, folder: RunFolder, found: Sequence[FileOrError], slots: Sequence[Slot], watch: Watcher
) -> tuple[Plan, list[ShardTask]]:
    earlier = folder.earlier_plan(run.cutting)
    total = sum(file.size or 0 for file in found if isinstance(file, InputFile))
    if not earlier.files:  # else there may be nothing left to do
        _start_workers(run, slots, total)
    plan = plan_run(
        found,
        run.cutting,
        known=earlier.files,
        limit=run.limit,
        slots=slots,
        tick=lambda read: watch.planning(read, total),
    )
    removed = folder.make_ready(plan, earlier, run.cutting)
    if removed:
        watch.removed(removed)
    for failure in plan.failures:
        watch.failed(failure)
    return plan, [_task(run, shard) for shard in plan.shards]


def _start_workers(run: FolderRun, slots: Sequence[Slot], n_bytes: int) -> None:
    """Start as many workers as there may be shards of so many bytes: they import while the run is planned."""
    n_shards = 1 if run.limit is not None else max(1, n_bytes // run.cutting.shard_bytes)
    for slot in slots[:n_shards]:
        slot.start(get_ready)


def _task(run: FolderRun, shard: Shard) -> ShardTask:
    options = {name: value for name, value in run.options.items() if name != "limit"}
    model = {"name": run.model.name, "digest": run.model.digest}
    made_from = origin_of(shard, model, options, code_version())
    return ShardTask(shard, run.model, run.job, run.output, made_from, run.cutting.max_page_bytes)


def _not_done(folder: RunFolder, tasks: Sequence[ShardTask], progress: Progress) -> list[ShardTask]:
    """Choose what is to be done, and count what is."""
    todo = []
    progress.shards, progress.size = len(tasks), sum(task.shard.size for task in tasks)
    for task, is_done in zip(tasks, folder.is_done(tasks), strict=True):
        ledger = folder.ledger(task.shard.name) if is_done else None
        if ledger is None:
            todo.append(task)
        else:
            count_done(ledger, task, progress)
    return todo


def _do_shards(todo: Sequence[ShardTask], slots: Sequence[Slot], progress: Progress, watch: Watcher) -> None:
    changed: list[InputError] = []
    with closing(outcomes(complete_shard, todo, slots)) as results:
        for outcome in results:
            if outcome is not None:
                changed += _take(outcome, progress, watch)
            watch.working(progress)
    if changed:
        raise unfinished(changed, progress)


def _take(outcome: "Outcome[ShardTask, Ledger]", progress: Progress, watch: Watcher) -> list[InputError]:
    if isinstance(outcome.error, ChangedInputError):
        return [outcome.error]
    if outcome.error is not None:
        raise outcome.error
    if outcome.result is not None:
        count_done(outcome.result, outcome.item, progress)
        progress.size_here += outcome.item.shard.size
        for failure in outcome.result.failures:
            watch.failed(failure)
    return []


def _settled(run: FolderRun, folder: RunFolder, plan: Plan, *, n_done: int) -> RunReport:
    identity = {
        "inputs": list(run.inputs),
        "files": {"count": len(plan.files), "bytes": plan.size},
        "shards": len(plan.shards),
        "options": dict(run.options),
        "model": {"name": run.model.name, "digest": run.model.digest},
    }
    record = {**identity, **account_of_run(folder, plan)}
    if not n_done and folder.record() == record:
        return RunReport(record, was_done=True)
    folder.withdraw()
    folder.publish(record, failures_of_run(folder, plan))
    return RunReport(record, was_done=False)


@contextmanager
def _readable_twice(run: FolderRun, found: Sequence[FileOrError]) -> Iterator[Cutting]:
    """Keep standard input for as long as the run goes on: shards are read when their turn comes."""
    if not any(isinstance(file, InputFile) and file.source == STANDARD_INPUT for file in found):
        yield run.cutting
        return
    path = copy_to_file(sys.stdin.buffer, run.output)
    try:
        yield replace(run.cutting, standard_input=str(path))
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _shared_by_workers(run: FolderRun, slot: Slot) -> Iterator[NamedModel]:
    if run.maps_model and isinstance(run.model, ModelFolder):
        with mapped(run.model, run.output, slot) as model:
            yield model
    else:
        yield run.model


@contextmanager
def _without_temporary_files(folder: RunFolder) -> Iterator[None]:
    """Whatever happens, leave nothing of workers that were stopped."""
    try:
        yield
    finally:
        with suppress(OutputError):
            folder.remove_temporary_files()
