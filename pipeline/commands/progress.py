"""How far a run has come, on standard error, for people who watch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline.jobs.account import Account


class Watcher(Protocol):
    """Told of the account after every group of pages."""

    def __call__(self, account: Account) -> None: ...


@contextmanager
def progress(file: TextIO, *, shown: bool) -> Iterator[Watcher]:
    """Show a line that is renewed until the block ends; nothing if not `shown`."""
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    console = Console(file=file, highlight=False)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, disable=not shown) as bar:
        line = bar.add_task("reading", total=None)
        yield lambda account: bar.update(line, description=_summary(account))


def _summary(account: Account) -> str:
    failed = f", {account.pages_failed:,} failed" if account.pages_failed else ""
    return f"{account.pages_done:,} pages{failed}, {account.characters_in:,} characters"
