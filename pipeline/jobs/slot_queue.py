"""Many calls on several slots at once: results come as they are ready."""

import queue
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pipeline.jobs.slots import Slot, SlotStoppedError

TICK_SECONDS: Final = 0.2
"""So often the caller gets a turn while nothing is ready."""
_PATIENCE_SECONDS: Final = 30.0

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item; either a result or an error."""

    item: Item
    result: Result | None = None
    error: BaseException | None = None


def outcomes(
    function: Callable[[Slot, Item], Result], items: Sequence[Item], slots: Sequence[Slot]
) -> Generator[Outcome[Item, Result] | None]:
    """Yield what becomes of each item, in the order in which they are ready, and None while there is nothing.

    Each slot has a thread, which takes the next item when it is through with the last. When the caller stops early,
    by an exception or by closing the iterator, all slots are stopped.

    Args:
        function: called in a slot's thread with the slot and an item.
        items: what there is to do.
        slots: at least one.
    """
    waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    ready: queue.SimpleQueue[Outcome[Item, Result]] = queue.SimpleQueue()
    stopping = threading.Event()
    threads = [
        threading.Thread(target=_serve, args=(function, slot, waiting, ready, stopping), daemon=True)
        for slot in slots[: len(items)]
    ]
    is_complete = False
    try:
        for thread in threads:
            thread.start()
        left = len(items)
        while left:
            try:
                yield ready.get(timeout=TICK_SECONDS)
                left -= 1
            except queue.Empty:
                yield None
        is_complete = True
    finally:
        stopping.set()
        if not is_complete:
            for slot in slots:
                slot.stop()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)


def _serve(
    function: Callable[[Slot, Item], Result],
    slot: Slot,
    waiting: "queue.SimpleQueue[Item]",
    ready: "queue.SimpleQueue[Outcome[Item, Result]]",
    stopping: threading.Event,
) -> None:
    while not stopping.is_set():
        try:
            item = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            ready.put(Outcome(item, result=function(slot, item)))
        except SlotStoppedError:
            return
        except BaseException as error:  # noqa: BLE001 - the caller decides what it means
            ready.put(Outcome(item, error=error))
