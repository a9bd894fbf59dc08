"""Models by name: which folder is meant, and the Tagger made of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pipeline
from pipeline.classifier.abstention import ABSTENTION_FILE, RiskCoverageCurve
from pipeline.classifier.persistence import load_stages, load_word_vectors, model_digest, read_document
from pipeline.classifier.vocabulary import VOCABULARY_FILE, Vocabulary
from pipeline.classifier.word_vectors import WordVectors
from pipeline.errors import ModelError
from pipeline.jobs.tagging import SentencePredictor, Tagger
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
        threshold: sentences whose score is lower are uncertain.
    """

    path: Path
    digest: str
    threshold: float = 0.0

    @property
    def name(self) -> str:
        return self.path.name

    def load(self) -> Tagger:
        """Read, verify and try the model.

        Raises:
            ModelError: a file is missing or not what the manifest says, or the model fits another version of winnow.
        """
        tagger = self.tagger(load_stages(self.path), load_word_vectors(self.path))
        try:
            # Else a model that does not fit would fail on every page of a run, one by one.
            tagger.label([Document("", "", "", "Try.", read_markdown("Try."), is_html=False)])
        except ValueError as error:
            raise ModelError(f"{self.path}: the model does not fit ({error}); train it again with train.py") from error
        return tagger

    def tagger(self, classifier: SentencePredictor, words: WordVectors) -> Tagger:
        """Make a Tagger of the model's classifier and word vectors."""
        return Tagger(
            SentenceSplitter(),
            classifier,
            self.name,
            self.digest,
            words=words,
            threshold=self.threshold,
            read_vocabulary=self._vocabulary,
        )

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

    def _vocabulary(self) -> Vocabulary:
        """Of a model that has none: an empty one, by which no n-gram collides."""
        text = read_document(self.path, VOCABULARY_FILE)
        return Vocabulary() if text is None else Vocabulary.from_json(text, str(self.path / VOCABULARY_FILE))


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


def load_model(name_or_path: str | Path | None = None, *, max_error: float | None = None) -> Tagger:
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
