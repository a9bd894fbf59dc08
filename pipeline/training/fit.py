"""Units in, fitted classifier out."""

from typing import Final

import numpy as np

from pipeline.classifier.features import N_SURFACE
from pipeline.classifier.model import SentenceClassifier
from pipeline.schema import LABELS
from pipeline.training.table import NO_LABEL, UnitTable

SPLICED_WEIGHT: Final = 2.0
"""Labels on spliced pages were given on what the second stage will see; stitched ones on the whole page."""

SILVER_WEIGHT: Final = 0.3
"""More labels of sites that are known teach little of others."""

CLASS_WEIGHT: Final = {"noise": 0.55}
"""A sentence that is thrown away is missed; one of noise that is kept is seen, and removed by hand."""

SPLICED_CLASS_WEIGHT: Final = {"noise": 0.9}
"""Where neighbours tell little, to lean away from noise costs more."""


def fit_classifier(table: UnitTable, *, seed: int = 0, n_jobs: int | None = None) -> SentenceClassifier:
    """Fit on all units that have a label; the others are neighbours.

    Raises:
        ValueError: if fewer than two labels occur.
    """
    whole = np.where(table.silver, SILVER_WEIGHT, 1)
    weight = np.where(table.label == NO_LABEL, 0, np.where(table.spliced, SPLICED_WEIGHT, whole)).astype(np.float32)
    classifier = SentenceClassifier(
        n_dense=table.words.n_components,
        n_surface=N_SURFACE,
        class_weight=CLASS_WEIGHT,
        spliced_class_weight=SPLICED_CLASS_WEIGHT,
        random_state=seed,
        n_jobs=n_jobs,
    )
    labels = np.array(LABELS)[table.label]
    return classifier.fit(table.X, labels, weight, pages=table.page, sources=table.source)


def label_probabilities(classifier: SentenceClassifier, table: UnitTable) -> np.ndarray:
    """Probabilities in the order of `LABELS`, `(n_units, 4)`, also where the classifier has seen fewer labels."""
    proba = np.zeros((len(table), len(LABELS)), np.float32)
    columns = [LABELS.index(label) for label in classifier.classes_]
    proba[:, columns] = classifier.predict_proba(table.X, pages=table.page)
    return proba
