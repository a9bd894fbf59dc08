"""A small model of our own making, trained once for all tests that need one."""

from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import settings
from labelled_lines import LINE_WORDS, LINES, document

from pipeline.classifier.abstention import ABSTENTION_FILE, RiskCoverageCurve
from pipeline.classifier.features import N_SURFACE, sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import save_classifier
from pipeline.classifier.vocabulary import VOCABULARY_FILE
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import LABELS
from pipeline.training.ngram_vocabulary import column_vocabulary

pytest_plugins = ["browser_fixtures", "folder_run_fixtures"]

CURVE: Final = RiskCoverageCurve.of_columns([[0.99, 0.2], [0.5, 1], [0, 0.1], [0.04, 0.2]], 9, 99)
"""By which a `--max-error` of 0.05 decides what scores 0.99, one of 0.5 everything, and one of 0.01 nothing."""

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("winnow", deadline=None)
settings.load_profile("winnow")


@pytest.fixture(scope="session")
def line_classifier() -> SentenceClassifier:
    """A classifier that knows `LINES`."""
    labelled = [(line, label) for label in LABELS for line in LINES[label]]
    order = np.random.default_rng(7).integers(len(labelled), size=(150, 5))
    documents = [document("\n".join(labelled[index][0] for index in page)) for page in order]
    sentences = SentenceSplitter().split_lines(documents)
    classifier = SentenceClassifier(
        n_dense=LINE_WORDS.n_components,
        n_surface=N_SURFACE,
        C=30,
        n_networks=1,
        n_topics=8,
        n_folds=2,
        passage_alpha=0.01,
        spliced_alpha=0.01,
        epochs=60,
    )
    return classifier.fit(
        sentence_features(sentences, LINE_WORDS),
        [labelled[index][1] for page in order for index in page],
        pages=sentences.document,
    )


@pytest.fixture(scope="session")
def model_folder(line_classifier: SentenceClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model whose errors were not measured and whose n-grams have no names."""
    folder = tmp_path_factory.mktemp("models") / "small"
    save_classifier(line_classifier, folder, {}, LINE_WORDS)
    return folder


@pytest.fixture(scope="session")
def measured_model_folder(line_classifier: SentenceClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model with `CURVE` and names of n-grams."""
    vocabulary = column_vocabulary(line_classifier, [document(line) for lines in LINES.values() for line in lines])
    folder = tmp_path_factory.mktemp("models") / "measured"
    documents = {ABSTENTION_FILE: CURVE.as_json(), VOCABULARY_FILE: vocabulary.as_json()}
    save_classifier(line_classifier, folder, documents, LINE_WORDS)
    return folder
