"""How good a classifier is on sites it has never seen: five folds by source, pages whole and stitched.

A training unit whose text also stands labelled in the test fold loses its label, spliced pages only train, and only
where none of their units comes from a source under test. Each fold's pages are tested twice: whole, with the units
around the labelled ones, and stitched, the labelled runs of one to three units shuffled into pages of nine.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.classifier.abstention import RiskCoverageCurve, risk_coverage
from pipeline.classifier.model import SentenceClassifier
from pipeline.errors import CorpusError
from pipeline.schema import LABELS
from pipeline.training.fit import fit_classifier, label_probabilities
from pipeline.training.side_by_side import side_by_side
from pipeline.training.site_figures import SiteFigures
from pipeline.training.table import NO_LABEL, UnitTable

N_BINS: Final = 15
_NOISE: Final = LABELS.index("noise")
_STITCHED_PAGE: Final = 9
_RUN_LENGTHS: Final = (1, 1, 2, 3)

TestedPart: TypeAlias = tuple[UnitTable, NDArray[np.float32]]
"""Units and the probabilities they were given, `(n_units, 4)`."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures over labelled units; recalls and calibration error as shares between 0 and 1."""

    macro_f1: float
    accuracy: float
    wanted_recall: float
    noise_recall: float
    ece: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """What was said of every labelled unit while its source was unseen.

    Attributes:
        label: true label, `(n_units,)`.
        proba: `(n_units, 4)`.
        source: `(n_units,)`.
        site_figures: what was said of all units of the pages, those without a label too; None if not counted.
    """

    label: NDArray[np.int64]
    proba: NDArray[np.float32]
    source: NDArray[np.object_]
    site_figures: SiteFigures | None = None

    @property
    def guess(self) -> NDArray[np.int64]:
        return np.asarray(self.proba.argmax(axis=1))

    @property
    def score(self) -> NDArray[np.float32]:
        return np.asarray(self.proba.max(axis=1))

    @property
    def hit(self) -> NDArray[np.bool_]:
        return np.asarray(self.guess == self.label)

    def risk_coverage(self) -> RiskCoverageCurve:
        return risk_coverage(self.score, self.hit, self.source)

    def scores(self) -> Scores:
        guess, noise = self.guess, self.label == _NOISE
        return Scores(
            macro_f1=float(f1_score(self.label, guess, average="macro", labels=np.unique(self.label))),
            accuracy=float(accuracy_score(self.label, guess)),
            wanted_recall=float((guess[~noise] != _NOISE).mean()),
            noise_recall=float((guess[noise] == _NOISE).mean()),
            ece=expected_calibration_error(self.label, self.proba),
        )


def expected_calibration_error(label: NDArray[np.int64], proba: NDArray[np.float32]) -> float:
    """Gap between score and accuracy, weighted over 15 bins of equal width (Naeini et al., AAAI 2015)."""
    hit, score = proba.argmax(axis=1) == label, proba.max(axis=1)
    in_bin = np.ceil(score * N_BINS).astype(int)
    gaps = [abs(hit[in_bin == b].mean() - score[in_bin == b].mean()) * (in_bin == b).mean() for b in np.unique(in_bin)]
    return float(sum(gaps))


def folds(table: UnitTable, tested: NDArray[np.bool_], n_splits: int = 5) -> Iterator[tuple[UnitTable, UnitTable]]:
    """Training and test tables; `tested` marks the units of pages that may be tested, the others only train.

    Raises:
        CorpusError: if fewer than `n_splits` sources can be tested.
    """
    labelled = np.flatnonzero(tested & ~table.spliced & ~table.silver & (table.label != NO_LABEL))
    n_sources = len(set(table.source[labelled]))
    if n_sources < n_splits:
        raise CorpusError(f"to cross-validate takes labels from {n_splits} sources, here are {n_sources}; label more")
    splitter = StratifiedGroupKFold(n_splits, shuffle=True, random_state=0)
    for _, chosen in splitter.split(labelled, table.label[labelled], table.source[labelled].astype(str)):
        held = np.flatnonzero(np.isin(table.page, table.page[labelled[chosen]]))
        test = table.take(held).without_silver()
        yield _training_part(table, test), test


