import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs.slots import LocalSlot, SlotStoppedError, WorkerDiedError, worker_memory


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


def test_what_was_begun_is_over_when_the_next_call_is_done(slot: LocalSlot, tmp_path: Path) -> None:
    slot.start((tmp_path / "begun").touch)
    assert slot.call((tmp_path / "begun").exists)


def test_a_worker_that_dies_over_what_was_begun_is_told_by_the_next_call(slot: LocalSlot) -> None:
    slot.start(os.abort)
    with pytest.raises(WorkerDiedError, match="SIGABRT"):
        slot.call(time.sleep, 5)
    slot.call(time.sleep, 0)


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what is written into")
def test_a_worker_takes_no_more_memory_than_it_may_and_goes_on() -> None:
    slot = LocalSlot(memory_bytes=1_000_000_000)
    try:
        with pytest.raises(MemoryError):
            slot.call(bytearray, 1_000_000_000)
        assert len(slot.call(bytearray, 5)) == 5
    finally:
        slot.stop()


def test_a_worker_for_larger_pages_may_take_more_memory() -> None:
    assert [worker_memory(size) for size in (20_000_000, 200_000_000)] == [4_000_000_000, 22_000_000_000]


def test_ctrl_c_in_the_terminal_does_not_reach_a_worker(slot: LocalSlot) -> None:
    pid = slot.call(os.getpid)
    slot.call(os.kill, pid, signal.SIGINT)
    assert slot.call(os.getpid) == pid
