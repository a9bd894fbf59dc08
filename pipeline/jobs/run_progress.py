"""How far a run has come: for those who watch it, and for the error that ends it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from pipeline.errors import InputError, OutputError
from pipeline.jobs.account import Account
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.shard_work import ShardTask

_GO_ON: Final = "give the same command again to go on"


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        account: of the shards that are done, those of earlier runs among them.
        shards: number of them all.
        shards_done: those that are done.
        size: bytes of all shards.
        size_done: bytes of the shards that are done.
        size_here: bytes of those that were done in this run.
    """

    account: Account
    shards: int = 0
    shards_done: int = 0
    size: int = 0
    size_done: int = 0
    size_here: int = 0


class Watcher(Protocol):
    """Told how a run goes on; called several times a second."""

    def planning(self, read: int, total: int) -> None:
        """Tell of inputs that are read to plan the run, in bytes."""

    def working(self, progress: Progress) -> None: ...

    def failed(self, failure: InputError) -> None:
        """Tell of a page or file that could not be done, once in a run."""

    def removed(self, n_shards: int) -> None:
        """Tell that results of shards that are no more were removed."""


class RunInterrupted(KeyboardInterrupt):
    """Somebody ended the run; says how far it was, and how to go on."""


def count_done(ledger: Ledger, task: ShardTask, progress: Progress) -> None:
    """Count a shard that is done."""
    progress.shards_done += 1
    progress.size_done += task.shard.size
    progress.account.pages_in += ledger.account.pages_in
    progress.account.add(ledger.account)


@contextmanager
def told_how_to_go_on(progress: Progress) -> Iterator[None]:
    """Add to what ends a run how far it was, and what to do."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise RunInterrupted(f"interrupted; {_so_far(progress)}{_GO_ON}") from error
    except OutputError as error:
        raise OutputError(f"{error}; {_so_far(progress)}when that is mended, {_GO_ON}") from error


def _so_far(progress: Progress) -> str:
    return f"{progress.shards_done:,} of {progress.shards:,} shards are done; " if progress.shards else ""


def unfinished(changed: Sequence[InputError], progress: Progress) -> InputError:
    """The error of a run some of whose inputs changed."""
    first = changed[0]
    others = f" (and {len(changed) - 1:,} more)" if len(changed) > 1 else ""
    return InputError(first.source, first.reason, f"{first.detail}{others}; {_so_far(progress).rstrip('; ')}")
