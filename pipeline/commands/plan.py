"""`classify --dry-run`: the shards of a run, and about how long it would take.

Inputs are cut, and pages tried, in workers under the limits of the run: one that hangs or kills is told as there.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import joblib

from pipeline.commands.job import chosen_model, job_of
from pipeline.commands.options import SOME_FAILED, ClassifyOptions
from pipeline.commands.plain import plain_line
from pipeline.commands.progress import duration
from pipeline.jobs.groups import in_groups
from pipeline.jobs.job import Job, LoadableModel
from pipeline.jobs.planning import Cutting, Plan, plan_run
from pipeline.jobs.runs import loaded_once, process_group
from pipeline.jobs.shards import Shard
from pipeline.jobs.slots import Slot, WorkerDiedError, local_slots
from pipeline.jobs.tagging import Tagger
from pipeline.jobs.timed_reading import read_in_time
from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.pages import find_files
from pipeline.preprocess.readers.streams import STANDARD_INPUT

MAX_SHARDS_SHOWN: Final = 40
_SAMPLED_SHARDS: Final = 4
_SECONDS_PER_SAMPLE: Final = 1.0
_PAGES_AT_A_TIME: Final = 32


def print_plan(options: ClassifyOptions, say: Callable[[object], None]) -> int:
    """Print which shards a call would do and an estimate of the time; return its exit status.

    The inputs are read once, to find the shards; standard input is not touched.
    """
    model = chosen_model(options, say)
    model.load()  # one that is refused is told here, before anything is printed, and not by a worker half-way
    found = [file for file in find_files(options.inputs) if file.source != STANDARD_INPUT]
    cutting = Cutting(options.shard_bytes, options.page_bytes, page_seconds=options.page_seconds, may_die=True)
    with local_slots(options.workers, options.page_bytes) as slots:
        plan = plan_run(found, cutting, limit=options.limit, slots=slots)
        for failure in plan.failures:
            say(failure)
        for line in _plan_lines(plan, options):
            print(line)
        if plan.size:
            print(estimate(plan, model, options, slots[0]))
    return SOME_FAILED if plan.failures else 0


def _plan_lines(plan: Plan, options: ClassifyOptions) -> Iterator[str]:
    yield from shard_lines(plan.shards if plan.files else ())
    yield total_line(plan)
    if STANDARD_INPUT in options.inputs:
        yield "standard input comes on top; it is not looked at before it is done"


def shard_lines(shards: Sequence[Shard]) -> Iterator[str]:
    """Yield a line for each shard, as far as people read."""
    for shard in shards[:MAX_SHARDS_SHOWN]:
        files = f"{len(shard.parts):,} files from " if len(shard.parts) > 1 else ""
        limit = f", the first {shard.limit:,} pages" if shard.limit is not None else ""
        yield f"{shard.size:>15,} bytes  {files}{plain_line(shard.parts[0].source)}{limit}"
    if len(shards) > MAX_SHARDS_SHOWN:
        yield f"{'...':>15}        and {len(shards) - MAX_SHARDS_SHOWN:,} more shards"


def total_line(plan: Plan) -> str:
    n_shards = len(plan.shards) if plan.files else 0
    return f"{plan.size:>15,} bytes  in {_counted(n_shards, 'shard')} of {_counted(len(plan.files), 'file')}"


def bytes_per_second(model: LoadableModel, job: Job, shards: Sequence[Shard], max_page_bytes: int) -> float:
    """Do pages of a few shards for a second each; return the bytes of input that were done in one second."""
    tagger = loaded_once(model)
    size = seconds = 0.0
    for shard in shards[:: max(1, len(shards) // _SAMPLED_SHARDS)][:_SAMPLED_SHARDS]:
        sampled, taken = _sample(shard, tagger, job, max_page_bytes)
        size, seconds = size + sampled, seconds + taken
    return size / seconds


def _sample(shard: Shard, tagger: Tagger, job: Job, max_page_bytes: int) -> tuple[int, float]:
    """The bytes of a shard that were done, and the seconds that it took."""
    started = time.perf_counter()
    size = 0
    for group in in_groups(_pages(shard, job, max_page_bytes), max_pages=_PAGES_AT_A_TIME):
        process_group(group, tagger, job)
        size += sum(len(page.content.encode()) for page in group if isinstance(page, Page))
        if time.perf_counter() - started > _SECONDS_PER_SAMPLE:
            return size, time.perf_counter() - started
    return shard.size, time.perf_counter() - started


def _pages(shard: Shard, job: Job, max_page_bytes: int) -> Iterator[PageOrError]:
    for part in shard.parts:
        yield from read_in_time(part, job.page_seconds, max_page_bytes=max_page_bytes, or_die=job.may_die)


def estimate(plan: Plan, model: LoadableModel, options: ClassifyOptions, slot: Slot) -> str:
    """Say about how long a run would take, by pages tried in a worker."""
    shards = [replace(shard, parts=shard.parts[:_PAGES_AT_A_TIME]) for shard in plan.shards if shard.size]
    job = job_of(options, may_die=True)
    try:
        rate = slot.call(bytes_per_second, model, job, shards, options.page_bytes)
    except WorkerDiedError:
        return "no estimate of the time: a page of the sample ends its process; a run finds it and sets it aside"
    if not rate:
        return "no estimate of the time: no page of the sample could be done in time"
    seconds = plan.size / rate
    at_once = min(options.workers or joblib.cpu_count(), len(plan.shards))
    on_all = f", {duration(seconds / at_once)} on {_counted(at_once, 'worker')}" if at_once > 1 else ""
    return f"about {duration(seconds)} of work{on_all}, going by a sample that did {rate / 1e6:.1f} MB a second"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
