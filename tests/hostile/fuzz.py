"""Coverage-guided fuzzing with atheris: `python tests/hostile/fuzz.py html|warc|jsonl|splitter [libFuzzer options]`.

A file among the options is tried alone. Without options it goes on until it finds something or is interrupted;
`-max_total_time=60` bounds it. What it finds it leaves as a file; put its bytes into `FOUND` of test_any_bytes.py.
"""

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["pipeline"]):
    from any_bytes import do_bytes, seeds, split_bytes

TARGETS = {
    "html": lambda data: do_bytes(b"<!doctype html>" + data, "fuzz.html"),
    "warc": lambda data: do_bytes(b"WARC/" + data, "fuzz.warc"),
    "jsonl": lambda data: do_bytes(data, "fuzz.jsonl"),
    "splitter": split_bytes,
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()):
            (Path(corpus) / str(number)).write_bytes(seed.removeprefix(b"WARC/"))
        given = sys.argv[2:]
        names_files = any(not argument.startswith("-") for argument in given)
        atheris.Setup([sys.argv[0], *given, *([] if names_files else [corpus])], TARGETS[sys.argv[1]])
        atheris.Fuzz()
