"""A model folder made into a Tagger."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.classifier.manifest import read_document
from pipeline.classifier.persistence import load_stages, load_word_vectors
from pipeline.classifier.word_vectors import WordVectors
from pipeline.errors import ModelError
from pipeline.jobs.tagging import SentencePredictor, Tagger
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceSplitter

if TYPE_CHECKING:
    from pipeline.classifier.vocabulary import Vocabulary


def load_tagger(folder: Path, digest: str, threshold: float) -> Tagger:
    """Read, verify and try a model.

    Args:
        folder: the model's.
        digest: of its files.
        threshold: sentences whose score is lower are uncertain.

    Raises:
        ModelError: a file is missing or not what the manifest says, or the model fits another version of winnow.
    """
    tagger = make_tagger(load_stages(folder), load_word_vectors(folder), folder, digest, threshold)
    try:
        # Else a model that does not fit would fail on every page of a run, one by one.
        tagger.label([Document("", "", "", "Try.", read_markdown("Try."), is_html=False)])
    except ValueError as error:
        raise ModelError(f"{folder}: the model does not fit ({error}); train it again with train.py") from error
    return tagger


def make_tagger(
    classifier: SentencePredictor, words: WordVectors, folder: Path, digest: str, threshold: float
) -> Tagger:
    """Make a Tagger of a model's classifier and word vectors; the rest as for `load_tagger`."""
    return Tagger(
        SentenceSplitter(),
        classifier,
        folder.name,
        digest,
        words=words,
        threshold=threshold,
        read_vocabulary=partial(_vocabulary, folder),
    )


def _vocabulary(folder: Path) -> "Vocabulary":
    """Of a model that has none: an empty one, by which no n-gram collides."""
    from pipeline.classifier.vocabulary import VOCABULARY_FILE, Vocabulary  # noqa: PLC0415 - only explanations need it

    text = read_document(folder, VOCABULARY_FILE)
    return Vocabulary() if text is None else Vocabulary.from_json(text, str(folder / VOCABULARY_FILE))
