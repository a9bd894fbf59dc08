"""The learned part of the sentence boundaries: a weight for every column of `gaps`, most of them zero.

`boundary_weights.npz` holds plain arrays; `python -m pipeline.commands.segmentation fit` writes it.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.preprocess.gaps import N_COLUMNS

WEIGHTS_FILE: Final = "boundary_weights.npz"


@dataclass(frozen=True, slots=True)
class BoundaryWeights:
    """Weights in whole numbers, all of one unknown unit.

    Attributes:
        weights: of every column, `(N_COLUMNS,)`.
        bias: what every gap has to begin with.
    """

    weights: NDArray[np.int8]
    bias: int

    def scores(self, columns: NDArray[np.int32]) -> NDArray[np.int32]:
        """How much speaks for a sentence beginning at gaps with these columns; above zero it does, `(n_gaps,)`."""
        return np.asarray(self.weights[columns].sum(axis=1, dtype=np.int32) + np.int32(self.bias), np.int32)

    def save(self, stream: BinaryIO) -> None:
        columns = np.flatnonzero(self.weights)
        steps = np.diff(columns, prepend=0).astype(np.uint32)  # small numbers compress well
        np.savez_compressed(stream, steps=steps, weights=self.weights[columns], bias=np.int32(self.bias))


def read_weights(stream: BinaryIO) -> BoundaryWeights:
    """Read what `BoundaryWeights.save` has written."""
    with np.load(stream, allow_pickle=False) as arrays:
        weights = np.zeros(N_COLUMNS, np.int8)
        weights[np.cumsum(arrays["steps"], dtype=np.int64)] = arrays["weights"]
        return BoundaryWeights(weights, int(arrays["bias"]))


@cache
def shipped_weights() -> BoundaryWeights:
    """The weights that come with the package, read when they are first needed."""
    with files(__package__).joinpath(WEIGHTS_FILE).open("rb") as stream:
        return read_weights(cast("BinaryIO", stream))
