import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.jobs.time_limit import TimeLimitExceeded, within

ROOT = Path(__file__).parents[2]


def swallow_everything() -> str:
    try:
        time.sleep(9)
    except BaseException:  # noqa: BLE001 - as libraries do
        return "swallowed"
    return "slept"


def test_a_call_in_time_returns_what_it_returns() -> None:
    assert within(9, lambda: "done") == "done"


def test_an_exception_of_the_call_is_the_callers() -> None:
    with pytest.raises(ZeroDivisionError):
        within(9, lambda: 1 // 0)


@pytest.mark.parametrize(
    "call", [lambda: time.sleep(9), lambda: all(iter(int, 1)) or [0 for _ in iter(int, 1)], swallow_everything]
)
def test_a_call_that_takes_too_long_is_ended(call: object) -> None:
    started = time.monotonic()
    with pytest.raises(TimeLimitExceeded):
        within(0.05, call)  # type: ignore[arg-type]  # pytest's parameters have no types
    assert time.monotonic() - started < 5


def test_a_limit_is_over_with_its_call() -> None:
    within(0.05, lambda: None)
    time.sleep(0.1)


def test_native_code_that_does_not_end_takes_the_process_with_it() -> None:
    code = (
        "from collections import deque; from itertools import repeat; from pipeline.jobs.time_limit import within\n"
        "within(0.1, lambda: deque(repeat(0), maxlen=0), or_die=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False)  # noqa: S603 - fixed code
    assert (done.returncode, done.stderr) == (1, b"")


def test_outside_the_main_thread_nothing_is_ended() -> None:
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.append(within(0.01, swallow_everything_soon)))
    thread.start()
    thread.join()
    assert done == ["slept"]


def swallow_everything_soon() -> str:
    time.sleep(0.05)
    return "slept"
