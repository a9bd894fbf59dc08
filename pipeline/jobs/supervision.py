"""A shard whose worker dies: done again, and if a page is to blame, without it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from pipeline.errors import Reason, WinnowError
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.shard_work import ShardTask, count_pages, do_shard, try_pages, try_reading
from pipeline.jobs.slots import Slot, WorkerDiedError, call_again
from pipeline.jobs.supervised_cutting import death_while_reading

_FRUITLESS_SEARCHES: Final = 2


def complete_shard(slot: Slot, task: ShardTask) -> Ledger:
    """Do a shard, whatever becomes of its workers.

    A worker may die by accident, so the shard is first done a second time. If that kills a worker too, the part of an
    input to blame for being read, or else the page to blame for being done, is sought by bisection, found only if it
    kills a worker all alone, and set aside as a failure.

    Raises:
        WinnowError: workers die over the shard, but over no page of it alone.
        SlotStoppedError: the slot was stopped.
    """
    searches = 0
    while True:
        try:
            return call_again(slot, do_shard, task)
        except WorkerDiedError as death:
            found = _without_deadly(slot, task)
            if found is not None:
                task = found
                continue
            searches += 1
            if searches == _FRUITLESS_SEARCHES:
                raise _given_up(task, death) from death


def _without_deadly(slot: Slot, task: ShardTask) -> ShardTask | None:
    """The same shard without the part that cannot be read, or the page that cannot be done; None if there is none."""
    try:
        n_pages = slot.call(count_pages, task)
    except WorkerDiedError:
        number, death = _deadly(slot, partial(try_reading, task), len(task.shard.parts))
        if death is None:
            return None
        reasons = death_while_reading(death, task.job.page_seconds)
        # The part is one failure from now on, so that pages behind it have other numbers.
        return replace(task, unread={**task.unread, number: reasons}, set_aside={})
    number, death = _deadly(slot, partial(try_pages, task), n_pages)
    return None if death is None else replace(task, set_aside={**task.set_aside, number: _blame(death, task)})


def _deadly(slot: Slot, attempt: Callable[[int, int], None], number: int) -> tuple[int, WorkerDiedError | None]:
    """Which of so many things kills a worker all alone, and how; no death if none does."""
    first, last = 0, number
    while last - first > 1:
        middle = (first + last) // 2
        if _death_over(slot, attempt, first, middle):
            last = middle
        else:
            first = middle
    return first, _death_over(slot, attempt, first, last)


def _death_over(slot: Slot, attempt: Callable[[int, int], None], first: int, last: int) -> WorkerDiedError | None:
    try:
        slot.call(attempt, first, last)
    except WorkerDiedError as death:
        return death
    return None


def _blame(death: WorkerDiedError, task: ShardTask) -> tuple[str, str]:
    if death.was_too_slow:
        seconds = task.job.page_seconds
        return Reason.TOO_SLOW, f"it takes longer than {seconds:g} seconds; leave it out, or raise --page-seconds"
    return Reason.KILLED_WORKER, f"the process that does it dies{death.bracketed}; leave it out, and please report this"


def _given_up(task: ShardTask, death: WorkerDiedError) -> WinnowError:
    sources = task.shard.parts[0].source if task.shard.parts else task.shard.name
    return WinnowError(
        f"{sources}: workers keep dying over shard {task.shard.name}{death.bracketed}, but over no page of it alone, "
        "most likely for lack of memory; give the same command again with fewer --workers"
    )
