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
_KIND_WEIGHTS: Final = (1.0, 2.0, 0.04)
"""For the gate, of all sentences of whole pages, of spliced ones, and of those put on a page not their own. On a
spliced page the words around mislead more than they help on a whole one, which in turn has odd sentences of its own."""


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
        stitched, guests = (
            inputs_of(log_proba, targets, random) for inputs_of in (sentences.spliced_inputs, sentences.guest_inputs)
        )
        inputs, learned = np.concatenate([stitched[0], guests[0]]), stitched[1].followed_by(guests[1])
        context = sentences.context(log_proba)
        return SecondStage(
            self.fit_passage(sentences, context, targets.weighted(self.passage_factors), random),
            self._networks(inputs, learned.weighted(self.spliced_factors), self.spliced_alpha, random),
            _fit_gate([context[sentences.on_whole_pages(targets)], stitched[0], guests[0]], random),
        )

    def fit_passage(
        self, sentences: TrainingSentences, context: Floats, targets: Targets, random: np.random.RandomState
    ) -> PassageReader:
        """Fit the reader of whole pages, as `fit` does; `context` is that of the pages as they stand."""
        mean, scale = standardisation(sentences.dense)
        chosen = sentences.on_whole_pages(targets)
        views = passage_rows((sentences.dense - mean) / scale, sentences.page)[chosen]
        inputs = np.hstack([views, context[chosen]])
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


def _fit_gate(kinds: list[Floats], random: np.random.RandomState) -> Networks:
    """Tell the context rows of sentences of whole pages, which come first, from those of the other kinds."""
    kind = np.repeat(np.arange(len(kinds)), [len(rows) for rows in kinds])
    weight = np.array([weight / max(len(rows), 1) for weight, rows in zip(_KIND_WEIGHTS, kinds, strict=True)])
    return fit_networks(
        np.concatenate(kinds),
        (kind == 0).astype(np.int64),
        (weight[kind] / weight[1]).astype(np.float32),
        2,
        n_networks=1,
        hidden_units=_GATE_UNITS,
        alpha=1.0,
        epochs=_GATE_EPOCHS,
        n_jobs=None,
        random_state=random,
    )
