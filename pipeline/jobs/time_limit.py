"""A limit to the time that a call takes.

Two clocks watch a call. A signal (SIGALRM) raises an exception in the process' main thread, between two steps of
Python: that ends loops, waits and system calls, and the process goes on. Where a call is caught inside native code, no
exception arrives; then, if asked for, a thread of `faulthandler` that needs no interpreter ends the whole process, and
whoever started it sees a worker die.
"""

import faulthandler
import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Final, NoReturn, TypeVar

_GRACE: Final = 1.5
_GRACE_SECONDS: Final = 1.0

Result = TypeVar("Result")


class TimeLimitExceeded(BaseException):
    """The call took longer than its limit."""


def within(seconds: float, call: Callable[[], Result], *, or_die: bool = False) -> Result:
    """Return what a call returns, if it does so in time.

    Outside a process' main thread, as in Dask's workers, there are no signals: there only `or_die` ends a call.

    Args:
        seconds: the limit; `inf` for none.
        call: takes no arguments.
        or_die: end the process if the call is still there after one and a half times as long and a second.

    Raises:
        TimeLimitExceeded: it does not.
    """
    if seconds == math.inf:
        return call()
    has_signals = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    with _death_after(seconds * _GRACE + _GRACE_SECONDS) if or_die else nullcontext():
        return _alarmed(seconds, call) if has_signals else call()


def _alarmed(seconds: float, call: Callable[[], Result]) -> Result:
    expired = False

    def expire(_signal: int, _frame: FrameType | None) -> NoReturn:
        nonlocal expired
        expired = True
        raise TimeLimitExceeded

    before = signal.signal(signal.SIGALRM, expire)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        result = call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if expired:  # and something on the way has taken the exception for one of its own
        raise TimeLimitExceeded
    return result


@contextmanager
def _death_after(seconds: float) -> Iterator[None]:
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - for its file descriptor
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
