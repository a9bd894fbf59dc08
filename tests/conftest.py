"""A small model of our own making, trained once for all tests that need one."""

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from pipeline.classifier.features import N_SURFACE, sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import save_classifier
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import LABELS

LINES: Final = {
    "treatment": (
        "Take the tablets with food twice a day.",
        "Physiotherapy helps most people to walk again.",
        "Rest the ankle and put ice on the swelling.",
    ),
    "clinical_research": (
        "We randomised 120 patients to placebo.",
        "Mortality at 28 days was the primary outcome (p = 0.03).",
        "Logistic regression adjusted for age and centre.",
    ),
    "news": (
        "The hospital said on Tuesday that the ward would close.",
        "Nurses voted to strike, their union announced.",
        "The minister told reporters about the outbreak.",
    ),
    "noise": (
        "Accept all cookies",
        "Home | About us | Contact",
        "Claim your casino bonus now!",
    ),
}
"""Lines by label, every one a sentence, that the small model labels right, also side by side."""


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model that knows `LINES`."""
    labelled = [(line, label) for label in LABELS for line in LINES[label]]
    order = np.random.default_rng(7).permuted(np.tile(np.arange(len(labelled)), (40, 1)), axis=1)
    documents = [_document([labelled[index][0] for index in page]) for page in order]
    sentences = SentenceSplitter().split_lines(documents)
    classifier = SentenceClassifier(n_surface=N_SURFACE, n_networks=1, n_topics=8, n_folds=2, epochs=20)
    classifier.fit(
        sentence_features(sentences),
        [labelled[index][1] for page in order for index in page],
        pages=sentences.document,
    )
    folder = tmp_path_factory.mktemp("models") / "small"
    save_classifier(classifier, folder, {})
    return folder


def _document(lines: list[str]) -> Document:
    text = "\n".join(lines)
    return Document("", "", "", text, read_markdown(text), is_html=False)
