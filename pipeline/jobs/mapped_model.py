"""A model whose arrays the workers of one machine share: mapped into memory, they are there once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING
from uuid import uuid4

import joblib

from pipeline.errors import OutputError, WinnowError
from pipeline.jobs.models import ModelFolder
from pipeline.jobs.output_folder import TEMPORARY_SUFFIX, OutputFolder
from pipeline.jobs.slots import Slot, WorkerDiedError, call_again

if TYPE_CHECKING:
    from pipeline.jobs.tagging import Tagger


@dataclass(frozen=True, slots=True)
class MappedModel:
    """A model folder, and its classifier and word vectors as this run has written them down, ready to be mapped.

    Attributes:
        folder: the model.
        arrays: file that joblib maps, of the classifier and the word vectors; it is this run's own, so that it may be
            unpickled.
    """

    folder: ModelFolder
    arrays: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def digest(self) -> str:
        return self.folder.digest

    def load(self) -> "Tagger":
        """Make a Tagger of the mapped arrays."""
        from pipeline.jobs.loading import make_tagger  # noqa: PLC0415 - only a worker needs it

        classifier, words = joblib.load(self.arrays, mmap_mode="r")
        return make_tagger(classifier, words, self.folder.path, self.folder.digest, self.folder.threshold)


@contextmanager
def mapped(model: ModelFolder, output: OutputFolder, slot: Slot) -> Iterator[MappedModel]:
    """Load and verify a model in a worker, which writes its arrays down for all as long as the block lasts.

    Raises:
        ModelError: the model cannot be loaded.
        OutputError: the system refuses to write.
        WinnowError: the worker dies over it, twice.
    """
    path = (output.path or Path(gettempdir())) / f".model.{uuid4().hex}{TEMPORARY_SUFFIX}"
    try:
        _write_in_worker(slot, model, path)
        yield MappedModel(model, path)
    finally:
        path.unlink(missing_ok=True)


def _write_in_worker(slot: Slot, model: ModelFolder, path: Path) -> None:
    try:
        call_again(slot, write_arrays, model, path)
    except WorkerDiedError as death:
        detail = f"workers die while they load the model{death.bracketed}, most likely for lack of memory; free some"
        raise WinnowError(f"{model.path}: {detail}") from death


def write_arrays(model: ModelFolder, path: Path) -> None:
    """Write a model's classifier and word vectors down."""
    tagger = model.load()
    try:
        joblib.dump((tagger.classifier, tagger.words), path)
    except OSError as error:
        raise OutputError(f"{path.parent}: cannot be written: {error.strerror or error}") from error