def _training_part(table: UnitTable, test: UnitTable) -> UnitTable:
    """All pages without a unit from a source under test; texts labelled there lose their label."""
    sources = set(test.source)
    seen = set(test.text[test.label != NO_LABEL])
    touched = np.isin(table.page, table.page[[source in sources for source in table.source]])
    rest = table.take(np.flatnonzero(~touched))
    known = np.array([text in seen for text in rest.text], bool)
    return rest.with_labels(np.where(known, NO_LABEL, rest.label))


def stitched(table: UnitTable, seed: int = 0) -> UnitTable:
    """The labelled units in runs of one to three, shuffled into pages of nine."""
    rng, runs = random.Random(seed), []  # noqa: S311 - a shuffle, no secret
    for page in np.unique(table.page):
        units = np.flatnonzero((table.page == page) & (table.label != NO_LABEL))
        first = 0
        while first < len(units):
            length = rng.choice(_RUN_LENGTHS)
            runs.append(units[first : first + length])
            first += length
    rng.shuffle(runs)
    order = np.concatenate(runs)
    return table.take(order).with_pages(np.arange(len(order)) // _STITCHED_PAGE)


def cross_validate(
    table: UnitTable, tested: NDArray[np.bool_], *, seed: int = 0, n_jobs: int | None = None
) -> dict[str, Predictions]:
    """Predictions for `whole` and `stitched` pages, pooled over the folds."""
    parts = list(side_by_side(partial(_tested, seed=seed), folds(table, tested), n_jobs))
    return {name: pooled([part[name] for part in parts]) for name in ("whole", "stitched")}


def cross_validate_and_fit(
    table: UnitTable, tested: NDArray[np.bool_], *, seed: int = 0, n_jobs: int | None = None
) -> tuple[dict[str, Predictions], SentenceClassifier]:
    """What `cross_validate` gives, and a classifier fitted on everything, all of it side by side."""
    everything: list[tuple[UnitTable, UnitTable | None]] = [(table, None)]
    tasks = chain(everything, folds(table, tested))
    fitted, *parts = side_by_side(partial(_fitted_and_tested, seed=seed), tasks, n_jobs)
    return {name: pooled([part[name] for _, part in parts]) for name in ("whole", "stitched")}, fitted[0]


def _fitted_and_tested(
    split: tuple[UnitTable, UnitTable | None], seed: int
) -> tuple[SentenceClassifier, dict[str, TestedPart]]:
    train, test = split
    classifier = fit_classifier(train, seed=seed)
    return classifier, {} if test is None else _said(classifier, test)


def hold_out(train: UnitTable, test: UnitTable, *, seed: int = 0, n_jobs: int | None = None) -> dict[str, Predictions]:
    """Predictions for `whole` and `stitched` pages of a corpus that nothing was learned from.

    Raises:
        CorpusError: if a source stands on both sides.
    """
    shared = sorted(set(train.source) & set(test.source))
    if shared:
        raise CorpusError(f"pages of {shared[0]} are both to learn from and to be tested on; take them out of one")
    return {name: pooled([part]) for name, part in _tested((train, test), seed, n_jobs).items()}


def _tested(split: tuple[UnitTable, UnitTable], seed: int, n_jobs: int | None = None) -> dict[str, TestedPart]:
    """Fit, and predict the test pages whole and stitched."""
    train, test = split
    return _said(fit_classifier(train, seed=seed, n_jobs=n_jobs), test)


def _said(classifier: SentenceClassifier, test: UnitTable) -> dict[str, TestedPart]:
    """What is said of the pages, whole and stitched; the parts come back without their feature rows."""
    parts = {"whole": test, "stitched": stitched(test)}
    return {
        name: (replace(part, X=part.X[:, :0]), label_probabilities(classifier, part)) for name, part in parts.items()
    }


def pooled(parts: Sequence[TestedPart]) -> Predictions:
    """The labelled units of all parts with what was said of them."""
    label = np.concatenate([part.label for part, _ in parts])
    source = np.concatenate([part.source for part, _ in parts])
    proba = np.concatenate([proba for _, proba in parts])
    labelled = label != NO_LABEL
    figures = SiteFigures.of(proba.argmax(axis=1), proba.max(axis=1), source)
    return Predictions(label[labelled], proba[labelled], source[labelled], figures)
