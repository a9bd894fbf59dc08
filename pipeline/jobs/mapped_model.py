"""A model whose arrays the workers of one machine share: mapped into memory, they are there once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import joblib

from pipeline.errors import OutputError
from pipeline.jobs.models import ModelFolder
from pipeline.jobs.output_folder import TEMPORARY_SUFFIX, OutputFolder
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

    def load(self) -> Tagger:
        """Make a Tagger of the mapped arrays."""
        return self.folder.tagger(*joblib.load(self.arrays, mmap_mode="r"))


@contextmanager
def mapped(model: ModelFolder, output: OutputFolder) -> Iterator[MappedModel]:
    """Load and verify a model, and write its arrays down for workers as long as the block lasts.

    Raises:
        ModelError: the model cannot be loaded.
        OutputError: the system refuses to write.
    """
    tagger = model.load()
    path = (output.path or Path(gettempdir())) / f".model.{uuid4().hex}{TEMPORARY_SUFFIX}"
    try:
        try:
            joblib.dump((tagger.classifier, tagger.words), path)
        except OSError as error:
            raise OutputError(f"{path.parent}: cannot be written: {error.strerror or error}") from error
        yield MappedModel(model, path)
    finally:
        path.unlink(missing_ok=True)
