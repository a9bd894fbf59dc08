"""Label mix and score histogram of a model on every site it was tested on: what later runs are held against."""

import json
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.schema import LABELS

SITES_FILE: Final = "sites.json"
"""In a model's folder: its `SiteFigures`."""

SCORE_EDGES: Final = tuple(number / 20 for number in range(21))
"""Bins of a score histogram; a score on an edge counts upwards, 1 in the last."""


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Counts of sentences, one row a site.

    Attributes:
        labels: by the label they were given, `(n_sites, 4)`.
        scores: by bins of their score, `(n_sites, 20)`.
    """

    labels: NDArray[np.int64]
    scores: NDArray[np.int64]

    @classmethod
    def of(cls, label: NDArray[np.int64], score: NDArray[np.floating], source: NDArray[np.object_]) -> Self:
        """Count sentences by their site; all `(n_sentences,)`."""
        names, site = np.unique(source.astype(str), return_inverse=True)
        return cls(
            _counts(site, label, len(names), len(LABELS)),
            _counts(site, score_bin(score), len(names), len(SCORE_EDGES) - 1),
        )

    def as_json(self) -> str:
        return json.dumps({"labels": self.labels.tolist(), "scores": self.scores.tolist()}) + "\n"

    @classmethod
    def from_json(cls, text: str, place: str) -> Self:
        """Read what `as_json` wrote.

        Raises:
            ModelError: naming `place`, if it is something else.
        """
        try:
            values = json.loads(text)
            labels = np.array(values["labels"], np.int64).reshape(-1, len(LABELS))
            return cls(labels, np.array(values["scores"], np.int64).reshape(len(labels), len(SCORE_EDGES) - 1))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{place}: no figures by site; train the model again with train.py") from error


def score_bin(score: NDArray[np.floating]) -> NDArray[np.int64]:
    """Number of the bin of each score, `(n_sentences,)`."""
    return np.clip(
        np.searchsorted(SCORE_EDGES, np.asarray(score, np.float64), side="right") - 1, 0, len(SCORE_EDGES) - 2
    )


def _counts(row: NDArray[np.int64], column: NDArray[np.int64], n_rows: int, n_columns: int) -> NDArray[np.int64]:
    return np.bincount(row * n_columns + column, minlength=n_rows * n_columns).reshape(n_rows, n_columns)
