import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from pipeline.jobs.slots import LocalSlot, SlotStoppedError, WorkerDiedError


@pytest.fixture
def slot() -> Iterator[LocalSlot]:
    local = LocalSlot()
    yield local
    local.stop()


def refuse(number: int) -> None:
    raise ValueError(f"no {number}")


def test_a_call_is_done_by_another_process_and_the_next_by_the_same(slot: LocalSlot) -> None:
    first, second = slot.call(os.getpid), slot.call(os.getpid)
    assert first == second != os.getpid()


def test_a_worker_that_dies_is_told_and_replaced(slot: LocalSlot) -> None:
    pid = slot.call(os.getpid)
    with pytest.raises(WorkerDiedError, match=r"SIGKILL\(-9\)"):
        slot.call(os.kill, pid, signal.SIGKILL)
    with pytest.raises(ValueError, match="no 5"):
        slot.call(refuse, 5)
    assert slot.call(os.getpid) != pid


def test_a_call_is_broken_off_from_another_thread(slot: LocalSlot) -> None:
    slot.call(os.getpid)
    threading.Timer(0.2, slot.stop).start()
    started = time.monotonic()
    with pytest.raises(SlotStoppedError):
        slot.call(time.sleep, 60)
    assert time.monotonic() - started < 30
    with pytest.raises(SlotStoppedError):
        slot.call(os.getpid)


def test_ctrl_c_in_the_terminal_does_not_reach_a_worker(slot: LocalSlot) -> None:
    pid = slot.call(os.getpid)
    slot.call(os.kill, pid, signal.SIGINT)
    assert slot.call(os.getpid) == pid
