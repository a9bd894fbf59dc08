"""What the stages are to learn of each sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import Floats


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be learned of each sentence: class number and weight, `(n_sentences,)`; weight zero is no label."""

    y: NDArray[np.int64]
    weight: Floats

    def completed(self, proba: Floats, factor: float) -> "Targets":
        """Give sentences without a label the likeliest one, weighted by `factor` times its probability."""
        labelled = self.weight > 0
        guessed = (factor * proba.max(axis=1)).astype(np.float32)
        return Targets(np.where(labelled, self.y, proba.argmax(axis=1)), np.where(labelled, self.weight, guessed))

    def take(self, index: NDArray[np.int64]) -> "Targets":
        return Targets(self.y[index], self.weight[index])

    def followed_by(self, others: "Targets") -> "Targets":
        return Targets(np.concatenate([self.y, others.y]), np.concatenate([self.weight, others.weight]))

    def weighted(self, factors: Floats) -> "Targets":
        """With every weight times the factor of its class; `factors` is `(n_classes,)`."""
        return Targets(self.y, (self.weight * factors[self.y]).astype(np.float32))

    def unlabelled_share(self) -> float:
        return float((self.weight == 0).mean())
