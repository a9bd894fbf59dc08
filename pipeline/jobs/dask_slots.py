"""Slots on a Dask cluster, through joblib's Dask backend.

How to start a cluster is told in the README. Workers need winnow, the model, and the inputs and the output folder under
the same names as the machine that starts the run: a shared folder, or URLs.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

from joblib import Parallel, delayed

from pipeline.errors import UsageError, WinnowError
from pipeline.jobs.slots import Slot, SlotStoppedError, WorkerDiedError
from pipeline.preprocess.readers.streams import one_line

_CONNECT_SECONDS: Final = 10
_SECONDS_FOR_WORKERS_TO_COME_BACK: Final = 120
_MAX_SLOTS: Final = 512

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@contextmanager
def dask_slots(scheduler: str) -> Iterator[list[Slot]]:
    """Connect to a scheduler and make two slots for each thread of its workers, so that none waits for its next call.

    Args:
        scheduler: address, such as `tcp://host:8786`.

    Raises:
        UsageError: there is no scheduler, it has no workers, or Dask is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError("--scheduler needs Dask; pip install 'winnow[dask]'") from error
    try:
        client: Any = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]  # Dask's has no types
    except (OSError, ValueError) as error:
        raise UsageError(f"{scheduler}: no Dask scheduler answers ({one_line(error)}); is it running?") from error
    with client:
        n_threads = sum(client.ncores().values())
        if not n_threads:
            raise UsageError(f"{scheduler}: the scheduler has no workers; start some with `dask worker {scheduler}`")
        yield [_DaskSlot(client) for _ in range(min(2 * n_threads, _MAX_SLOTS))]


class _DaskSlot:
    """One call at a time on any worker of the cluster; the scheduler repeats it when a worker dies."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - Dask is an extra
        self._client = client
        self._stopped = threading.Event()

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - an extra

        if self._stopped.is_set():
            raise SlotStoppedError
        try:
            (result,) = Parallel(n_jobs=-1, backend=self._backend(), batch_size=1)(
                [delayed(function)(*arguments, **named)]
            )
        except KilledWorker as error:
            raise WorkerDiedError from error
        except (CancelledError, TimeoutError) as error:
            if self._stopped.is_set():
                raise SlotStoppedError from error
            raise WinnowError(f"the Dask cluster has gone ({one_line(error)}); give the same command again") from error
        return result  # type: ignore[no-any-return]  # joblib ships no types

    def stop(self) -> None:
        self._stopped.set()

    def _backend(self) -> Any:  # noqa: ANN401 - joblib ships no types
        return _remote_backend()(client=self._client, wait_for_workers_timeout=_SECONDS_FOR_WORKERS_TO_COME_BACK)


def _remote_backend() -> Any:  # noqa: ANN401 - joblib ships no types
    from joblib._dask import DaskDistributedBackend  # noqa: PLC0415 - only with Dask

    class RemoteBackend(DaskDistributedBackend):  # type: ignore[misc]  # it has no type
        """Joblib's Dask backend on a cluster of any size."""

        def effective_n_jobs(self, n_jobs: int) -> int:
            """At least 2: for 1, as when all workers but one are down, joblib would do the call in this process."""
            return max(2, int(super().effective_n_jobs(n_jobs)))

    return RemoteBackend
