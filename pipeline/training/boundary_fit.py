"""Fits the weights of the sentence boundaries on annotated examples and silver paragraphs."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline.preprocess.boundaries import block_starts, read_tokens, token_table
from pipeline.preprocess.boundary_weights import BoundaryWeights
from pipeline.preprocess.gaps import N_COLUMNS, candidates, gap_columns
from pipeline.preprocess.surroundings import surroundings
from pipeline.preprocess.tokenizer import blank_pipeline
from pipeline.training.boundary_examples import Paragraph, join_sentences
from pipeline.training.clear_paragraphs import clear_paragraphs
from pipeline.training.scraping_damage import damaged

UNITS_OF_A_LOGIT: Final = 24
"""Whole numbers that a logit of one is rounded to, so that weights fit eight bits."""

_LEAST_WEIGHT: Final = 0.05
_LARGEST: Final = 127


@dataclass(frozen=True, slots=True)
class LabelledGaps:
    """Candidates of paragraphs, and whether a sentence begins there.

    Attributes:
        columns: of `gaps.gap_columns`, `(n_gaps, n_templates)`.
        begins: `(n_gaps,)`.
        n_missed: boundaries that are no candidates.
    """

    columns: NDArray[np.int32]
    begins: NDArray[np.bool_]
    n_missed: int


def labelled_gaps(paragraphs: Sequence[Paragraph]) -> LabelledGaps:
    tokenizer = blank_pipeline().tokenizer
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    breaks = np.cumsum([0, *(len(paragraph.text) + 1 for paragraph in paragraphs)][:-1], dtype=np.int64)
    expected = np.concatenate(
        [np.array(one.starts, np.int64) + start for one, start in zip(paragraphs, breaks, strict=True)]
    )
    tokens = read_tokens(token_table(tokenizer(text)))
    around = surroundings(tokens, block_starts(tokens, breaks))
    gaps = candidates(around)
    found = tokens.start[gaps + 1]
    return LabelledGaps(gap_columns(around, gaps), np.isin(found, expected), int((~np.isin(expected, found)).sum()))


def silver_paragraphs(texts: list[str], n_paragraphs: int, seed: int) -> list[Paragraph]:
    """Clear paragraphs of unlabelled texts, damaged as scraped text is; headings stay as they are."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    clear = clear_paragraphs(texts, n_paragraphs, chance)
    return [join_sentences(damaged(one, chance) if len(one) > 1 else one) for one in clear]


def fit_boundary_weights(groups: Iterable[tuple[LabelledGaps, float]], *, C: float, seed: int = 0) -> BoundaryWeights:
    """Fit a logistic regression to groups of gaps, each with the weight that one gap of it has.

    Args:
        groups: gaps and their weight.
        C: inverse strength of the ridge penalty.
        seed: the same groups and seed give the same weights.
    """
    parts = list(groups)
    model = LogisticRegression(C=C, solver="liblinear", random_state=seed)
    rows = sp.vstack([_rows(gaps.columns) for gaps, _ in parts], format="csr")
    begins = np.concatenate([gaps.begins for gaps, _ in parts])
    model.fit(rows, begins, np.concatenate([np.full(len(gaps.begins), weight) for gaps, weight in parts]))
    weights = model.coef_[0]
    weights[np.abs(weights) < _LEAST_WEIGHT] = 0
    whole = np.clip(np.round(weights * UNITS_OF_A_LOGIT), -_LARGEST, _LARGEST).astype(np.int8)
    return BoundaryWeights(whole, round(float(model.intercept_[0]) * UNITS_OF_A_LOGIT))


def _rows(columns: NDArray[np.int32]) -> sp.csr_matrix:
    n_gaps, n_templates = columns.shape
    edges = np.arange(n_gaps + 1) * n_templates
    return sp.csr_matrix((np.ones(columns.size, np.float32), columns.ravel(), edges), shape=(n_gaps, N_COLUMNS))
