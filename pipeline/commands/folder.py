"""`classify -o DIR`: results into a folder."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from pipeline.commands.job import chosen_model, job_of
from pipeline.commands.options import SOME_FAILED, ClassifyOptions
from pipeline.commands.plain import plain_line
from pipeline.commands.progress import watcher
from pipeline.commands.report import remove_outdated_report
from pipeline.jobs.folder_runs import FolderRun, run_into_folder
from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.planning import Cutting
from pipeline.jobs.slots import Slot, local_slots


def write_results(options: ClassifyOptions, path: str, say: Callable[[object], None]) -> int:
    """Do what of a call is not done yet, and write the results.

    Args:
        options: the call.
        path: the folder, or its URL.
        say: prints a line on standard error.

    Returns:
        The exit status.
    """
    run = folder_run(options, path, say)
    started = time.monotonic()
    watched = watcher(sys.stderr, say, quiet=options.quiet, where=f"{path}/errors.jsonl")
    with _interrupted_by_sigterm(), slots_of(options) as slots, watched as watch:
        report = run_into_folder(run, slots, watch)
    done = "already done; add --no-resume to do it again"
    outcome = done if report.was_done else f"written in {time.monotonic() - started:.1f} s"
    if run.output.path and not report.was_done:
        remove_outdated_report(run.output.path)
    if not options.quiet:
        for line in summary_lines(report.record, f"{plain_line(path)}: {outcome}"):
            print(line)
    return SOME_FAILED if report.record["pages"]["failed"] else 0


def folder_run(options: ClassifyOptions, path: str, say: Callable[[object], None]) -> FolderRun:
    """What a call is to do."""
    return FolderRun(
        inputs=options.inputs,
        output=OutputFolder.at(path),
        model=chosen_model(options, say),
        job=job_of(options, may_die=True),
        options={
            "keep": list(options.keep),
            "split": options.split,
            "limit": options.limit,
            "max_error": options.max_error,
            "explain": options.explain,
            "page_bytes": options.page_bytes,
        },
        cutting=Cutting(options.shard_bytes, options.page_bytes, page_seconds=options.page_seconds, may_die=True),
        limit=options.limit,
        resume=options.resume,
        maps_model=options.scheduler is None,
    )


@contextmanager
def slots_of(options: ClassifyOptions) -> Iterator[list[Slot]]:
    """Places where shards are done: processes of this machine, or threads of a cluster."""
    if options.scheduler is not None:
        from pipeline.jobs.dask_slots import dask_slots  # noqa: PLC0415 - an extra

        with dask_slots(options.scheduler) as slots:
            yield slots
        return
    with local_slots(options.workers, options.page_bytes) as slots:
        yield slots


def summary_lines(record: Mapping[str, Any], outcome: str) -> Iterator[str]:
    """Yield the account for people."""
    pages, characters, failures = record["pages"], record["characters"], record["failures"]
    reasons = f" ({', '.join(f'{count:,} {reason}' for reason, count in failures.items())})" if failures else ""
    yield f"{pages['in']:,} pages = {pages['done']:,} done + {pages['failed']:,} failed{reasons}"
    yield (
        f"{characters['in']:,} characters = {characters['kept']:,} kept + {characters['removed']:,} removed + "
        f"{characters['uncertain']:,} uncertain"
    )
    total = sum(record["sentences"].values())
    labels = ", ".join(f"{count:,} {label}" for label, count in record["sentences"].items())
    hosts = sum(row.get("hosts", 1) for row in record["hosts"])
    yield f"{total:,} sentences: {labels}; from {hosts:,} {'host' if hosts == 1 else 'hosts'}"
    yield outcome


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
