"""Slots: places at which one call at a time is done, each with a worker of its own that is replaced when it dies.

One worker to a slot: when one dies, it is clear what it was doing, and the others are not touched.
"""

import os
import re
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any, Final, ParamSpec, Protocol, TypeVar

import joblib
from joblib.externals.loky import ProcessPoolExecutor

from pipeline.jobs.garbage import collect_rarely

# One thread for each worker: the cores are taken, and sums must not depend on how they are parted among threads.
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_SECONDS_BETWEEN_LOOKS_AT_PARENT: Final = 1.0
_MEMORY_AT_LEAST: Final = 2_000_000_000
_MEMORY_PER_BYTE: Final = 100
_EXIT_CODE: Final = re.compile(r"\{([^{}]*)\}")

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def worker_memory(max_page_bytes: int) -> int:
    """Bytes of memory of its own that a worker may take; markup that was made to hurt would take more."""
    return _MEMORY_AT_LEAST + _MEMORY_PER_BYTE * max_page_bytes


class WorkerDiedError(Exception):
    """The process that did a call is gone.

    Attributes:
        how: its exit code or signal, as far as known.
    """

    def __init__(self, how: str = "") -> None:
        self.how = how
        super().__init__(how)

    @property
    def was_too_slow(self) -> bool:
        """Whether it ended itself, as `time_limit` does."""
        return self.how == "EXIT(1)"

    @property
    def bracketed(self) -> str:
        """How, to stand behind a word in a message; empty if that is not known."""
        return f" ({self.how})" if self.how else ""


class SlotStoppedError(Exception):
    """The call was broken off from outside."""


class Slot(Protocol):
    """Does one call at a time."""

    def start(self, function: Callable[[], object]) -> None:
        """Begin a call whose end nobody waits for: what takes time to start is ready the sooner for the next."""
        ...

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """Return what the function returns, or raise what it raises.

        Raises:
            WorkerDiedError: the worker died over it; the next call has a new one.
            SlotStoppedError: `stop` was called.
        """
        ...

    def stop(self) -> None:
        """Break off the call under way, if there is one, and end the worker; may be called from any thread."""
        ...


def call_again(
    slot: Slot, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """As `slot.call`, but a second time if the worker dies: that may have been an accident."""
    try:
        return slot.call(function, *arguments, **named)
    except WorkerDiedError:
        return slot.call(function, *arguments, **named)


class LocalSlot:
    """A worker process on this machine, by joblib's loky; it starts with the first call.

    Args:
        memory_bytes: what the worker may take, beside what it shares with others; None for no limit. Beyond it a call
            raises MemoryError, or its worker dies where native code does not look.
    """

    def __init__(self, memory_bytes: int | None = None) -> None:
        self._memory_bytes = memory_bytes
        self._executor: ProcessPoolExecutor | None = None
        self._is_stopped = False
        self._changing = threading.Lock()

    def start(self, function: Callable[[], object]) -> None:
        with suppress(BrokenProcessPool):  # the next call will say so
            self._worker().submit(function)

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        try:
            result: Result = self._worker().submit(function, *arguments, **named).result()
        except BrokenProcessPool as error:
            self._drop()
            if self._is_stopped:
                raise SlotStoppedError from error
            exit_code = _EXIT_CODE.search(str(error))
            raise WorkerDiedError(exit_code[1] if exit_code else "") from error
        except Exception as error:
            if self._is_stopped:
                raise SlotStoppedError from error
            raise
        else:
            return result

    def stop(self) -> None:
        self._is_stopped = True
        self._drop()

    def _worker(self) -> ProcessPoolExecutor:
        with self._changing:
            if self._is_stopped:
                raise SlotStoppedError
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    max_workers=1,
                    initializer=_become_worker,
                    initargs=(os.getpid(), self._memory_bytes),
                    env=ONE_THREAD,
                )
            return self._executor

    def _drop(self) -> None:
        with self._changing:
            executor, self._executor = self._executor, None
        if executor is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                executor.shutdown(wait=True, kill_workers=True)


@contextmanager
def local_slots(n_workers: int | None, max_page_bytes: int) -> Iterator[list[Slot]]:
    """Slots on this machine, one for each core if no number is said, each under the limit of memory for such pages."""
    slots: list[Slot] = [LocalSlot(worker_memory(max_page_bytes)) for _ in range(n_workers or joblib.cpu_count())]
    try:
        yield slots
    finally:
        for slot in slots:
            slot.stop()


class SameProcessSlot:
    """No worker: calls are done in this process, which dies if they kill it."""

    def start(self, function: Callable[[], object]) -> None:
        pass

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        return function(*arguments, **named)

    def stop(self) -> None:
        pass


def _become_worker(parent: int, memory_bytes: int | None) -> None:
    """Leave Ctrl-C to the parent, which every process of the terminal is told of; do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    if memory_bytes is not None:
        _limit_memory(memory_bytes)
    threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()


def _limit_memory(size: int) -> None:
    """Limit this process's writable memory; where the system knows no such limit, there is none."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not on every system

        _, highest = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = size if highest == resource.RLIM_INFINITY else min(size, highest)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, highest))


def _exit_with(parent: int) -> Any:  # noqa: ANN401 - it never returns
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS_AT_PARENT)
    os._exit(1)
