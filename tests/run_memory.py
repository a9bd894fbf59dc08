"""How much memory a worker needs for few pages and for many: `python tests/run_memory.py 5000 50000`.

Pages are made of the sample pages; one word in ten is new on every page, names and numbers as a crawl has them.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.commands.classify import main
from pipeline.preprocess.page import Page
from pipeline.preprocess.pages import read_pages

SAMPLES: Final = Path(__file__).parents[1] / "corpus" / "samples"
_MEGABYTE: Final = 1024  # in the unit of Linux' ru_maxrss
_NEW_WORDS: Final = 0.1
_HOSTS: Final = 200


def generated_rows(n_pages: int) -> Iterator[str]:
    """Yield pages as lines of JSON, the same at every call."""
    random_numbers = random.Random(0)  # noqa: S311 - not for secrets
    samples = [page.content.split(" ") for page in read_pages([SAMPLES]) if isinstance(page, Page)]
    for number in range(n_pages):
        words = [
            f"{word[:3]}{random_numbers.getrandbits(32):x}"
            if word.isalpha() and random_numbers.random() < _NEW_WORDS
            else word
            for word in samples[number % len(samples)]
        ]
        url = f"https://host-{number % _HOSTS}.example/{number}"
        yield json.dumps({"id": str(number), "url": url, "content": " ".join(words)}) + "\n"


def peak_of_workers(n_pages: int, *options: str) -> int:
    """Run in one worker, and return its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(generated_rows(n_pages))
        command = [sys.executable, __file__, "--run", str(path), "-o", f"{folder}/out", "--workers=1", *options]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this file
    return int(done.stdout.splitlines()[-1]) // _MEGABYTE


if __name__ == "__main__":
    if sys.argv[1] == "--run":
        status = main([*sys.argv[2:], "--quiet"])
        sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
        raise SystemExit(status)
    for argument in sys.argv[1:]:
        sys.stdout.write(f"{int(argument):,} pages: {peak_of_workers(int(argument))} MB\n")
