"""A shard whose worker dies: done again, and if a page is to blame, without it."""

from dataclasses import replace
from typing import Final

from pipeline.errors import Reason, WinnowError
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.shard_work import ShardTask, count_pages, do_shard, try_pages
from pipeline.jobs.slots import Slot, WorkerDiedError

_FRUITLESS_SEARCHES: Final = 2


def complete_shard(slot: Slot, task: ShardTask) -> Ledger:
    """Do a shard, whatever becomes of its workers.

    A worker may die by accident, so the shard is first done a second time. If that kills a worker too, the page to
    blame is sought by bisection, found only if it kills a worker all alone, and set aside as a failure.

    Raises:
        WinnowError: workers die over the shard, but over no page of it alone.
        SlotStoppedError: the slot was stopped.
    """
    searches = 0
    while True:
        try:
            return _at_second_try(slot, task)
        except WorkerDiedError as death:
            number, last_death = _deadly_page(slot, task)
            if last_death is not None:
                task = replace(task, set_aside={**task.set_aside, number: _blame(last_death, task)})
                continue
            searches += 1
            if searches == _FRUITLESS_SEARCHES:
                raise _given_up(task, death) from death


def _at_second_try(slot: Slot, task: ShardTask) -> Ledger:
    try:
        return slot.call(do_shard, task)
    except WorkerDiedError:
        return slot.call(do_shard, task)


def _deadly_page(slot: Slot, task: ShardTask) -> tuple[int, WorkerDiedError | None]:
    """The number of a page over which a worker dies, and how; no death if there is none."""
    try:
        first, last = 0, slot.call(count_pages, task)
    except WorkerDiedError:
        return 0, None
    while last - first > 1:
        middle = (first + last) // 2
        if _death_over(slot, task, first, middle):
            last = middle
        else:
            first = middle
    return first, _death_over(slot, task, first, last)


def _death_over(slot: Slot, task: ShardTask, first: int, last: int) -> WorkerDiedError | None:
    try:
        slot.call(try_pages, task, first, last)
    except WorkerDiedError as death:
        return death
    return None


def _blame(death: WorkerDiedError, task: ShardTask) -> tuple[str, str]:
    if death.was_too_slow:
        seconds = task.job.page_seconds
        return Reason.TOO_SLOW, f"it takes longer than {seconds:g} seconds; leave it out, or raise --page-seconds"
    how = f" ({death.how})" if death.how else ""
    return Reason.KILLED_WORKER, f"the process that does it dies{how}; leave it out, and please report this"


def _given_up(task: ShardTask, death: WorkerDiedError) -> WinnowError:
    sources = task.shard.parts[0].source if task.shard.parts else task.shard.name
    how = f" ({death.how})" if death.how else ""
    return WinnowError(
        f"{sources}: workers keep dying over shard {task.shard.name}{how}, but over no page of it alone, most likely "
        "for lack of memory; give the same command again with fewer --workers"
    )
