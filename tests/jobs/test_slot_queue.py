import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.jobs.slot_queue import outcomes
from pipeline.jobs.slots import SameProcessSlot, Slot


class StoppableSlot(SameProcessSlot):
    def __init__(self) -> None:
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.stopped.set()


def reciprocal(_slot: Slot, number: int) -> float:
    return 1 / number


def done(function: Callable[[Slot, int], Any], numbers: list[int], n_slots: int) -> dict[int, Any]:
    slots = [StoppableSlot() for _ in range(n_slots)]
    return {
        outcome.item: outcome.result if outcome.error is None else type(outcome.error)
        for outcome in outcomes(function, numbers, slots)
        if outcome is not None
    }


@pytest.mark.parametrize("n_slots", [1, 3, 9])
def test_every_item_has_a_result_or_an_error(n_slots: int) -> None:
    assert done(reciprocal, [1, 0, 2, 4], n_slots) == {1: 1, 0: ZeroDivisionError, 2: 0.5, 4: 0.25}


def test_nothing_to_do_is_over_at_once() -> None:
    assert done(reciprocal, [], 2) == {}


def test_the_caller_gets_a_turn_while_nothing_is_ready() -> None:
    results = list(outcomes(lambda _slot, seconds: time.sleep(seconds), [0.5], [StoppableSlot()]))
    assert results[0] is None
    assert results[-1] is not None


def test_slots_are_stopped_when_the_caller_has_enough() -> None:
    slots = [StoppableSlot(), StoppableSlot()]
    results = outcomes(lambda _slot, number: slots[number].stopped.wait(20 * number), [0, 1], slots)
    next(results)
    results.close()
    assert all(slot.stopped.is_set() for slot in slots)
