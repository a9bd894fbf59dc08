"""The folder of a run: what it is a run of, whether that is done, and results that appear only when all is."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import InputError, OutputError, UsageError
from pipeline.jobs.writers import DocumentParts, RunParts, SentenceParts
from pipeline.preprocess.readers.files import FileOrError
from pipeline.preprocess.readers.streams import STANDARD_INPUT

RUN_FILE: Final = "run.json"
ERRORS_FILE: Final = "errors.jsonl"
_UNFINISHED: Final = ".unfinished"
_PARTS: Final = {"sentences": "part-*.parquet", "documents": "part-*.jsonl.gz"}


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What a run is a run of; two runs of equal identity have equal results.

    Attributes:
        inputs: as the caller gave them.
        files: number, bytes and digest of the files behind them, by name and size.
        options: what changes the results.
        model: its name and digest.
    """

    inputs: tuple[str, ...]
    files: dict[str, int | str]
    options: dict[str, object]
    model: dict[str, str]

    @property
    def is_repeatable(self) -> bool:
        """Whether the inputs can be read again: standard input cannot."""
        return STANDARD_INPUT not in self.inputs

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "inputs": list(self.inputs)}


def files_summary(files: list[FileOrError]) -> dict[str, int | str]:
    """Sum up files so that another list of names or sizes gives another digest."""
    found = [file for file in files if not isinstance(file, InputError)]
    digest = hashlib.sha256()
    for file in files:
        size = None if isinstance(file, InputError) else file.size
        digest.update(json.dumps([file.source, size]).encode())
    return {"count": len(found), "bytes": sum(file.size or 0 for file in found), "sha256": digest.hexdigest()}


class RunFolder:
    """A folder that holds the results of one run, or will."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def finished_run(self, identity: RunIdentity) -> dict[str, object] | None:
        """Return the `run.json` of a finished run of the same identity; None if the folder is free.

        Raises:
            UsageError: the folder holds something else.
            OutputError: it cannot be read.
        """
        with _output_errors(self.path):
            if not (self.path / RUN_FILE).exists():
                self._refuse_parts()
                return None
            run = _parsed(self.path / RUN_FILE)
        if not _is_run_of(run, identity):
            raise UsageError(
                f"{self.path}: it holds a run of other inputs, options or model; "
                "choose another folder, or add --no-resume to overwrite it"
            )
        return run

    @contextmanager
    def results(self, model: str, *, explained: bool = False) -> Iterator[RunParts]:
        """Open part files for writing; after an exception nothing remains of them, otherwise `publish` them.

        Args:
            model: name of the model, for the documents.
            explained: sentences have a column `why`.

        Raises:
            OutputError: the system refuses to write.
        """
        work = self.path / _UNFINISHED
        with _output_errors(self.path):
            try:
                _make_empty(work)
                with ExitStack() as stack:
                    sentences = stack.enter_context(SentenceParts(work / "sentences", explained=explained))
                    documents = stack.enter_context(DocumentParts(work / "documents", model))
                    errors = stack.enter_context((work / ERRORS_FILE).open("w", encoding="utf-8", newline="\n"))
                    yield RunParts(sentences, documents, errors)
            except BaseException:
                self._discard()
                raise

    def publish(self, run: dict[str, object]) -> None:
        """Put finished results in the place of older ones, `run.json` last.

        Raises:
            OutputError: the system refuses to write.
        """
        work = self.path / _UNFINISHED
        with _output_errors(self.path):
            text = json.dumps(run, ensure_ascii=False, indent=2) + "\n"
            (work / RUN_FILE).write_text(text, encoding="utf-8", newline="\n")
            (self.path / RUN_FILE).unlink(missing_ok=True)
            for folder, pattern in _PARTS.items():
                _replace_files(work / folder, self.path / folder, pattern)
            for name in (ERRORS_FILE, RUN_FILE):
                (work / name).replace(self.path / name)
            self._discard()

    def refuse_to_hold_inputs(self, inputs: Sequence[str]) -> None:
        """Make sure that a run does not read the results of another.

        Raises:
            UsageError: this folder exists and lies in an input folder.
        """
        for given in inputs:
            if self.path.exists() and self.path.resolve().is_relative_to(Path(given).resolve()):
                raise UsageError(
                    f"{self.path}: it lies in the input folder {given}, so its files would be read as pages; "
                    "choose a folder outside"
                )

    def _refuse_parts(self) -> None:
        if any(any((self.path / folder).glob(pattern)) for folder, pattern in _PARTS.items()):
            raise UsageError(
                f"{self.path}: it holds results without {RUN_FILE}; "
                "choose another folder, or add --no-resume to overwrite them"
            )

    def _discard(self) -> None:
        shutil.rmtree(self.path / _UNFINISHED, ignore_errors=True)


def _make_empty(work: Path) -> None:
    if work.exists():
        shutil.rmtree(work)
    for folder in _PARTS:
        (work / folder).mkdir(parents=True)


def _replace_files(new: Path, folder: Path, pattern: str) -> None:
    folder.mkdir(exist_ok=True)
    for outdated in folder.glob(pattern):
        outdated.unlink()
    for file in sorted(new.iterdir()):
        file.replace(folder / file.name)


def _parsed(path: Path) -> dict[str, object]:
    try:
        run = json.loads(path.read_bytes())
    except ValueError as error:
        raise UsageError(f"{path}: it is not valid JSON; add --no-resume to overwrite the run") from error
    return run if isinstance(run, dict) else {}


def _is_run_of(run: dict[str, object], identity: RunIdentity) -> bool:
    return identity.is_repeatable and all(run.get(key) == value for key, value in identity.as_json().items())


@contextmanager
def _output_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{error.filename or path}: cannot be written: {reason}") from error
