"""What the words around a sentence say of its label.

The second stage knows neighbours by their likely labels; somebody who reads a page knows their words. The passage
reader is a small network over the mean word vectors and looks of what stands around a sentence (a deep averaging
network; Iyyer et al., ACL 2015): of the sentence itself, the two beside it, those near it, and the page. Its first
layer is linear, so every sentence goes through it once, by itself, and means are taken of what comes out.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import RADIUS, Floats, Pages
from pipeline.classifier.networks import Networks, exact_product
from pipeline.classifier.softmax import log_softmax

BESIDE_RADIUS: Final = 1
N_VIEWS: Final = 4
"""The sentence itself, the sentences beside it, the `RADIUS` on each side of it, and the page."""

Views: TypeAlias = tuple[Floats, Floats, Floats, Floats]
"""What each view adds to the hidden units, in the order above."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Which sentences stand around each.

    Attributes:
        pages: the pages.
        beside: ones where two stand side by side, `(n_sentences, n_sentences)`.
        near: ones where two are at most `RADIUS` apart.
    """

    pages: Pages
    beside: sp.csr_matrix
    near: sp.csr_matrix

    @classmethod
    def of(cls, numbers: NDArray[np.int64]) -> "Surroundings":
        """Take any page numbers, `(n_sentences,)`; sentences of a page stand together."""
        pages = Pages.from_numbers(numbers)
        return cls(pages, _neighbours(pages, BESIDE_RADIUS), _neighbours(pages, RADIUS))

    def means(self, own: Floats, beside: Floats, near: Floats, page: Floats) -> Views:
        """Of values of each sentence, each `(n_sentences, n_columns)`; a mean over no sentence is zero."""
        return own, _mean(self.beside, beside), _mean(self.near, near), self.pages.mean(page)


def _neighbours(pages: Pages, radius: int) -> sp.csr_matrix:
    distances = np.array([distance for distance in range(-radius, radius + 1) if distance])
    n_sentences = len(pages.page)
    other = np.arange(n_sentences)[:, None] + distances
    inside = (other >= pages.first[pages.page][:, None]) & (other < pages.first[pages.page + 1][:, None])
    edges = np.concatenate(([0], np.cumsum(inside.sum(axis=1))))
    ones = np.ones(edges[-1], np.float32)
    return sp.csr_matrix((ones, other[inside], edges), shape=(n_sentences, n_sentences))


def _mean(neighbours: sp.csr_matrix, values: Floats) -> Floats:
    counts = np.maximum(np.diff(neighbours.indptr), 1).astype(np.float32)
    return np.asarray((neighbours @ values) / counts[:, None], np.float32)


@dataclass(frozen=True, slots=True)
class PassageReader:
    """The fitted reader.

    Attributes:
        mean, scale: standardisation of dense rows, `(n_inputs,)`.
        hidden: what they add to the hidden units by each view, `(N_VIEWS, n_inputs, n_units)`.
        hidden_bias: `(n_units,)`.
        output: `(n_units, n_classes)`.
        output_bias: `(n_classes,)`.
    """

    mean: Floats
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    @classmethod
    def of(cls, mean: Floats, scale: Floats, networks: Networks) -> "PassageReader":
        """Take the first of `networks` over `passage_rows`, its standardisation put into its weights."""
        steps = networks.hidden[0] / networks.scale[:, None]
        bias = networks.hidden_bias[0] - networks.mean @ steps
        views = steps.reshape(N_VIEWS, len(mean), -1)
        return cls(mean, scale, views, bias, networks.output[0], networks.output_bias[0])

    def standardised(self, dense: Floats) -> Floats:
        return (dense - self.mean) / self.scale

    def added(self, dense: Floats) -> Floats:
        """What each sentence adds to the hidden units by each view, `(n_sentences, N_VIEWS * n_units)`, to the bit."""
        side_by_side = np.concatenate(list(self.hidden), axis=1)
        return exact_product(self.standardised(dense), side_by_side).astype(np.float32)

    def views(self, added: Floats, surroundings: Surroundings) -> Views:
        return surroundings.means(*np.split(added, N_VIEWS, axis=1))

    def hidden_units(self, views: Views) -> Floats:
        """What the hidden units hand on, `(n_sentences, n_units)`."""
        return np.maximum(sum(views) + self.hidden_bias, np.float32(0))

    def log_proba(self, added: Floats, numbers: NDArray[np.int64]) -> Floats:
        """Log-probabilities, `(n_sentences, n_classes)`; a row depends on its own page only, to the bit.

        Args:
            added: `PassageReader.added` of every sentence.
            numbers: page number of each, `(n_sentences,)`; equal numbers stand together.
        """
        hidden = self.hidden_units(self.views(added, Surroundings.of(numbers)))
        return log_softmax(exact_product(hidden, self.output) + self.output_bias).astype(np.float32)


def passage_rows(standardised: Floats, numbers: NDArray[np.int64]) -> Floats:
    """What a passage reader is fitted on, `(n_sentences, N_VIEWS * n_inputs)`: the views side by side.

    Args:
        standardised: dense rows, `(n_sentences, n_inputs)`.
        numbers: page number of each sentence, `(n_sentences,)`; equal numbers stand together.
    """
    return np.concatenate(Surroundings.of(numbers).means(*[standardised] * N_VIEWS), axis=1)
