"""Models by name: which folder is meant, and the Tagger made of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pipeline
from pipeline.classifier.abstention import ABSTENTION_FILE, RiskCoverageCurve
from pipeline.classifier.manifest import model_digest, read_document
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from pipeline.jobs.tagging import Tagger

SHIPPED_MODEL: Final = "default"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk; cheap to send to another process, which loads it there.

    Attributes:
        path: the folder.
        digest: of the files in it, so that a model that was replaced is another one.
        threshold: sentences whose score is lower are uncertain.
    """

    path: Path
    digest: str
    threshold: float = 0.0

    @property
    def name(self) -> str:
        return self.path.name

    def load(self) -> "Tagger":
        """Read, verify and try the model.

        Raises:
            ModelError: a file is missing or not what the manifest says, or the model fits another version of winnow.
        """
        from pipeline.jobs.loading import load_tagger  # noqa: PLC0415 - who hands a model to workers needs no spaCy

        return load_tagger(self.path, self.digest, self.threshold)

    def abstaining(self, max_error: float) -> "ModelFolder":
        """The same model with the threshold that keeps the error among decided sentences at or below `max_error`.

        It is `DECIDES_NOTHING` if no threshold does.

        Raises:
            ModelError: the model's errors were not measured when it was trained.
        """
        text = read_document(self.path, ABSTENTION_FILE)
        if text is None:
            raise ModelError(
                f"{self.path}: it has no {ABSTENTION_FILE}, so nothing is known about its errors; train it again "
                "without --no-evaluation"
            )
        curve = RiskCoverageCurve.from_json(text, str(self.path / ABSTENTION_FILE))
        return replace(self, threshold=curve.threshold_for(max_error))


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


def load_model(name_or_path: str | Path | None = None, *, max_error: float | None = None) -> "Tagger":
    """Load a model, by default the shipped one.

    Args:
        name_or_path: a folder, or the name of a model in `models/`.
        max_error: abstain so that at most this share of the decided sentences is wrong; None to decide all.

    Raises:
        ModelError: there is no such model, it cannot be trusted, or nothing is known about its errors.
    """
    model = find_model(name_or_path)
    return (model if max_error is None else model.abstaining(max_error)).load()


def _candidates(name_or_path: str | Path) -> list[Path]:
    """Where a model may be: where the caller says, in the installed package, beside the package in a checkout."""
    given = Path(name_or_path)
    package = Path(pipeline.__file__).parent
    named = [package / "models" / given, package.parent / "models" / given] if len(given.parts) == 1 else []
    return [*named, given] if name_or_path == SHIPPED_MODEL else [given, *named]
