"""Random pages, corrupt inputs and kills, again and again: `python tests/hostile/soak.py MODEL ROUNDS`.

A round makes pages and spoilt files of a seed, does them undisturbed, and again while the program or a worker of it is
killed now and then; at the end the account balances and both folders hold the same bytes.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from labelled_lines import LINES
from page_samples import COMPRESSIONS, FILES
from watching import results

ROOT: Final = Path(__file__).parents[2]
KILLS: Final = 3
PAGES: Final = 150
SPOILT_FILES: Final = 30


def write_inputs(folder: Path, chance: random.Random) -> None:
    """Rows of pages of random lines, some of them no rows, and files of every kind with damage in them."""
    lines = [line for group in LINES.values() for line in group]
    rows = [json.dumps({"text": "\n".join(chance.choices(lines, k=200))}) for _ in range(PAGES)]
    spoilt = [row[: chance.randrange(len(row))] if chance.random() < 0.1 else row for row in rows]
    (folder / "pages.jsonl").write_text("\n".join(spoilt) + "\n")
    for number in range(SPOILT_FILES):
        name, suffix = chance.choice(list(FILES)), chance.choice(list(COMPRESSIONS))
        (folder / f"{number}-{name}{suffix}").write_bytes(damaged(COMPRESSIONS[suffix](FILES[name]), chance))


def damaged(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randrange(4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])


def run(command: list[str], chance: random.Random, kills: int) -> int:
    """Do a run that is killed so many times, and taken up again; return its last exit status."""
    for _ in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
        time.sleep(chance.uniform(0.5, 4))
        victims = [process.pid] if chance.random() < 0.5 else workers_of(process.pid)
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if process.pid in victims or chance.random() < 0.5:
            process.kill()
        process.wait()
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode  # noqa: S603 - ours


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in children for child in path.read_text().split()]


def differences(model: str, seed: int, kills: int = KILLS) -> list[str]:
    """Do a round; return what differs between the disturbed run and the undisturbed one, empty if nothing does."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        write_inputs(folder / "in", chance)
        start = [sys.executable, str(ROOT / "classify.py"), str(folder / "in"), f"--model={model}"]
        options = ["--shard-bytes=40000", "--workers=2", "--quiet"]
        calm = run([*start, *options, "-o", str(folder / "calm")], chance, 0)
        wild = run([*start, *options, "-o", str(folder / "wild")], chance, kills)
        found, expected = results(folder / "wild"), results(folder / "calm")
    statuses = [] if (calm, wild) == (1, 1) else [f"exit statuses {calm} and {wild}, not 1 and 1"]
    return statuses + sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


if __name__ == "__main__":
    for seed in range(int(sys.argv[2])):
        sys.stdout.write(f"seed {seed}: {differences(sys.argv[1], seed) or 'no difference'}\n")
        sys.stdout.flush()
