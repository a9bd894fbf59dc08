"""Slots on a Dask cluster, through joblib's Dask backend.

How to start a cluster is told in the README. Workers need winnow, the model, and the inputs and the output folder under
the same names as the machine that starts the run: a shared folder, or URLs.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar

from pipeline.errors import UsageError, WinnowError
from pipeline.jobs.slots import Slot, SlotStoppedError, WorkerDiedError
from pipeline.preprocess.readers.streams import one_line

_CONNECT_SECONDS: Final = 10
_SECONDS_BETWEEN_LOOKS: Final = 0.5
_SECONDS_BETWEEN_LOOKS_AT_WORKERS: Final = 20
_MAX_SLOTS: Final = 512
_SECONDS_WITHOUT_WORKERS: Final = 60
"""A cluster replaces workers that die; one that has none for so long does not."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@contextmanager
def dask_slots(scheduler: str, connect_seconds: float = _CONNECT_SECONDS) -> Iterator[list[Slot]]:
    """Connect to a scheduler and make two slots for each thread of its workers, so that none waits for its next call.

    Args:
        scheduler: address, such as `tcp://host:8786`.
        connect_seconds: to wait for it to answer, and again for its first worker.

    Raises:
        UsageError: there is no scheduler, it has no workers, or Dask is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
        from joblib._dask import DaskDistributedBackend  # noqa: PLC0415 - the same
    except ImportError as error:
        raise UsageError("--scheduler needs Dask; pip install 'winnow[dask]'") from error
    try:
        client: Any = Client(scheduler, timeout=connect_seconds, set_as_default=False)  # type: ignore[no-untyped-call]  # Dask's has no types
    except (OSError, ValueError) as error:
        raise UsageError(f"{scheduler}: no Dask scheduler answers ({one_line(error)}); is it running?") from error
    with client:
        n_threads = _threads_of_workers(client, connect_seconds)
        if not n_threads:
            raise UsageError(f"{scheduler}: the scheduler has no workers; start some with `dask worker {scheduler}`")
        backend = DaskDistributedBackend(client=client)
        backend.start_call()
        try:
            yield [_DaskSlot(backend) for _ in range(min(2 * n_threads, _MAX_SLOTS))]
        finally:
            backend.stop_call()


def _threads_of_workers(client: Any, seconds: float) -> int:  # noqa: ANN401 - as above
    """Threads of all workers, once there is one, or 0 if none comes in time."""
    end = time.monotonic() + seconds
    while not client.ncores() and time.monotonic() < end:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return int(sum(client.ncores().values()))


@dataclass(frozen=True, slots=True)
class _Batch:
    """What joblib's backend takes: calls, each as a function, its arguments and its named arguments."""

    items: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]


class _DaskSlot:
    """One call at a time on any worker of the cluster; the scheduler repeats it when a worker dies.

    Calls go to joblib's backend directly: `joblib.Parallel` waits for ever for a call that the scheduler has given up
    because its workers die, and does a call in this process when the cluster has but one thread left.
    """

    def __init__(self, backend: Any) -> None:  # noqa: ANN401 - joblib ships no types
        self._backend = backend
        self._stopped = threading.Event()

    def start(self, function: Callable[[], object]) -> None:
        """Do nothing: a cluster's workers are there."""

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        from distributed import KilledWorker  # noqa: PLC0415 - an extra

        future = self._backend.submit(_Batch([(function, arguments, named)]), lambda _result: None)
        try:
            results: list[Result] = self._backend.retrieve_result_callback(self._waited_for(future))
        except KilledWorker as error:
            raise WorkerDiedError from error
        except CancelledError as error:
            raise WinnowError(f"the Dask cluster has gone ({one_line(error)}); give the same command again") from error
        return results[0]

    def stop(self) -> None:
        self._stopped.set()

    def _waited_for(self, future: "Future[Any]") -> object:
        looked = had_workers = time.monotonic()
        while not self._stopped.is_set():
            try:
                return future.result(timeout=_SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                if future.done():
                    raise
            now, client = time.monotonic(), self._backend.client
            if client.status not in ("running", "connecting"):
                raise WinnowError("the Dask scheduler has gone; give the same command again")
            if now - looked > _SECONDS_BETWEEN_LOOKS_AT_WORKERS:
                looked, had_workers = now, now if client.ncores() else had_workers
            if now - had_workers > _SECONDS_WITHOUT_WORKERS:
                raise WinnowError("the Dask cluster has no workers left; start some, and give the same command again")
        raise SlotStoppedError
