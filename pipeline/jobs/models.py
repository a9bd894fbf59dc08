"""Models by name: which folder is meant, and the Tagger made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pipeline
from pipeline.classifier.persistence import load_classifier, model_digest
from pipeline.errors import ModelError
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceSplitter

SHIPPED_MODEL: Final = "default"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk; cheap to send to another process, which loads it there.

    Attributes:
        path: the folder.
        digest: of the files in it, so that a model that was replaced is another one.
    """

    path: Path
    digest: str

    @property
    def name(self) -> str:
        return self.path.name

    def load(self) -> Tagger:
        """Read, verify and try the model.

        Raises:
            ModelError: a file is missing or not what the manifest says, or the model fits another version of winnow.
        """
        tagger = Tagger(SentenceSplitter(), load_classifier(self.path), self.name, self.digest)
        try:
            # Else a model that does not fit would fail on every page of a run, one by one.
            tagger.label([Document("", "", "", "Try.", read_markdown("Try."), is_html=False)])
        except ValueError as error:
            raise ModelError(f"{self.path}: the model does not fit ({error}); train it again with train.py") from error
        return tagger


def find_model(name_or_path: str | Path | None = None) -> ModelFolder:
    """Return the folder of a model.

    Args:
        name_or_path: a folder, or the name of a model in `models/`; None for the shipped one.

    Raises:
        ModelError: there is no such model.
    """
    wanted = SHIPPED_MODEL if name_or_path is None else name_or_path
    for path in _candidates(wanted):
        if path.is_dir():
            folder = path.resolve()
            return ModelFolder(folder, model_digest(folder))
    if wanted == SHIPPED_MODEL:
        raise ModelError("there is no shipped model (models/default); run `python train.py` to make it")
    raise ModelError(f"{wanted}: no such model; give a folder, or run `python train.py -o {wanted}` to make it")


def load_model(name_or_path: str | Path | None = None) -> Tagger:
    """Load a model, by default the shipped one.

    Args:
        name_or_path: a folder, or the name of a model in `models/`.

    Raises:
        ModelError: there is no such model, or it cannot be trusted.
    """
    return find_model(name_or_path).load()


def _candidates(name_or_path: str | Path) -> list[Path]:
    """Where a model may be: where the caller says, in the installed package, beside the package in a checkout."""
    given = Path(name_or_path)
    package = Path(pipeline.__file__).parent
    named = [package / "models" / given, package.parent / "models" / given] if len(given.parts) == 1 else []
    return [*named, given] if name_or_path == SHIPPED_MODEL else [given, *named]
