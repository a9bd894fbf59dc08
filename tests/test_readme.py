"""The README's commands print what it says; `python tests/test_readme.py` writes what they print now into it."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
PROGRAMS = {"winnow": [sys.executable, str(ROOT / "classify.py")], "python": [sys.executable]}


def printed_by(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - commands of our own README
        [*PROGRAMS[program], *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def executed(block: str, folder: Path) -> str:
    """A console block with its commands' present output."""
    commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{printed_by(command, folder)}" for command in commands)


def console_blocks() -> list[str]:
    return CONSOLE.findall(README.read_text(encoding="utf-8"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the README's commands find the samples and may write."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    return tmp_path


@pytest.mark.parametrize("block", console_blocks())
def test_console_examples_print_what_the_readme_shows(block: str, checkout: Path) -> None:
    assert executed(block, checkout) == block


def test_python_examples_give_what_the_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, attempted = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert (failed, attempted > 0) == (0, True)


def write_readme() -> None:
    import tempfile  # noqa: PLC0415 - only when the README is written anew

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "corpus").symlink_to(ROOT / "corpus")
        text = README.read_text(encoding="utf-8")
        text = CONSOLE.sub(lambda match: f"```console\n{executed(match[1], Path(name))}```", text)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_readme()
