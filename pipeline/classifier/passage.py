"""What the words around a sentence say of its label.

The context knows neighbours by their likely labels; somebody who reads a page knows their words. The passage reader
has small networks over the context and over the mean word vectors and looks of what stands around a sentence (deep
averaging; Iyyer et al., ACL 2015): of the sentence itself, the two beside it, those near it, and the page. The first
layer is linear, so every sentence goes through it once, by itself, and means are taken of what comes out.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.context import RADIUS, Floats, Pages
from pipeline.classifier.networks import Networks, exact_product

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
        mean, scale: standardisation of dense rows, `(n_dense_inputs,)`.
        views: what they add to the hidden units by each view, `(N_VIEWS, n_dense_inputs, n_networks, n_units)`.
        networks: what reads the context beside them.
    """

    mean: Floats
    scale: Floats
    views: Floats
    networks: Networks

    @classmethod
    def of(cls, mean: Floats, scale: Floats, networks: Networks) -> "PassageReader":
        """Take `networks` over `passage_rows` and context apart; the rows' standardisation goes into the weights."""
        of_views, of_context = np.s_[: N_VIEWS * len(mean)], np.s_[N_VIEWS * len(mean) :]
        steps = networks.hidden[:, of_views] / networks.scale[of_views, None]
        views = steps.reshape(len(steps), N_VIEWS, len(mean), steps.shape[2]).transpose(1, 2, 0, 3)
        over_context = Networks(
            networks.mean[of_context],
            networks.scale[of_context],
            networks.hidden[:, of_context],
            networks.hidden_bias - networks.mean[of_views] @ steps,
            networks.output,
            networks.output_bias,
        )
        return cls(mean, scale, views, over_context)

    def standardised(self, dense: Floats) -> Floats:
        return (dense - self.mean) / self.scale

    def added(self, dense: Floats) -> Floats:
        """What each sentence adds to hidden units by each view, `(n_sentences, N_VIEWS * n_networks * n_units)`."""
        n_views, n_inputs, n_networks, n_units = self.views.shape
        side_by_side = self.views.transpose(1, 0, 2, 3).reshape(n_inputs, n_views * n_networks * n_units)
        return exact_product(self.standardised(dense), side_by_side).astype(np.float32)

    def by_view(self, added: Floats, surroundings: Surroundings) -> Views:
        """What every view adds, each `(n_sentences, n_networks * n_units)`."""
        return surroundings.means(*np.split(added, N_VIEWS, axis=1))

    def to_hidden_units(self, views: Views) -> Floats:
        """What all views add, `(n_networks, n_sentences, n_units)`."""
        n_networks, n_units = self.views.shape[2:]
        summed: Floats = views[0] + views[1] + views[2] + views[3]
        return summed.reshape(len(summed), n_networks, n_units).transpose(1, 0, 2)

    def logits(self, context: Floats, added: Floats, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Mean logits over the networks, `(n_sentences, n_classes)`; a row depends on its own page only, to the bit.

        Args:
            context: `context.context_rows`, `(n_sentences, n_inputs)`.
            added: `PassageReader.added` of every sentence.
            numbers: page number of each, `(n_sentences,)`; equal numbers stand together.
        """
        views = self.by_view(added, Surroundings.of(numbers))
        return self.networks.logits(context, self.to_hidden_units(views))


def passage_rows(standardised: Floats, numbers: NDArray[np.int64]) -> Floats:
    """What a passage reader is fitted on, `(n_sentences, N_VIEWS * n_inputs)`: the views side by side.

    Args:
        standardised: dense rows, `(n_sentences, n_inputs)`.
        numbers: page number of each sentence, `(n_sentences,)`; equal numbers stand together.
    """
    return np.concatenate(Surroundings.of(numbers).means(*[standardised] * N_VIEWS), axis=1)
