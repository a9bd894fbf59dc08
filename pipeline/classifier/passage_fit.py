"""How passage readers are fitted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import Floats
from pipeline.classifier.networks import fit_networks
from pipeline.classifier.passage import PassageReader, passage_rows
from pipeline.classifier.targets import Targets

_CONSTANT: Final = 1e-6


@dataclass(frozen=True, slots=True)
class OutOfFoldPassages:
    """Passage readers, each of which has seen nothing of the sources of its fold.

    Attributes:
        n_classes: number of classes.
        readers: by fold; None where there was nothing to tell apart.
    """

    n_classes: int
    readers: tuple[PassageReader | None, ...]

    def log_proba(self, dense: Floats, fold: NDArray[np.int64], numbers: NDArray[np.int64]) -> Floats:
        """What is said of every sentence by the reader of its fold, `(n_sentences, n_classes)`.

        Args:
            dense: word vectors and what sentences look like, `(n_sentences, n_inputs)`.
            fold: index into `readers`, `(n_sentences,)`.
            numbers: page numbers, `(n_sentences,)`; sentences of one page may be of several folds.
        """
        log_proba = np.full((len(dense), self.n_classes), -np.log(self.n_classes), np.float32)
        for number, reader in enumerate(self.readers):
            if reader is not None:
                inside = fold == number
                log_proba[inside] = reader.log_proba(reader.added(dense), numbers)[inside]
        return log_proba


@dataclass(frozen=True, slots=True)
class PassageFit:
    """How a passage reader is fitted: on pages as they stand, or it would not dare to go by the words around.

    Attributes:
        n_classes: number of classes.
        hidden_units, alpha, epochs: of its network.
        seed: of the network's random start.
    """

    n_classes: int
    hidden_units: int
    alpha: float
    epochs: int
    seed: int

    def fit(self, dense: Floats, targets: Targets, page: NDArray[np.int64]) -> PassageReader:
        """Fit on the sentences of positive weight; the others stand around them.

        Args:
            dense: word vectors and what sentences look like, `(n_sentences, n_inputs)`.
            targets: what is to be learned.
            page: page numbers, `(n_sentences,)`; equal numbers stand together.
        """
        mean, scale = dense.mean(axis=0), dense.std(axis=0)
        scale[scale < _CONSTANT] = 1
        used = targets.weight > 0
        networks = fit_networks(
            passage_rows((dense - mean) / scale, page)[used],
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
        return PassageReader.of(mean, scale, networks)

    def out_of_fold(
        self, dense: Floats, targets: Targets, page: NDArray[np.int64], folds: NDArray[np.int64]
    ) -> OutOfFoldPassages:
        """Fit a reader for every fold, `(n_sentences,)` from 0, on the others."""

        def fit(fold: int) -> PassageReader | None:
            others = Targets(targets.y, np.where(folds == fold, np.float32(0), targets.weight))
            told_apart = len(np.unique(others.y[others.weight > 0])) > 1
            return self.fit(dense, others, page) if told_apart else None

        return OutOfFoldPassages(self.n_classes, tuple(map(fit, range(int(folds.max()) + 1))))
