import io
from pathlib import Path

import numpy as np

from pipeline.preprocess.boundary_weights import BoundaryWeights, read_weights, shipped_weights
from pipeline.preprocess.gaps import N_COLUMNS


def test_weights_are_read_as_they_were_written() -> None:
    weights = np.zeros(N_COLUMNS, np.int8)
    weights[[0, 7, N_COLUMNS - 1]] = 3, -4, 5
    stream = io.BytesIO()
    BoundaryWeights(weights, -6).save(stream)
    stream.seek(0)
    read = read_weights(stream)
    assert read.bias == -6
    assert np.array_equal(read.weights, weights)


def test_a_score_is_the_sum_of_weights_and_bias() -> None:
    weights = np.zeros(N_COLUMNS, np.int8)
    weights[[1, 2]] = 100
    assert BoundaryWeights(weights, -150).scores(np.array([[1, 2], [1, 1], [0, 1]])).tolist() == [50, 50, -50]


def test_the_shipped_weights_are_small_and_read_once() -> None:
    assert shipped_weights() is shipped_weights()
    folder = Path(__file__).parents[2] / "pipeline" / "preprocess"
    assert (folder / "boundary_weights.npz").stat().st_size < 50_000
