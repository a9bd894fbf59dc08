"""How far a run has come, on standard error, for people who watch."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from pipeline.commands.plain import plain_line
from pipeline.errors import InputError
from pipeline.jobs.account import Account
from pipeline.jobs.run_progress import Progress as RunProgress

SECONDS_BETWEEN_LINES: Final = 60.0
"""Between two lines where standard error is no terminal."""

MAX_FAILURES_SHOWN: Final = 20
"""Failures that are shown one by one."""

_BAR_CHARACTERS: Final = 20
_ENOUGH_FOR_ESTIMATE: Final = 0.01
"""Share of the bytes that must be done before the time left is told: the first small shard says nothing of it."""

_SHORT: Final = {"treatment": "treatment", "clinical_research": "research", "news": "news", "noise": "noise"}


class RunWatcher:
    """Shows a run: a bar with pages, speed, labels, failures and time left, or a line of them now and then.

    Args:
        show: shows a description and a share done, between 0 and 1.
        say: prints a line.
        clock: gives seconds.
        where: file that holds all failures.
    """

    def __init__(
        self,
        show: Callable[[str, float], object],
        say: Callable[[object], object],
        *,
        where: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._say = say
        self._clock = clock
        self._where = where
        self._started: float | None = None
        self._pages_before = 0
        self._failures = 0

    def planning(self, read: int, total: int) -> None:
        self._show(f"reading the inputs to plan the run, {read / 1e6:,.0f} of {total / 1e6:,.0f} MB", 0)

    def working(self, progress: RunProgress) -> None:
        if self._started is None:
            self._started, self._pages_before = self._clock(), progress.account.pages_in
        seconds = self._clock() - self._started
        share = progress.size_done / progress.size if progress.size else 1.0
        self._show(summary(progress, seconds, progress.account.pages_in - self._pages_before), share)

    def failed(self, failure: InputError) -> None:
        self._failures += 1
        if self._failures <= MAX_FAILURES_SHOWN:
            self._say(failure)
        if self._failures == MAX_FAILURES_SHOWN:
            self._say(f"further failures are not shown; all are in {self._where}")

    def removed(self, n_shards: int) -> None:
        self._say(f"removed the results of {n_shards:,} shards that are no longer in the inputs")


@contextmanager
def watcher(
    file: TextIO, say: Callable[[object], object], *, quiet: bool, where: str, interval: float = SECONDS_BETWEEN_LINES
) -> Iterator[RunWatcher]:
    """Show a bar on a terminal, elsewhere a line every `interval` seconds; nothing but failures if `quiet`."""
    if quiet or not file.isatty():
        yield RunWatcher(_silent if quiet else _Lines(say, interval), say, where=where)
        return
    columns = BarColumn(_BAR_CHARACTERS), TaskProgressColumn(), TextColumn("{task.description}", markup=False)
    console = Console(file=file, highlight=False)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        line = bar.add_task("", total=1.0)

        def show(description: str, share: float) -> None:
            bar.update(line, description=description, completed=share)

        def say_above(message: object) -> None:
            bar.console.print(f"winnow: {plain_line(str(message))}", markup=False, soft_wrap=True)

        yield RunWatcher(show, say_above, where=where)


def summary(progress: RunProgress, seconds: float, pages_here: int) -> str:
    """Sum up a run on one line.

    Args:
        progress: how far it is.
        seconds: since it began, this time.
        pages_here: pages done since then.
    """
    account = progress.account
    parts = [f"{account.pages_in:,} pages", f"{pages_here / seconds if seconds else 0:,.1f} pages/s"]
    parts += [shares] if (shares := _label_shares(account)) else []
    parts += [f"{account.pages_failed:,} failed"] if account.pages_failed else []
    parts.append(f"{progress.shards_done:,} of {progress.shards:,} shards")
    if progress.size_here and progress.size_here >= _ENOUGH_FOR_ESTIMATE * progress.size:
        left = seconds * (progress.size - progress.size_done) / progress.size_here
        parts.append(f"{duration(left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """A time in the two largest of its units."""
    minutes, hours, days = seconds / 60, seconds / 3600, seconds / 86400
    if minutes < 1:
        return f"{seconds:.0f} s"
    if hours < 1:
        return f"{int(minutes)} min {int(seconds % 60)} s"
    return f"{int(hours)} h {int(minutes % 60)} min" if days < 1 else f"{int(days)} d {int(hours % 24)} h"


def _label_shares(account: Account) -> str:
    counts = account.by_label()
    total = sum(counts.values())
    return " ".join(f"{_SHORT[label]} {count / total:.0%}" for label, count in counts.items()) if total else ""


def _silent(_description: str, _share: float) -> None:
    pass


class _Lines:
    """Prints a description when some time has passed since the last."""

    def __init__(self, say: Callable[[object], object], interval: float) -> None:
        self._say = say
        self._interval = interval
        self._last = time.monotonic()

    def __call__(self, description: str, share: float) -> None:
        now = time.monotonic()
        if now - self._last >= self._interval:
            self._last = now
            self._say(f"{share:.0%} done: {description}")
