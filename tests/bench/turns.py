"""Contenders in turn: each in a process of its own, a round of one after a round of another."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import IO, Final, cast

from pipeline.preprocess.page import Page

ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_WORKER: Final = Path(__file__).with_name("worker.py")

Measures = Mapping[str, float]
"""What `worker` says of a round."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What became of the contenders.

    Attributes:
        rounds: by contender and number of pages, its rounds in order.
        skipped: by contender, why it was left out.
    """

    rounds: dict[tuple[str, int], list[Measures]]
    skipped: dict[str, str]

    def medians(self, name: str, n_pages: int) -> dict[str, float]:
        """The median of every measure over a contender's rounds."""
        rounds = self.rounds[name, n_pages]
        return {measure: median(one[measure] for one in rounds) for measure in rounds[0]}

    def ratio(self, name: str, other: str, n_pages: int, measure: str = "cpu_seconds") -> float:
        """The median, over rounds, of one contender's measure by another's of the same round."""
        pairs = zip(self.rounds[name, n_pages], self.rounds[other, n_pages], strict=True)
        return median(one[measure] / another[measure] for one, another in pairs)


def in_turn(
    names: Sequence[str], pages: Sequence[Page], sizes: Sequence[int], n_rounds: int, model: str | None
) -> Turns:
    """Do `n_rounds` rounds of every contender with every number of pages in `sizes`."""
    turns = Turns({}, {})
    with TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder) / "pages.jsonl"
        file.write_text("".join(json.dumps(asdict(page)) + "\n" for page in pages), "utf-8")
        workers = {name: stack.enter_context(_worker(name, file, model)) for name in names}
        turns.skipped.update({name: said["skipped"] for name, (_, said) in workers.items() if "skipped" in said})
        for _ in range(n_rounds):
            for size in sizes:
                for name in [name for name in names if name not in turns.skipped]:
                    turns.rounds.setdefault((name, size), []).append(_ask(workers[name][0], size))
    return turns


@contextmanager
def _worker(name: str, pages: Path, model: str | None) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    command = [sys.executable, str(_WORKER), name, str(pages), model or ""]
    with subprocess.Popen(  # noqa: S603 - a file beside this one
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD
    ) as process:
        yield process, _heard(process)
        cast("IO[str]", process.stdin).close()


def _ask(process: "subprocess.Popen[str]", n_pages: int) -> Measures:
    stream = cast("IO[str]", process.stdin)
    stream.write(f"{n_pages}\n")
    stream.flush()
    return {name: float(value) for name, value in _heard(process).items()}


def _heard(process: "subprocess.Popen[str]") -> dict[str, str]:
    line = cast("IO[str]", process.stdout).readline()
    if not line:
        raise RuntimeError("a contender broke off; its error stands above")
    return dict(json.loads(line))
