"""Whole commands, as a user starts them: cold starts in turn, and a run with one worker and with two."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from bench_pages import ROOT, with_turned_lines
from turns import ONE_THREAD

from pipeline.preprocess.page import Page

_CLASSIFY: Final = str(ROOT / "classify.py")


def cold_starts(page: Page, n_rounds: int, model: str | None) -> dict[str, dict[str, float]]:
    """Median CPU and wall seconds of `import spacy`, of `--help`, and of labelling one page."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page.content, "utf-8", "replace")
        chosen = [f"--model={model}"] if model else []
        commands = {
            "import_spacy": [["-c", "import spacy"]],
            "help": [[_CLASSIFY, "--help"]],
            "one_page": [[_CLASSIFY, str(file), *chosen]],
        }
        return _in_turn(commands, n_rounds)


def runs_by_workers(
    pages: Sequence[Page], copies: int, n_rounds: int, model: str | None
) -> dict[str, dict[str, float]]:
    """Median seconds of a run into a folder with one worker, with two, and of two runs of one worker at once.

    Start and finish are included. Two runs that have nothing to do with one another show what the machine allows for.

    Args:
        pages: done `copies` times over, so that the start is small beside the work; each copy has its lines turned.
        copies: as said.
        n_rounds: runs of each.
        model: name or folder.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pages.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(
                json.dumps({"id": f"{page.id}/{copy}", "html": with_turned_lines(page.content, copy)}) + "\n"
                for copy in range(copies)
                for page in pages
            )
        chosen = [f"--model={model}"] if model else []
        # Small shards, so that two workers have equally much to do.
        common = [_CLASSIFY, str(file), "--quiet", "--no-resume", f"--shard-bytes={file.stat().st_size // 16 + 1}"]
        one, two, other = (
            [*common, f"-o={folder}/{name}", f"--workers={workers}", *chosen]
            for name, workers in (("one", 1), ("two", 2), ("other", 1))
        )
        return _in_turn({"1": [one], "2": [two], "two_at_once": [one, other]}, n_rounds)


def _in_turn(commands: Mapping[str, Sequence[Sequence[str]]], n_rounds: int) -> dict[str, dict[str, float]]:
    rounds = [{name: _seconds(at_once) for name, at_once in commands.items()} for _ in range(n_rounds)]
    return {
        name: {measure: median(one[name][measure] for one in rounds) for measure in rounds[0][name]}
        for name in commands
    }


def _seconds(commands: Sequence[Sequence[str]]) -> dict[str, float]:
    """CPU and wall seconds until commands that begin at once have all ended."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    environment = os.environ | ONE_THREAD
    processes = [
        subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own
        for arguments in commands
    ]
    statuses = [process.wait() for process in processes]
    if any(statuses):
        raise RuntimeError("a command that is timed has failed; its error stands above")
    wall, after = perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_seconds": cpu, "wall_seconds": wall}
