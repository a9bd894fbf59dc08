"""What the neighbours say: the second stage's inputs.

A sentence is read with the first stage's log-probabilities of the sentences around it. On a scraped page neighbours may
come from another text, so each is given with its likeness to the sentence (cosine of topic vectors), and the page with
its coherence: how often the guess changes from one sentence to the next, how alike adjacent sentences are, how mixed
the page's guesses are. All of it is array shifts over the sentences of many pages at once; the number of sentences on a
page is left out on purpose, since it tells how the training pages were cut rather than what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

RADIUS: Final = 4
"""Neighbours on each side that are given one by one."""

NEAR: Final = 8
"""Neighbours on each side that the near mean covers."""

ATTENTION_RADIUS: Final = 16
_ATTENTION_SHARPNESS: Final = 4.0
_ATTENTION_DECAY: Final = 6.0
_TINY: Final = np.float32(1e-6)

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where pages begin in a table of sentences; `first[p]:first[p + 1]` are the sentences of page p."""

    first: NDArray[np.int64]
    page: NDArray[np.int64]

    @classmethod
    def from_numbers(cls, numbers: NDArray[np.int64]) -> "Pages":
        """Take any page numbers, `(n_sentences,)`; sentences of a page stand together."""
        changes = np.flatnonzero(numbers[1:] != numbers[:-1]) + 1
        starts = np.concatenate(([0], changes))[: len(numbers)]  # without sentences there is no page
        first = np.append(starts, len(numbers)).astype(np.int64)
        return cls(first, np.repeat(np.arange(len(first) - 1), np.diff(first)))

    def __len__(self) -> int:
        return len(self.first) - 1

    def mean(self, values: Floats) -> Floats:
        """Mean over each page, given back to each of its sentences, shape of `values`."""
        if not len(values):
            return values
        sums = np.add.reduceat(values, self.first[:-1], axis=0)
        return np.asarray((sums / np.diff(self.first)[:, None])[self.page], np.float32)


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of sentences on one page that stand `distance` apart, as `(n_sentences - distance,)` columns.

    Attributes:
        distance: from the earlier sentence to the later, at least 1.
        together: whether both stand on one page.
        likeness: cosine of their topic vectors, 0 where not together.
    """

    distance: int
    together: NDArray[np.bool_]
    likeness: Floats

    def sums(self, weight: Floats, values: Floats) -> Floats:
        """For each sentence, the weighted values of both its partners, shape of `values`."""
        weighted = np.zeros_like(values)
        weighted[: -self.distance] = weight[:, None] * values[self.distance :]
        weighted[self.distance :] += weight[:, None] * values[: -self.distance]
        return weighted

    def columns(self, values: Floats) -> list[Floats]:
        """Values of the later and of the earlier partner, whether it is missing, and its likeness."""
        later = np.zeros((len(values), values.shape[1] + 2), np.float32)
        earlier = later.copy()
        later[:, -2] = earlier[:, -2] = 1
        own = np.column_stack([self.together, ~self.together, self.likeness])
        later[: -self.distance, -2:] = earlier[self.distance :, -2:] = own[:, 1:]
        later[: -self.distance, :-2] = own[:, :1] * values[self.distance :]
        earlier[self.distance :, :-2] = own[:, :1] * values[: -self.distance]
        return [later, earlier]


def _pairs(pages: Pages, topics: Floats, distance: int) -> Pairs:
    together = pages.page[distance:] == pages.page[:-distance]
    likeness = np.einsum("ij,ij->i", topics[:-distance], topics[distance:])
    return Pairs(distance, together, np.where(together, likeness, np.float32(0)))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + _TINY), np.float32)


def _mean_of_near(all_pairs: list[Pairs], values: Floats) -> Floats:
    """Mean over the sentence and its neighbours within `NEAR`."""
    sums, counts = values.copy(), np.ones((len(values), 1), np.float32)
    for pairs in all_pairs[:NEAR]:
        weight = pairs.together.astype(np.float32)
        sums += pairs.sums(weight, values)
        counts += pairs.sums(weight, np.ones_like(counts))
    return sums / counts


def _mean_of_alike(all_pairs: list[Pairs], values: Floats) -> Floats:
    """Mean over the neighbours within `ATTENTION_RADIUS`, weighted by likeness and nearness."""
    sums, weights = np.zeros_like(values), np.full((len(values), 1), _TINY)
    for pairs in all_pairs:
        closeness = _ATTENTION_SHARPNESS * pairs.likeness - np.float32(pairs.distance / _ATTENTION_DECAY)
        weight = np.where(pairs.together, np.exp(closeness), np.float32(0))
        sums += pairs.sums(weight, values)
        weights += pairs.sums(weight, np.ones_like(weights))
    return sums / weights


def _coherence(pages: Pages, all_pairs: list[Pairs], log_proba: Floats, topics: Floats) -> Floats:
    """How much of one piece the page is: means over the page, and the sentence's likeness to it."""
    proba, mean_topic = np.exp(log_proba), pages.mean(topics)
    guess, last = log_proba.argmax(axis=1), len(log_proba) - 1
    entropy = -(proba * log_proba).sum(axis=1)
    steps = np.zeros((len(log_proba), 2), np.float32)
    steps[1:, 0] = guess[1:] != guess[:last]
    steps[1:, 1] = (proba[1:] * (log_proba[1:] - log_proba[:last])).sum(axis=1)
    steps[pages.first[:-1]] = 0
    likeness = [pairs.sums(pairs.likeness, np.ones((len(proba), 1), np.float32)) for pairs in all_pairs[:RADIUS]]
    page_proba = pages.mean(proba)
    page_entropy = -(page_proba * np.log(page_proba + _TINY)).sum(axis=1)
    own = [(topics * mean_topic).sum(axis=1), (mean_topic**2).sum(axis=1), page_entropy]
    means = pages.mean(np.column_stack([entropy, steps, likeness[0], likeness[-1]]))
    return np.column_stack([means, *own, page_proba])


