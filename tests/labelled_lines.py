"""Lines whose labels are known, and pages made of them."""

from typing import Final

import numpy as np

from pipeline.classifier.word_vectors import WordVectors
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.page import Page
from pipeline.preprocess.tokenizer import string_keys

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
"""By label, every one a sentence, which the small model labels right, also side by side."""

TREATMENT, RESEARCH, NEWS, NOISE = (lines[0] for lines in LINES.values())
MIXED: Final = f"{NOISE}\n{TREATMENT}\n{NEWS}\n{RESEARCH}"


def word_vectors(words: set[str], n_components: int = 4) -> WordVectors:
    """A table in which every word has a random vector and counts in full."""
    keys = np.sort(string_keys(tuple(sorted(words))))
    steps = np.random.default_rng(3).integers(-127, 128, (len(keys), n_components))
    weights, step = np.full(len(keys), 255, np.uint8), np.full(n_components, 0.002, np.float32)
    return WordVectors(keys, weights, steps.astype(np.int8), step)


LINE_WORDS: Final = word_vectors({word.lower() for lines in LINES.values() for line in lines for word in line.split()})
"""Of the words of `LINES` that no mark touches."""


def page(text: str, name: str = "page", *, url: str = "", is_html: bool = False) -> Page:
    return Page(name, url, name, text, is_html)


def document(text: str, name: str = "page", *, url: str = "") -> Document:
    return Document(name, url, name, text, read_markdown(text), is_html=False)
