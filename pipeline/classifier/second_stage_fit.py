"""How the second stage is fitted."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.classifier.context import Floats
from pipeline.classifier.fitting import TrainingSentences
from pipeline.classifier.networks import Networks, fit_networks, standardisation
from pipeline.classifier.passage import PassageReader, passage_rows
from pipeline.classifier.second_stage import SecondStage
from pipeline.classifier.targets import Targets

_GATE_UNITS: Final = 16
_GATE_EPOCHS: Final = 4
_SPLICED_WEIGHT: Final = 3.0
"""Of all spliced pages against all whole ones: on those the words around mislead more than they help on these."""


@dataclass(frozen=True, slots=True)
class SecondStageFit:
    """How the second stage is fitted.

    Attributes:
        n_classes: number of classes.
        n_networks, hidden_units, epochs: of either reader.
        passage_alpha, spliced_alpha: L2 penalty of the reader of whole and of spliced pages.
        passage_factors, spliced_factors: by class, of the weights of their sentences, `(n_classes,)`.
        n_jobs: parallel fits.
    """

    n_classes: int
    n_networks: int
    hidden_units: int
    epochs: int
    passage_alpha: float
    spliced_alpha: float
    passage_factors: Floats
    spliced_factors: Floats
    n_jobs: int | None

    def fit(
        self, sentences: TrainingSentences, log_proba: Floats, targets: Targets, random: np.random.RandomState
    ) -> SecondStage:
        """Fit on the labelled sentences.

        Args:
            sentences: the training pages.
            log_proba: what a first stage that has not seen their source says of them, `(n_sentences, n_classes)`.
            targets: what is to be learned.
            random: of the networks' random starts and of stitching.
        """
        inputs, labelled = sentences.spliced_inputs(log_proba, targets, random)
        return SecondStage(
            self.fit_passage(sentences, log_proba, targets.weighted(self.passage_factors), random),
            self._networks(inputs, labelled.weighted(self.spliced_factors), self.spliced_alpha, random),
            _fit_gate(sentences.context(log_proba)[sentences.on_whole_pages(targets)], inputs, random),
        )

    def fit_passage(
        self, sentences: TrainingSentences, log_proba: Floats, targets: Targets, random: np.random.RandomState
    ) -> PassageReader:
        """Fit the reader of whole pages, as `fit` does."""
        mean, scale = standardisation(sentences.dense)
        chosen = sentences.on_whole_pages(targets)
        views = passage_rows((sentences.dense - mean) / scale, sentences.page)[chosen]
        inputs = np.hstack([views, sentences.context(log_proba)[chosen]])
        return PassageReader.of(mean, scale, self._networks(inputs, targets.take(chosen), self.passage_alpha, random))

    def _networks(self, inputs: Floats, targets: Targets, alpha: float, random: np.random.RandomState) -> Networks:
        return fit_networks(
            inputs,
            targets.y,
            targets.weight,
            self.n_classes,
            n_networks=self.n_networks,
            hidden_units=self.hidden_units,
            alpha=alpha,
            epochs=self.epochs,
            n_jobs=self.n_jobs,
            random_state=random,
        )


def _fit_gate(whole: Floats, spliced: Floats, random: np.random.RandomState) -> Networks:
    """Tell the context rows of either kind of page apart."""
    is_whole = np.repeat([1, 0], [len(whole), len(spliced)])
    weight = np.where(is_whole, len(spliced) / len(whole) / _SPLICED_WEIGHT, 1).astype(np.float32)
    return fit_networks(
        np.concatenate([whole, spliced]),
        is_whole,
        weight,
        2,
        n_networks=1,
        hidden_units=_GATE_UNITS,
        alpha=1.0,
        epochs=_GATE_EPOCHS,
        n_jobs=None,
        random_state=random,
    )
