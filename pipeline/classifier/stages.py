"""The two fitted stages: feature rows -> probabilities. Predicting does not import scikit-learn, which is slow."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from pipeline.classifier.context import Floats, context_rows
from pipeline.classifier.first_stage import FirstStage
from pipeline.classifier.second_stage import SecondStage
from pipeline.classifier.weighting import Weighting


@dataclass(frozen=True, slots=True)
class StageInputs:
    """What the two stages read of each sentence.

    Attributes:
        rows: weighted hashed columns and word vectors, `(n_sentences, n_columns + n_dense)`.
        dense: word vectors and surface columns, `(n_sentences, n_dense + n_surface)`.
        added: what it adds to the passages that it stands in, `PassageReader.added`.
        context: `context.context_rows`, `(n_sentences, n_inputs)`.
        page: page numbers, `(n_sentences,)`.
    """

    rows: sp.csr_matrix
    dense: Floats
    added: Floats
    context: Floats
    page: NDArray[np.int64]


@dataclass(eq=False, repr=False)
class FittedStages:
    """What `SentenceClassifier` has learned, under the same names.

    Attributes:
        classes_: labels in the order of the columns of `predict_proba`, `(n_classes,)`.
        weighting_: the hashed columns that count and their idf.
        first_: the first stage.
        projection_: topic directions, `(n_columns + n_dense, n_topics)`.
        second_: the second stage.
        n_features_in_: columns of a feature row.
        n_dense: number of columns before the last ones that are read as they are: word vectors.
        n_surface: number of last columns that say what a sentence looks like.
    """

    classes_: NDArray[Any]
    weighting_: Weighting
    first_: FirstStage
    projection_: Floats
    second_: SecondStage
    n_features_in_: int
    n_dense: int
    n_surface: int

    def predict_proba(self, X: sp.csr_matrix, *, pages: ArrayLike | None = None) -> Floats:
        """Probabilities, `(n_sentences, n_classes)`; every row sums to one.

        Args:
            X: feature rows, float32, `(n_sentences, n_features)`.
            pages: page number of each row; equal numbers stand together. Default: every row stands alone.

        Raises:
            ValueError: the rows are of another width.
        """
        inputs = self.stage_inputs(X, pages=pages)
        return self.second_.predict_proba(inputs.context, inputs.added, inputs.page)

    def check_width(self, n_features: int) -> None:
        """Refuse feature rows of another width than the training ones.

        Raises:
            ValueError: they are.
        """
        if n_features != self.n_features_in_:
            raise ValueError(f"X has {n_features} features, but the model is expecting {self.n_features_in_}")

    def stage_inputs(self, X: sp.csr_matrix, *, pages: ArrayLike | None = None) -> StageInputs:
        """What the two stages read; as in `predict_proba`."""
        self.check_width(X.shape[1])
        n_hashed = X.shape[1] - self.n_surface - self.n_dense
        dense = X[:, n_hashed:].toarray()
        rows = self.weighting_.rows(X, n_hashed, self.n_dense)
        page = numbers_of(pages, len(dense))
        log_proba, topics = self.first_.log_proba(rows, dense), rows @ self.projection_
        context = context_rows(log_proba, topics, dense[:, self.n_dense :], page)
        return StageInputs(rows, dense, self.second_.passage.added(dense), context, page)


def numbers_of(values: ArrayLike | None, n_sentences: int) -> NDArray[np.int64]:
    """Whole numbers in place of any page or source names; each row its own where there are none.

    Raises:
        ValueError: there is not one name for each row.
    """
    if values is None:
        return np.arange(n_sentences)
    names = np.asarray(values)
    if names.shape != (n_sentences,):
        raise ValueError(f"pages and sources need shape ({n_sentences},), one entry a row; got {names.shape}.")
    return np.asarray(np.unique(names, return_inverse=True)[1], np.int64)
