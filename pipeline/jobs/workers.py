"""Worker processes: a function over many items, in order, with a bounded number of them under way."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor

from pipeline.errors import WinnowError
from pipeline.jobs.slots import ONE_THREAD

_UNDER_WAY_PER_WORKER: Final = 2

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_order(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int | None = None
) -> Iterator[Result]:
    """Yield `function(item)` for every item, in order, computed by worker processes.

    Items are taken in this process, and no more of them than workers need: `joblib.Parallel` would go on computing
    however slowly results are taken. No process is started if there are no items.

    Args:
        function: can be pickled.
        items: can be pickled, each of them.
        workers: number of processes; None for all cores.

    Raises:
        WinnowError: the system killed a worker.
    """
    n_workers = joblib.cpu_count() if workers is None else workers
    executor: Executor | None = None
    under_way: deque[Future[Result]] = deque()
    try:
        for item in items:
            executor = executor or _executor(n_workers)
            under_way.append(executor.submit(function, item))
            while under_way and (under_way[0].done() or len(under_way) > n_workers * _UNDER_WAY_PER_WORKER):
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise WinnowError("a worker process died, most likely for lack of memory; try fewer --workers") from error
    finally:
        if under_way and executor is not None:
            executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own argument


def _executor(n_workers: int) -> Executor:
    executor: Executor = get_reusable_executor(max_workers=n_workers, initializer=_ignore_interrupts, env=ONE_THREAD)
    return executor


def _ignore_interrupts() -> None:
    """Leave Ctrl-C, which reaches every process of the terminal, to the process that started the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
