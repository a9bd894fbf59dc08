"""How much the words around a sentence, and its own among them, add to a logit by way of the passage reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import RADIUS, Floats
from pipeline.classifier.networks import fixed_inputs, fixed_weights
from pipeline.classifier.passage import BESIDE_RADIUS, N_VIEWS, PassageReader, Surroundings

_DISTANCES: Final = tuple(sign * distance for distance in range(1, RADIUS + 1) for sign in (1, -1))


@dataclass(frozen=True, slots=True)
class PassageParts:
    """Signed weights, all `(n_sentences,)` but for the first.

    Attributes:
        steepness: gradient by the sentence's own word vectors, `(n_sentences, n_dense)`.
        look: what the sentence itself looks like.
        neighbours: by distance, negative before the sentence: words and looks of a sentence near it.
        page: words and looks of the page.
    """

    steepness: NDArray[np.float64]
    look: NDArray[np.float64]
    neighbours: Mapping[int, NDArray[np.float64]]
    page: NDArray[np.float64]

    def times(self, factor: NDArray[np.float64]) -> "PassageParts":
        """With all that is added to a sentence times a factor, `(n_sentences,)`."""
        neighbours = {distance: factor * weight for distance, weight in self.neighbours.items()}
        return PassageParts(factor[:, None] * self.steepness, factor * self.look, neighbours, factor * self.page)

    def around(self) -> NDArray[np.float64]:
        """What all but the sentence itself adds, `(n_sentences,)`."""
        return np.asarray(sum(self.neighbours.values()) + self.page)


def passage_parts(
    reader: PassageReader, dense: Floats, n_dense: int, numbers: NDArray[np.int64], reach: NDArray[np.float64]
) -> PassageParts:
    """Take apart what goes into the hidden units; a page's parts do not depend on the others, to the bit.

    Args:
        reader: fitted.
        dense: word vectors and what sentences look like, `(n_sentences, n_inputs)`.
        n_dense: number of word vectors' columns.
        numbers: page numbers, `(n_sentences,)`.
        reach: gradient by what the hidden units get, whole numbers of 2^-14, `(n_networks, n_sentences, n_units)`.
    """
    added, around = reader.added(dense), Surroundings.of(numbers)
    reach = reach.transpose(1, 0, 2).reshape(len(dense), len(reach) * reach.shape[2])
    gradient = reach @ fixed_weights(reader.views[0].reshape(len(reader.mean), reach.shape[1])).T
    own = gradient * fixed_inputs(reader.standardised(dense))
    return PassageParts(
        steepness=(gradient / reader.scale)[:, :n_dense],
        look=own[:, n_dense:].sum(axis=1),
        neighbours={distance: _of_neighbour(distance, reach, added, around) for distance in _DISTANCES},
        page=np.asarray((reach * reader.by_view(added, around)[3]).sum(axis=1)),
    )


def _of_neighbour(
    distance: int, reach: NDArray[np.float64], added: Floats, around: Surroundings
) -> NDArray[np.float64]:
    """What the sentence at that distance adds to each, `(n_sentences,)`; zero where there is none."""
    page, weight = around.pages.page, np.zeros(len(reach))
    here = np.arange(max(-distance, 0), len(page) - max(distance, 0))
    here = here[page[here] == page[here + distance]]
    _, beside, near, _ = np.split(added[here + distance], N_VIEWS, axis=1)
    weight[here] = (reach[here] * near).sum(axis=1) / np.diff(around.near.indptr)[here]
    if abs(distance) <= BESIDE_RADIUS:
        weight[here] += (reach[here] * beside).sum(axis=1) / np.diff(around.beside.indptr)[here]
    return weight
