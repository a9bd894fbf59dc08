"""Fits side by side, each in a process of its own: threads of one fit wait for one another, two gain nothing."""

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

import joblib

from pipeline.errors import WinnowError

# One thread for each process: the cores are taken, and sums must not depend on how they are parted among threads.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def side_by_side(
    function: Callable[[Argument], Result], arguments: Iterable[Argument], n_jobs: int | None
) -> Iterator[Result]:
    """Yield `function(argument)` for every argument, in order.

    Args:
        function: can be pickled.
        arguments: can be pickled, each of them.
        n_jobs: number of processes, as joblib counts; one is this process itself.

    Raises:
        WinnowError: the system killed a process.
    """
    n_processes = joblib.effective_n_jobs(n_jobs)
    if n_processes == 1:
        yield from map(function, arguments)
        return
    # Not joblib.Parallel: its processes are shared by all that this process does, and would outlive the call.
    from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415 - one process needs none of it

    executor = ProcessPoolExecutor(n_processes, initializer=_ignore_interrupts, env=_ONE_THREAD)
    try:
        for future in [executor.submit(function, argument) for argument in arguments]:
            yield future.result()
    except BrokenProcessPool as error:
        raise WinnowError("a process died, most likely for lack of memory; try fewer --jobs") from error
    finally:
        executor.shutdown(wait=True, kill_workers=True)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C, which reaches every process of the terminal, to the process that started the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
