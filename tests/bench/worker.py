"""One contender in a process of its own: `worker.py NAME PAGES MODEL`, where MODEL may be empty.

Says `{}` once it is ready, or why it cannot be. Then, for every line that names a number of pages, it does a round on
the first so many and says as JSON what that took.
"""

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

from contenders import CONTENDERS, Round

from pipeline.preprocess.page import Page


def main(name: str, pages_file: str, model: str) -> None:
    pages = [Page(**json.loads(line)) for line in Path(pages_file).read_text("utf-8").splitlines()]
    try:
        fresh = CONTENDERS[name](model or None)
    except ImportError as error:
        _say({"skipped": f"{error.name} is not installed" if error.name else str(error)})
        return
    _say({})
    for line in sys.stdin:
        _say(_timed(fresh(), pages[: int(line)]))


def _timed(round_: Round, pages: list[Page]) -> dict[str, float]:
    cpu, wall = process_time(), perf_counter()
    work = round_(pages)
    cpu_end, wall_end = process_time(), perf_counter()
    cpu, wall = work.begin or (cpu, wall)
    return {
        "pages": work.pages,
        "sentences": work.sentences,
        "megabytes": sum(len(page.content.encode("utf-8", "surrogatepass")) for page in pages) / 1e6,
        "cpu_seconds": (cpu_end - cpu) / work.share,
        "wall_seconds": (wall_end - wall) / work.share,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _say(message: dict[str, float] | dict[str, str]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
