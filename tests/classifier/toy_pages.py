"""Pages of made-up sentences, a few words each, that a small classifier learns in a moment."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.model import SentenceClassifier

LABELS: Final = np.array(["care", "paper", "press"])
WORDS: Final = 8  # of a label's own
N_HASHED: Final = WORDS * len(LABELS)
N_SURFACE: Final = 2
SENTENCES: Final = 6  # on a page


@dataclass(frozen=True, slots=True)
class ToyPages:
    X: sp.csr_matrix
    y: NDArray[np.str_]
    pages: NDArray[np.int64]
    sources: NDArray[np.int64]

    def part(self, rows: NDArray[np.int64]) -> "ToyPages":
        return ToyPages(self.X[rows], self.y[rows], self.pages[rows], self.sources[rows])


def toy_pages(n_pages: int = 30, seed: int = 0) -> ToyPages:
    """Pages of one label each; every sixth sentence has no words at all."""
    random = np.random.default_rng(seed)
    page = np.repeat(np.arange(n_pages), SENTENCES)
    label = page % len(LABELS)
    X = np.zeros((len(page), N_HASHED + N_SURFACE), np.float32)
    words = label[:, None] * WORDS + random.integers(WORDS, size=(len(page), 3))
    np.add.at(X, (np.arange(len(page))[:, None], words), 1)
    X[3::SENTENCES, :N_HASHED] = 0
    X[:, N_HASHED:] = random.random((len(page), N_SURFACE))
    return ToyPages(sp.csr_matrix(X), LABELS[label], page, page // 5)


def small_classifier(**parameters: object) -> SentenceClassifier:
    classifier: SentenceClassifier = SentenceClassifier(
        n_surface=N_SURFACE,
        n_topics=4,
        n_folds=3,
        n_networks=2,
        hidden_units=8,
        epochs=40,
        passage_alpha=0.01,
        spliced_alpha=0.01,
    ).set_params(**parameters)
    return classifier


def fit_small(toy: ToyPages, **parameters: object) -> SentenceClassifier:
    return small_classifier(**parameters).fit(toy.X, toy.y, pages=toy.pages, sources=toy.sources)