@dataclass(frozen=True, slots=True)
class InputLayout:
    """Which columns of `context_rows` say what.

    Attributes:
        own: the sentence's log-probabilities.
        look: what it looks like.
        neighbours: by distance, negative before the sentence: the neighbour's log-probabilities, whether it is
            missing, and its likeness.
        page: means over the page and over parts of it, and coherence.
    """

    own: slice
    look: slice
    neighbours: Mapping[int, slice]
    page: slice

    def missing(self, distance: int) -> int:
        """The column that is one where there is no neighbour at that distance."""
        return int(self.neighbours[distance].stop) - 2


def input_layout(n_classes: int, n_surface: int) -> InputLayout:
    own, look = slice(0, n_classes), slice(n_classes, n_classes + n_surface)
    distances = [sign * distance for distance in range(1, RADIUS + 1) for sign in (1, -1)]
    width = n_classes + 2
    starts = range(look.stop, look.stop + width * len(distances), width)
    neighbours = {distance: slice(at, at + width) for distance, at in zip(distances, starts, strict=True)}
    return InputLayout(own, look, neighbours, slice(look.stop + width * len(distances), None))


def n_context_columns(n_classes: int, n_surface: int) -> int:
    """How many columns `context_rows` has."""
    n_means, n_coherence = 3 * n_classes, 8 + n_classes
    return int(input_layout(n_classes, n_surface).page.start) + n_means + n_coherence


def context_rows(log_proba: Floats, topics: Floats, surface: Floats, numbers: NDArray[np.int64]) -> Floats:
    """The second stage's inputs.

    Args:
        log_proba: first-stage log-probabilities, `(n_sentences, n_classes)`.
        topics: topic vectors, `(n_sentences, n_components)`.
        surface: what each sentence looks like, `(n_sentences, n_surface)`.
        numbers: page number of each sentence, `(n_sentences,)`; the sentences of a page stand together.

    Returns:
        Float32, `(n_sentences, n_inputs)`; a row depends on its own page only, to the bit.
    """
    pages, topics = Pages.from_numbers(numbers), _unit(topics)
    all_pairs = [_pairs(pages, topics, distance) for distance in range(1, ATTENTION_RADIUS + 1)]
    columns = [
        log_proba,
        surface,
        *(column for pairs in all_pairs[:RADIUS] for column in pairs.columns(log_proba)),
        pages.mean(log_proba),
        _mean_of_near(all_pairs, log_proba),
        _mean_of_alike(all_pairs, log_proba),
        _coherence(pages, all_pairs, log_proba, topics),
    ]
    return np.hstack(columns).astype(np.float32, copy=False)
