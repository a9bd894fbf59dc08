"""A small model of our own making, trained once for all tests that need one."""

from pathlib import Path

import numpy as np
import pytest
from labelled_lines import LINES, document

from pipeline.classifier.features import N_SURFACE, sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import save_classifier
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import LABELS


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model that knows `LINES`."""
    labelled = [(line, label) for label in LABELS for line in LINES[label]]
    order = np.random.default_rng(7).integers(len(labelled), size=(150, 5))
    documents = [document("\n".join(labelled[index][0] for index in page)) for page in order]
    sentences = SentenceSplitter().split_lines(documents)
    classifier = SentenceClassifier(
        n_surface=N_SURFACE, C=30, n_networks=1, n_topics=8, n_folds=2, alpha=0.01, epochs=60
    )
    classifier.fit(
        sentence_features(sentences),
        [labelled[index][1] for page in order for index in page],
        pages=sentences.document,
    )
    folder = tmp_path_factory.mktemp("models") / "small"
    save_classifier(classifier, folder, {})
    return folder
