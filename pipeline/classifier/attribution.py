"""How much every input adds to the logit of a label: signed, exact, without a remainder.

A perceptron of rectified units is linear wherever the same units are active, so a sentence's logit is its gradient
times its input plus what the biases bring. On such networks gradient times input equals epsilon-LRP, and but for the
biases DeepLIFT with a baseline of zero (Ancona et al., ICLR 2018). Inputs are standardised: a weight counts against the
average training sentence. The first stage's two readers are taken apart in the same way before their normalisers, so
what their log-probabilities add is split further between the columns they read. The gate between the second stage's
readers is taken as it stands.

The logit that is taken apart is a label's mean over the networks minus the mean of the other labels': a number that is
added to all labels' logits changes no probability, and no weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from pipeline.classifier.context import Floats, InputLayout, input_layout
from pipeline.classifier.networks import Networks, fixed_inputs, fixed_weights
from pipeline.classifier.passage import Surroundings
from pipeline.classifier.passage_attribution import PassageParts, passage_parts
from pipeline.classifier.stages import FittedStages, StageInputs


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the columns of the first stage add: `rows[s, c] * pull[s] @ push[c]`, and `vectors[s] * steepness[s]`.

    Attributes:
        rows: weighted n-grams, `(n_sentences, n_columns)`.
        pull: gradient by the sentence's own log-probabilities, `(n_sentences, n_classes)`.
        push: their weights, the mean over the classes taken off, `(n_columns, n_classes)`.
        vectors: word vectors, `(n_sentences, n_dense)`.
        steepness: gradient by the vectors, `(n_sentences, n_dense)`.
    """

    rows: sp.csr_matrix
    pull: NDArray[np.float64]
    push: NDArray[np.float64]
    vectors: Floats
    steepness: NDArray[np.float64]

    def total(self) -> NDArray[np.float64]:
        of_ngrams = _row_products(self.rows @ self.push, self.pull)
        return np.asarray(of_ngrams + _row_products(self.vectors, self.steepness))

    def of_entries(self, row: NDArray[np.int32], column: NDArray[np.int64]) -> NDArray[np.float64]:
        """What single entries of `rows` add, shape of `row`."""
        if not len(row):
            return np.empty(0)  # scipy would answer with a matrix
        values = np.asarray(self.rows[row, column], np.float64).ravel()
        return values * _row_products(self.pull[row], self.push[column])

    def of_vectors(self, row: NDArray[np.int64], vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """What parts of the word vectors, `(n_parts, n_dense)`, add to the sentences `row`, `(n_parts,)`."""
        return _row_products(vectors, self.steepness[row])


@dataclass(frozen=True, slots=True)
class Attribution:
    """Weights that add up to the logit of each sentence's label, all `(n_sentences,)`; positive ones speak for it.

    Attributes:
        logit: logit of the label minus the mean logit of the others.
        words: what the sentence's own n-grams and word vectors add.
        neighbours: their words, looks and likely labels, by distance, negative before the sentence; zero where there
            is none.
        page: means over the page and parts of it, its coherence, and where it begins and ends.
        look: what the sentence looks like.
        rest: biases, the first stage's intercepts and normaliser, and rounding.
    """

    logit: NDArray[np.float64]
    words: OwnWords
    neighbours: Mapping[int, NDArray[np.float64]]
    page: NDArray[np.float64]
    look: NDArray[np.float64]
    rest: NDArray[np.float64]


def attribute(
    classifier: FittedStages, X: sp.csr_matrix, target: NDArray[np.intp], *, pages: ArrayLike | None = None
) -> Attribution:
    """Take the logits of `target` apart.

    Args:
        classifier: fitted.
        X: feature rows, as in `predict_proba`.
        target: index into `classes_` of the label to explain, `(n_sentences,)`.
        pages: as in `predict_proba`.
    """
    n_classes = len(classifier.classes_)
    read = classifier.stage_inputs(X, pages=pages)
    # Whole numbers keep the products below exact, so that a page's weights do not depend on the batch.
    contrast = np.where(np.arange(n_classes) == target[:, None], n_classes - 1.0, -1.0)
    parts = _second_stage_parts(classifier, read, contrast)
    layout = input_layout(n_classes, classifier.n_surface)
    words, own_look = _first_stage_parts(classifier, read, parts.steepness[:, layout.own], parts.passage)
    neighbours, edges = _neighbours(parts.weights, read.context, layout)
    logits = classifier.second_.logits(read.context, read.added, read.page)
    by_first_stage = parts.weights[:, layout.own].sum(axis=1)
    return Attribution(
        logit=_row_products(logits, contrast) / (n_classes - 1),
        words=words,
        neighbours={distance: weight + parts.passage.neighbours[distance] for distance, weight in neighbours.items()},
        page=parts.weights[:, layout.page].sum(axis=1) + edges + parts.passage.page,
        look=parts.weights[:, layout.look].sum(axis=1) + own_look,
        rest=parts.constant + by_first_stage - words.total() - own_look - parts.passage.around(),
    )


@dataclass(frozen=True, slots=True)
class _SecondStageParts:
    """What the context adds, its gradient, what the words around add, and what is left with the words in it."""

    weights: NDArray[np.float64]
    steepness: NDArray[np.float64]
    passage: PassageParts
    constant: NDArray[np.float64]


def _second_stage_parts(
    classifier: FittedStages, read: StageInputs, contrast: NDArray[np.float64]
) -> _SecondStageParts:
    reader, scale = classifier.second_.passage, contrast.shape[1] - 1
    share = classifier.second_.whole_share(read.context) / scale
    views = reader.by_view(read.added, Surroundings.of(read.page))
    whole = _linear_part(reader.networks, read.context, contrast, reader.to_hidden_units(views))
    apart = _linear_part(classifier.second_.spliced, read.context, contrast)
    passage = passage_parts(reader, read.dense, classifier.n_dense, read.page, whole.reach)
    return _SecondStageParts(
        weights=share * whole.weights + (1 / scale - share) * apart.weights,
        steepness=share * whole.steepness + (1 / scale - share) * apart.steepness,
        passage=passage.times(share[:, 0] / len(whole.reach)),
        constant=share[:, 0] * whole.constant + (1 / scale - share[:, 0]) * apart.constant,
    )


def _first_stage_parts(
    classifier: FittedStages, read: StageInputs, pull: NDArray[np.float64], passage: PassageParts
) -> tuple[OwnWords, NDArray[np.float64]]:
    """What n-grams and vectors add by way of the readers, and what the look adds, `(n_sentences,)`."""
    networks, n_dense = classifier.first_.networks, classifier.n_dense
    coef = classifier.first_.linear.coef.astype(np.float64)
    push = (coef - coef.mean(axis=1, keepdims=True)) / (1 if networks is None else 2)
    n_columns = len(push) - n_dense
    steepness, look = passage.steepness + _by_column(pull, push[n_columns:]), passage.look
    if networks is not None:
        contrast = fixed_inputs(pull - pull.mean(axis=1, keepdims=True))
        part = _linear_part(networks, read.dense, contrast)
        steepness = steepness + part.steepness[:, :n_dense] / 2
        look = look + part.weights[:, n_dense:].sum(axis=1) / 2
    words = OwnWords(read.rows[:, :n_columns], pull, push[:n_columns], read.dense[:, :n_dense], steepness)
    return words, look


def _by_column(pull: NDArray[np.float64], push: NDArray[np.float64]) -> NDArray[np.float64]:
    """`pull @ push.T`, class by class: a matrix product would round a row by the rows beside it."""
    product = np.zeros((len(pull), len(push)))
    for of_class in range(pull.shape[1]):
        product += pull[:, of_class, None] * push[:, of_class]
    return product


@dataclass(frozen=True, slots=True)
class _LinearPart:
    """Networks where the units that are active stay so: the mean contrast of their logits.

    Attributes:
        reach: gradient by what each hidden unit gets, `(n_networks, n_sentences, n_units)`, of the sum over networks.
        steepness: gradient by the inputs, `(n_sentences, n_inputs)`.
        weights: what the inputs add, `(n_sentences, n_inputs)`.
        constant: what the rest adds, `(n_sentences,)`.
    """

    reach: NDArray[np.float64]
    steepness: NDArray[np.float64]
    weights: NDArray[np.float64]
    constant: NDArray[np.float64]


def _linear_part(
    networks: Networks, inputs: Floats, contrast: NDArray[np.float64], more: Floats | float = 0.0
) -> _LinearPart:
    """Take the mean contrast between the logits apart; `more` as in `Networks.hidden_units`."""
    standardised = networks.standardised(inputs)
    hidden = networks.hidden_units(standardised, more)
    first, second = fixed_weights(networks.hidden), fixed_weights(networks.output)
    reach = np.where(hidden > 0, contrast @ second.transpose(0, 2, 1), 0)
    gradient = (reach @ first.transpose(0, 2, 1)).mean(axis=0)
    beyond_inputs = fixed_inputs(hidden) - fixed_inputs(standardised) @ first
    constants = (reach * beyond_inputs).sum(axis=2) + (contrast * networks.output_bias[:, None]).sum(axis=2)
    weights = gradient * fixed_inputs(standardised)
    return _LinearPart(reach, gradient / networks.scale, weights, constants.mean(axis=0))


def _neighbours(
    weights: NDArray[np.float64], inputs: Floats, layout: InputLayout
) -> tuple[dict[int, NDArray[np.float64]], NDArray[np.float64]]:
    """What neighbours add by distance, and what it adds that some are missing."""
    neighbours, edges = {}, np.zeros(len(weights))
    for distance, columns in layout.neighbours.items():
        weight, missing = weights[:, columns].sum(axis=1), inputs[:, layout.missing(distance)] > 0
        neighbours[distance] = np.where(missing, 0, weight)
        edges += np.where(missing, weight, 0)
    return neighbours, edges


def _row_products(left: Floats | NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((left * right).sum(axis=1))
