"""`SentenceClassifier`: the two stages as one scikit-learn estimator."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from pipeline.classifier.context import Floats
from pipeline.classifier.first_stage import (
    FirstStage,
    FirstStageFit,
    LinearModel,
    out_of_fold,
    source_folds,
)
from pipeline.classifier.fitting import TrainingSentences, on_spliced_pages
from pipeline.classifier.projection import fit_projection, rounded_to_steps
from pipeline.classifier.second_stage_fit import SecondStageFit
from pipeline.classifier.softmax import softmax
from pipeline.classifier.stages import FittedStages, StageInputs, numbers_of
from pipeline.classifier.targets import Targets
from pipeline.classifier.weighting import fit_weighting

_LEAST_TO_GUESS: Final = 0.1
"""Share of sentences without a label below which learning from guesses is not worth fitting everything twice."""


class SentenceClassifier(ClassifierMixin, BaseEstimator, FittedStages):
    """Labels sentences by their own words and by their neighbours'.

    A sentence is a row. Rows whose `sample_weight` is zero have no label: they are neighbours, they teach what texts
    are about, and the first stage also learns from what the second says of them (self-training, Scudder 1965).
    Without `pages`, every row stands alone.

    Args:
        C: inverse strength of the first stage's regularisation.
        first_max_iter: steps of the first stage's solver.
        min_sentences: a hashed column counts if that many sentences have it.
        min_sources: and if it occurs on that many sites; fewer, where there are not forty of them.
        n_dense: number of columns behind the hashed ones that are read as they are: word vectors.
        n_surface: number of last columns that say what a sentence looks like.
        first_hidden_units: of the first stage's perceptron, which reads word vectors and looks.
        first_alpha: L2 penalty of that perceptron.
        first_epochs: passes over the training rows, of that perceptron.
        n_topics: components of the topic vector by which the second stage tells how alike two sentences are.
        n_folds: folds by source for the second stage's training inputs.
        n_networks: perceptrons of either reader of the second stage, which are averaged.
        hidden_units: of each of them.
        epochs: passes over the training rows, of each of them.
        passage_alpha: L2 penalty of those that read pages of one piece.
        spliced_alpha: L2 penalty of those that read spliced pages.
        class_weight: label -> factor of its sentences' weights in the second stage, default 1: which labels are rather
            given when in doubt.
        spliced_class_weight: the same for spliced pages.
        self_training_rounds: how often sentences without a label are given the likeliest one and learned from, if they
            are a tenth of all or more.
        guess_weight: weight of such a label, times its probability.
        n_jobs: parallel fits.
        random_state: seed; the same seed gives the same model.

    Attributes:
        classes_: labels in the order of the columns of `predict_proba`, `(n_classes,)`.
        weighting_: the hashed columns that count and their idf.
        first_: the first stage.
        projection_: topic directions, `(n_columns + n_dense, n_topics)`.
        second_: the second stage.
    """

    def __init__(
        self,
        *,
        C: float = 3.0,
        first_max_iter: int = 60,
        min_sentences: int = 3,
        min_sources: int = 3,
        n_dense: int = 0,
        n_surface: int = 0,
        first_hidden_units: int = 64,
        first_alpha: float = 1.0,
        first_epochs: int = 16,
        n_topics: int = 24,
        n_folds: int = 4,
        n_networks: int = 3,
        hidden_units: int = 32,
        epochs: int = 15,
        passage_alpha: float = 3.0,
        spliced_alpha: float = 1.0,
        class_weight: Mapping[str, float] | None = None,
        spliced_class_weight: Mapping[str, float] | None = None,
        self_training_rounds: int = 1,
        guess_weight: float = 0.3,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.C = C
        self.first_max_iter = first_max_iter
        self.min_sentences = min_sentences
        self.min_sources = min_sources
        self.n_dense = n_dense
        self.n_surface = n_surface
        self.first_hidden_units = first_hidden_units
        self.first_alpha = first_alpha
        self.first_epochs = first_epochs
        self.n_topics = n_topics
        self.n_folds = n_folds
        self.n_networks = n_networks
        self.hidden_units = hidden_units
        self.epochs = epochs
        self.passage_alpha = passage_alpha
        self.spliced_alpha = spliced_alpha
        self.class_weight = class_weight
        self.spliced_class_weight = spliced_class_weight
        self.self_training_rounds = self_training_rounds
        self.guess_weight = guess_weight
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike | sp.csr_matrix,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        pages: ArrayLike | None = None,
        sources: ArrayLike | None = None,
    ) -> Self:
        """Fit both stages.

        Args:
            X: feature rows, `(n_sentences, n_features)`, sparse or dense.
            y: labels, `(n_sentences,)`; what stands where the weight is zero is not looked at.
            sample_weight: `(n_sentences,)`, default all one.
            pages: page number of each row; equal numbers stand together.
            sources: site of each row; the second stage is trained on what the first says of sites it has not seen.

        Raises:
            ValueError: if shapes disagree or fewer than two labels have weight.
        """
        rows, labels = validate_data(self, X, y, accept_sparse="csr", dtype=np.float32)
        check_classification_targets(labels)
        weight = _check_sample_weight(sample_weight, rows, dtype=np.float32)
        self.classes_ = np.unique(labels[weight > 0])
        if len(self.classes_) < 2:  # noqa: PLR2004 - one class leaves nothing to tell apart
            raise ValueError("Labels of at least two classes need weight; one class was given.")
        codes = np.searchsorted(self.classes_, np.where(weight > 0, labels, self.classes_[0]))
        page = numbers_of(pages, len(labels))
        source = page if sources is None else numbers_of(sources, len(labels))
        # How a matrix product is rounded depends on the number of threads; products this small gain nothing from more.
        with threadpool_limits(1), warnings.catch_warnings():
            # Both stages stop after a fixed number of steps: that regularises and is no failure to converge.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._fit_stages(sp.csr_matrix(rows), Targets(codes, weight), page, source)
        return self

    def _fit_stages(
        self,
        X: sp.csr_matrix,
        targets: Targets,
        page: NDArray[np.int64],
        source: NDArray[np.int64],
    ) -> None:
        random = check_random_state(self.random_state)
        n_hashed = X.shape[1] - self.n_surface - self.n_dense
        labelled = np.isin(page, page[targets.weight > 0])
        self.weighting_ = fit_weighting(X[labelled, :n_hashed], self.min_sentences, source[labelled], self.min_sources)
        rows, dense = self.weighting_.rows(X, n_hashed, self.n_dense), X[:, n_hashed:].toarray()
        self.projection_ = rounded_to_steps(fit_projection(rows, page, self.n_topics, random_state=random))
        folds = source_folds(source, self.n_folds, random)
        spliced = on_spliced_pages(page, source)
        sentences = TrainingSentences(rows, dense, rows @ self.projection_, self.n_surface, page, spliced)
        how = self._first_stage_fit(random)
        taught, said = targets, None
        for _ in range(self.self_training_rounds if targets.unlabelled_share() >= _LEAST_TO_GUESS else 0):
            said = out_of_fold(how, rows, dense, taught, folds, start=said, n_jobs=self.n_jobs)
            taught = targets.completed(self._guesses(sentences, said.log_proba, targets, random), self.guess_weight)
        said = out_of_fold(how, rows, dense, taught, folds, start=said, n_jobs=self.n_jobs)
        self.second_ = self._second_stage_fit().fit(sentences, said.log_proba, targets, random)
        self.first_ = in_half_precision(how.fit(rows, dense, taught, said.stages[0]))

    def _first_stage_fit(self, random: np.random.RandomState) -> FirstStageFit:
        return FirstStageFit(
            n_classes=len(self.classes_),
            C=self.C,
            max_iter=self.first_max_iter,
            hidden_units=self.first_hidden_units,
            alpha=self.first_alpha,
            epochs=self.first_epochs,
            seed=int(random.randint(np.iinfo(np.int32).max)),
        )

    def _second_stage_fit(self) -> SecondStageFit:
        return SecondStageFit(
            n_classes=len(self.classes_),
            n_networks=self.n_networks,
            hidden_units=self.hidden_units,
            epochs=self.epochs,
            passage_alpha=self.passage_alpha,
            spliced_alpha=self.spliced_alpha,
            passage_factors=self._factors(self.class_weight),
            spliced_factors=self._factors(self.spliced_class_weight),
            n_jobs=self.n_jobs,
        )

    def _factors(self, class_weight: Mapping[str, float] | None) -> Floats:
        factors = class_weight or {}
        return np.array([factors.get(label, 1.0) for label in self.classes_.tolist()], np.float32)

    def _guesses(
        self, sentences: TrainingSentences, log_proba: Floats, targets: Targets, random: np.random.RandomState
    ) -> Floats:
        """What the sentences without a label are, most likely; one network is good enough to guess with."""
        how = replace(self._second_stage_fit(), n_networks=1)
        context = sentences.context(log_proba)
        reader = how.fit_passage(sentences, context, targets, random)
        return np.asarray(softmax(reader.logits(context, reader.added(sentences.dense), sentences.page)), np.float32)

    def predict_proba(self, X: ArrayLike | sp.csr_matrix, *, pages: ArrayLike | None = None) -> Floats:
        """Probabilities, `(n_sentences, n_classes)`; every row sums to one.

        Args:
            X: feature rows, as in `fit`.
            pages: page number of each row; equal numbers stand together. Default: every row stands alone.
        """
        return super().predict_proba(X, pages=pages)

    def stage_inputs(self, X: ArrayLike | sp.csr_matrix, *, pages: ArrayLike | None = None) -> StageInputs:
        """What the two stages read; as in `predict_proba`."""
        check_is_fitted(self)
        checked = validate_data(self, X, accept_sparse="csr", dtype=np.float32, reset=False)
        return super().stage_inputs(sp.csr_matrix(checked), pages=pages)

    def predict(self, X: ArrayLike | sp.csr_matrix, *, pages: ArrayLike | None = None) -> NDArray[Any]:
        """The likeliest label of each row, `(n_sentences,)`."""
        best = self.predict_proba(X, pages=pages).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def in_half_precision(stage: FirstStage) -> FirstStage:
    """With weights rounded to what half precision can hold: the model is saved so, and must not change by it."""
    coef = stage.linear.coef.astype(np.float16).astype(np.float32)
    return FirstStage(LinearModel(coef, stage.linear.intercept), stage.networks)
