"""Small neural networks: dense rows -> logits. The first stage reads word vectors with them, the second the context.

Several scikit-learn perceptrons that differ in their random start are averaged: their logits, so that a sentence has
one logit for each class, which an explanation can take apart. Prediction is numpy in fixed point: a floating-point
matrix product rounds a row differently when other rows stand beside it, and a page's result must not depend on what
else is in the batch.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.context import Floats
from pipeline.classifier.softmax import softmax

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier

ABSENT_LOGIT: Final = -20.0
"""Of a class that no training row has: a probability near zero."""

_BATCH_SIZE: Final = 512
_LEAST_STEPS: Final = 200
"""Of a solver; few rows are passed over more often than `epochs`, or nothing would be learned of them."""
_INPUT_UNIT: Final = 2.0**-12
_WEIGHT_UNIT: Final = 2.0**-14
_LARGEST_INPUT: Final = 2.0**8
_CONSTANT: Final = 1e-6


def fixed_inputs(values: Floats | NDArray[np.float64]) -> NDArray[np.float64]:
    """Values as the networks read them: to 2^-12, between -2^8 and 2^8."""
    fixed = np.array(values, np.float64)
    np.clip(fixed, -_LARGEST_INPUT, _LARGEST_INPUT, out=fixed)
    fixed /= _INPUT_UNIT
    np.rint(fixed, out=fixed)
    fixed *= _INPUT_UNIT
    return fixed


def fixed_weights(values: Floats) -> NDArray[np.float64]:
    """Weights as the networks use them: to 2^-14."""
    return np.rint(np.asarray(values, np.float64) / _WEIGHT_UNIT) * _WEIGHT_UNIT


def exact_product(inputs: Floats | NDArray[np.float64], weights: Floats) -> NDArray[np.float64]:
    """`inputs @ weights` in fixed point.

    Sums of such products are whole numbers of 2^-26 and below 2^27, which double precision holds exactly whatever the
    order of summation, so a row does not depend on the rows beside it, on the number of threads or on the BLAS.
    """
    return np.asarray(fixed_inputs(inputs) @ fixed_weights(weights))


@dataclass(frozen=True, slots=True)
class Networks:
    """Perceptrons with one hidden layer each, side by side.

    Attributes:
        mean, scale: standardisation of the inputs, `(n_inputs,)`.
        hidden: `(n_networks, n_inputs, n_units)`.
        hidden_bias: `(n_networks, n_units)`.
        output: `(n_networks, n_units, n_classes)`.
        output_bias: `(n_networks, n_classes)`.
    """

    mean: Floats
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def standardised(self, inputs: Floats) -> Floats:
        """Inputs with mean zero and variance one over the training rows, shape of `inputs`."""
        return (inputs - self.mean) / self.scale

    def hidden_units(self, standardised: Floats, more: Floats | float = 0.0) -> NDArray[np.float64]:
        """What the hidden units hand on, `(n_networks, n_sentences, n_units)`; `more` is added to what they get."""
        return np.maximum(exact_product(standardised, self.hidden) + self.hidden_bias[:, None] + more, 0)

    def logits(self, inputs: Floats, more: Floats | float = 0.0) -> NDArray[np.float64]:
        """Mean logits over the networks, `(n_sentences, n_classes)`; `more` as in `hidden_units`."""
        hidden = self.hidden_units(self.standardised(inputs), more)
        logits = exact_product(hidden, self.output) + self.output_bias[:, None]
        return np.asarray(logits.mean(axis=0))

    def predict_proba(self, inputs: Floats) -> Floats:
        """Softmax of the mean logits, `(n_sentences, n_classes)`."""
        return np.asarray(softmax(self.logits(inputs)), np.float32)


def standardisation(inputs: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of each column, `(n_inputs,)`; one in place of the deviation of a column without any."""
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale[scale < _CONSTANT] = 1
    return mean, scale


def fit_networks(
    inputs: Floats,
    y: NDArray[np.int64],
    sample_weight: Floats,
    n_classes: int,
    *,
    n_networks: int,
    hidden_units: int,
    alpha: float,
    epochs: int,
    n_jobs: int | None,
    random_state: np.random.RandomState,
) -> Networks:
    """Fit `n_networks` perceptrons on all rows, each from its own random start."""
    from joblib import Parallel, delayed  # noqa: PLC0415 - only fitting waits for joblib
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - only fitting waits for scikit-learn

    mean, scale = standardisation(inputs)
    standard = (inputs - mean) / scale
    seeds = random_state.randint(np.iinfo(np.int32).max, size=n_networks)

    def fit(seed: int) -> tuple[Floats, ...]:
        batch_size = min(_BATCH_SIZE, len(y))
        passes = max(epochs, math.ceil(_LEAST_STEPS * batch_size / len(y)))
        perceptron = MLPClassifier(
            (hidden_units,), alpha=alpha, max_iter=passes, batch_size=batch_size, random_state=seed
        )
        return _arrays_of(perceptron.fit(standard, y, sample_weight), n_classes)

    fitted = Parallel(n_jobs, prefer="threads")(map(delayed(fit), seeds))
    return Networks(mean, scale, *(np.stack(arrays) for arrays in zip(*fitted, strict=True)))


def _arrays_of(perceptron: "MLPClassifier", n_classes: int) -> tuple[Floats, ...]:
    """Hidden weights and biases, output weights and biases; one output per class, also for absent ones."""
    (hidden, output), (hidden_bias, output_bias) = perceptron.coefs_, perceptron.intercepts_
    if output.shape[1] == 1:  # scikit-learn gives two classes one logistic output
        output = np.hstack([-output / 2, output / 2])
        output_bias = np.concatenate([-output_bias / 2, output_bias / 2])
    all_output = np.zeros((hidden.shape[1], n_classes), np.float32)
    all_bias = np.full(n_classes, ABSENT_LOGIT, np.float32)
    all_output[:, perceptron.classes_], all_bias[perceptron.classes_] = output, output_bias
    return hidden.astype(np.float32), hidden_bias.astype(np.float32), all_output, all_bias
