"""A second stage of random weights without biases."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.networks import Networks
from pipeline.classifier.passage import N_VIEWS, PassageReader
from pipeline.classifier.second_stage import SecondStage

N_DENSE: Final = 3
N_CONTEXT: Final = 2
N_CLASSES: Final = 3
N_NETWORKS: Final = 2
N_UNITS: Final = 6


def random_rows(n_rows: int, n_columns: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n_rows, n_columns)).astype(np.float32)


def random_networks(random: np.random.Generator) -> Networks:
    return Networks(
        np.zeros(N_CONTEXT, np.float32),
        np.ones(N_CONTEXT, np.float32),
        random.standard_normal((N_NETWORKS, N_CONTEXT, N_UNITS)).astype(np.float32),
        np.zeros((N_NETWORKS, N_UNITS), np.float32),
        random.standard_normal((N_NETWORKS, N_UNITS, N_CLASSES)).astype(np.float32),
        np.zeros((N_NETWORKS, N_CLASSES), np.float32),
    )


def passage_reader(seed: int) -> PassageReader:
    random = np.random.default_rng(seed)
    views = random.standard_normal((N_VIEWS, N_DENSE, N_NETWORKS, N_UNITS)).astype(np.float32)
    return PassageReader(np.zeros(N_DENSE, np.float32), np.full(N_DENSE, 2, np.float32), views, random_networks(random))


def constant_gate(bias: float) -> Networks:
    """It says of every sentence that it stands on a page of one piece, with this logit."""
    nothing = np.zeros((1, N_CONTEXT, 1), np.float32)
    output_bias = np.array([[0, bias]], np.float32)
    zero, one = nothing[0, :, 0], nothing[0, :, 0] + 1
    return Networks(zero, one, nothing, nothing[:, 0], np.zeros((1, 1, 2), np.float32), output_bias)


def second_stage(seed: int, gate_bias: float) -> SecondStage:
    spliced = random_networks(np.random.default_rng(seed + 100))
    return SecondStage(passage_reader(seed), spliced, constant_gate(gate_bias))
