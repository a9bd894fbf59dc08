import io
import time

import pytest

from pipeline.commands.progress import MAX_FAILURES_SHOWN, RunWatcher, duration, summary, watcher
from pipeline.errors import InputError
from pipeline.jobs.account import Account
from pipeline.jobs.run_progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def some_progress(pages: int = 1200) -> Progress:
    account = Account(pages_in=pages, pages_done=pages - 1)
    account.add_failure(InputError("a", "empty", "there is nothing in it"))
    account.sentences = {
        "a.example": Account()
        .from_counts({**Account().counts(), "sentences": {"a.example": [30, 10, 20, 40]}})
        .sentences["a.example"]
    }
    return Progress(account, shards=4, shards_done=1, size=400, size_done=100, size_here=100)


def test_a_run_is_summed_up_on_one_line() -> None:
    assert summary(some_progress(), seconds=60, pages_here=600) == (
        "1,200 pages, 10.0 pages/s, treatment 30% research 10% news 20% noise 40%, 1 failed, 1 of 4 shards, "
        "3 min 0 s left"
    )


def test_before_anything_is_done_nothing_is_promised() -> None:
    assert (
        summary(Progress(Account(), shards=4, size=400), seconds=0, pages_here=0)
        == "0 pages, 0.0 pages/s, 0 of 4 shards"
    )


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3700, "1 h 1 min"), (90_000, "1 d 1 h")]
)
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_without_a_terminal_there_is_a_line_now_and_then() -> None:
    said: list[str] = []
    with watcher(io.StringIO(), lambda line: said.append(str(line)), quiet=False, where="", interval=0.05) as watch:
        for _ in range(3):
            watch.working(some_progress())
        time.sleep(0.06)
        for _ in range(3):
            watch.working(some_progress())
    assert len(said) == 1
    assert said[0].startswith("25% done: 1,200 pages, ")


def test_a_terminal_shows_a_bar_that_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with watcher(terminal, print, quiet=False, where="") as watch:
        watch.planning(1_000_000, 2_000_000)
        watch.working(some_progress())
        watch.failed(InputError("a\x1b.txt", "empty", "there is nothing in it"))
        time.sleep(0.2)
    assert "1,200 pages" in terminal.getvalue()
    assert "winnow: a .txt: there is nothing in it" in terminal.getvalue()


def test_a_quiet_run_shows_failures_alone() -> None:
    said: list[str] = []
    with watcher(Terminal(), lambda line: said.append(str(line)), quiet=True, where="") as watch:
        watch.working(some_progress())
        watch.failed(InputError("a.txt", "empty", "there is nothing in it"))
    assert said == ["a.txt: there is nothing in it"]


def test_of_many_failures_some_are_shown() -> None:
    said: list[str] = []
    watch = RunWatcher(lambda _text, _share: None, lambda line: said.append(str(line)), where="out/errors.jsonl")
    for number in range(MAX_FAILURES_SHOWN + 5):
        watch.failed(InputError(f"{number}", "empty", "there is nothing in it"))
    watch.removed(3)
    assert len(said) == MAX_FAILURES_SHOWN + 2
    assert said[-2:] == [
        "further failures are not shown; all are in out/errors.jsonl",
        "removed the results of 3 shards that are no longer in the inputs",
    ]
