"""The first stage: what a sentence by itself says, as log-probabilities.

It is read twice: its n-grams by logistic regression, its word vectors and its look by a small neural network, which
can see that the two belong together. The two opinions' logits are averaged (logarithmic opinion pool; Genest & Zidek,
Statistical Science 1986).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import Floats
from pipeline.classifier.networks import ABSENT_LOGIT, Networks, fit_networks
from pipeline.classifier.softmax import log_softmax
from pipeline.classifier.targets import Targets


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Linear logits: `coef` is `(n_columns, n_classes)`, `intercept` `(n_classes,)`."""

    coef: Floats
    intercept: Floats

    def logits(self, rows: sp.csr_matrix) -> Floats:
        return np.asarray(rows @ self.coef + self.intercept)


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Both readers of a sentence.

    Attributes:
        linear: reads weighted rows.
        networks: read dense rows: word vectors and surface columns; None where there are no such columns.
    """

    linear: LinearModel
    networks: Networks | None = None

    def log_proba(self, rows: sp.csr_matrix, dense: Floats) -> Floats:
        """`(n_sentences, n_classes)`; a row depends on its own sentence only, to the bit."""
        logits = self.linear.logits(rows).astype(np.float64)
        if self.networks is not None:
            logits = (logits + self.networks.logits(dense)) / 2
        return log_softmax(logits).astype(np.float32)


@dataclass(frozen=True, slots=True)
class FirstStageFit:
    """How a first stage is fitted.

    Attributes:
        n_classes: number of classes.
        C: inverse strength of the logistic regression's regularisation.
        max_iter: steps of its solver.
        hidden_units, alpha, epochs: of the network.
        seed: of the network's random start.
    """

    n_classes: int
    C: float
    max_iter: int
    hidden_units: int
    alpha: float
    epochs: int
    seed: int

    def fit(self, rows: sp.csr_matrix, dense: Floats, targets: Targets, start: FirstStage | None = None) -> FirstStage:
        """Fit both readers on the rows of positive weight.

        Args:
            rows: weighted rows, `(n_sentences, n_columns)`.
            dense: `(n_sentences, n_dense)`, without columns if there is no network to be.
            targets: what is to be learned.
            start: a first stage to start the solver from, which saves steps.
        """
        coef = None if start is None else start.linear
        linear = fit_logistic(
            rows, targets.y, targets.weight, self.n_classes, C=self.C, max_iter=self.max_iter, start=coef
        )
        return FirstStage(linear, self._networks(dense, targets) if dense.shape[1] else None)

    def _networks(self, dense: Floats, targets: Targets) -> Networks:
        used = np.flatnonzero(targets.weight > 0)
        return fit_networks(
            dense[used],
            targets.y[used],
            targets.weight[used],
            self.n_classes,
            n_networks=1,
            hidden_units=self.hidden_units,
            alpha=self.alpha,
            epochs=self.epochs,
            n_jobs=None,
            random_state=np.random.RandomState(self.seed),
        )


def fit_logistic(
    rows: sp.csr_matrix,
    y: NDArray[np.int64],
    sample_weight: Floats,
    n_classes: int,
    *,
    C: float,
    max_iter: int,
    start: LinearModel | None = None,
) -> LinearModel:
    """Multinomial logistic regression on the rows of positive weight.

    The solver is stopped after `max_iter` steps; on text that regularises a little and is no failure. A class that
    is absent from `y` gets a probability near zero.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only fitting waits for scikit-learn

    used = np.flatnonzero(sample_weight > 0)
    regression = LogisticRegression(C=C, max_iter=max_iter, warm_start=True)
    present = np.unique(y[used])
    if start is not None and len(present) > 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
        regression.classes_, regression.coef_ = present, start.coef.T[present]
        regression.intercept_ = start.intercept[present]
    regression.fit(rows[used], y[used], sample_weight[used])
    coef, intercept = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # noqa: PLR2004 - the same
        coef, intercept = np.vstack([-coef / 2, coef / 2]), np.concatenate([-intercept / 2, intercept / 2])
    model = LinearModel(np.zeros((rows.shape[1], n_classes), np.float32), np.full(n_classes, ABSENT_LOGIT, np.float32))
    model.coef[:, regression.classes_] = coef.T
    model.intercept[regression.classes_] = intercept
    return model


def source_folds(sources: NDArray[np.int64], n_folds: int, random_state: np.random.RandomState) -> NDArray[np.int64]:
    """A fold number for every row, `(n_sentences,)`; all rows of a source are in one fold."""
    _, code = np.unique(sources, return_inverse=True)
    fold_of_source = random_state.permutation(code.max() + 1) % n_folds
    return np.asarray(fold_of_source[code])


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What is said of every row by a first stage that has seen nothing of its source.

    Attributes:
        log_proba: `(n_sentences, n_classes)`.
        stages: the first stage of each fold; None where it had nothing to tell apart.
    """

    log_proba: Floats
    stages: tuple[FirstStage | None, ...]


def out_of_fold(
    how: FirstStageFit,
    rows: sp.csr_matrix,
    dense: Floats,
    targets: Targets,
    folds: NDArray[np.int64],
    *,
    start: OutOfFold | None = None,
    n_jobs: int | None = None,
) -> OutOfFold:
    """Fit a first stage for every fold on the others, each from the one of the same fold in `start`."""
    from joblib import Parallel, delayed  # noqa: PLC0415 - only fitting waits for joblib

    numbers = np.unique(folds)
    starts = (None,) * len(numbers) if start is None else start.stages

    def fit(fold: int, before: FirstStage | None) -> FirstStage | None:
        others = Targets(targets.y, np.where(folds == fold, np.float32(0), targets.weight))
        told_apart = len(np.unique(others.y[others.weight > 0])) > 1
        return how.fit(rows, dense, others, before) if told_apart else None

    stages = Parallel(n_jobs, prefer="threads")(map(delayed(fit), numbers, starts))
    log_proba = np.full((rows.shape[0], how.n_classes), -np.log(how.n_classes), np.float32)
    for fold, stage in zip(numbers, stages, strict=True):
        if stage is not None:
            inside = folds == fold
            log_proba[inside] = stage.log_proba(rows[inside], dense[inside])
    return OutOfFold(log_proba, tuple(stages))
