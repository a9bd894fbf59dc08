"""The strata of an audit: kept or removed, and how likely the model itself holds that to be wrong.

The errors of a calibrated model are mostly where it doubts, so strata by doubt have less variance inside than kept and
removed sentences as a whole, and labels go where they tell most (Neyman allocation, JRSS 1934).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # the same
from numpy.typing import NDArray

from pipeline.schema import LABELS

DOUBT_EDGES: Final = (0.02, 0.1, 0.3)
"""Between bands of doubt: the probability that a kept sentence is unwanted, or a removed one wanted."""

N_BANDS: Final = len(DOUBT_EDGES) + 1
N_STRATA: Final = 2 * N_BANDS

COLUMNS: Final = ("label", "uncertain", *(f"p_{label}" for label in LABELS))
"""What `stratum_of` reads."""

_LEAST_LABELS: Final = 5
_LEAST_SHARE: Final = 40
"""A stratum gets at least a fortieth of the labels, since even a calibrated model may be sure of what is wrong."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of a run.

    Attributes:
        kept: whether its sentences are in the cleaned documents.
        doubt_from: least probability that this is wrong.
        doubt_to: greatest.
        n_sentences: in the run.
        n_characters: in the run, in code points.
        mean_doubt: of its sentences.
    """

    kept: bool
    doubt_from: float
    doubt_to: float
    n_sentences: int
    n_characters: int
    mean_doubt: float

    @property
    def name(self) -> str:
        return f"{'kept' if self.kept else 'removed'}, doubt {self.doubt_from:g} to {self.doubt_to:g}"


def stratum_of(rows: pa.RecordBatch, keep: Collection[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Number of the stratum and doubt of every sentence, `(n_sentences,)`.

    Uncertain sentences are left out of cleaned documents: they count as removed.

    Args:
        rows: with `COLUMNS`, labels as plain strings.
        keep: labels that cleaned documents keep.
    """
    labelled = pc.is_in(rows["label"], value_set=pa.array(sorted(keep), pa.string())).to_numpy(zero_copy_only=False)
    kept = labelled & ~rows["uncertain"].to_numpy(zero_copy_only=False)
    wanted = np.sum([rows[f"p_{label}"].to_numpy().astype(np.float64) for label in sorted(keep)], axis=0)
    doubt = np.clip(np.where(kept, 1 - wanted, wanted), 0, 1)
    return np.searchsorted(DOUBT_EDGES, doubt, side="right") + np.where(kept, 0, N_BANDS), doubt


def allocate(strata: list[Stratum], n_labels: int) -> list[int]:
    """Labels for each stratum: by size and expected deviation, some for each, no more than it has sentences.

    Args:
        strata: all of them.
        n_labels: in sum, if the run has so many sentences; a few more if the least ones for each demand it.
    """
    size = np.array([stratum.n_sentences for stratum in strata])
    least = np.minimum(size, max(_LEAST_LABELS, n_labels // _LEAST_SHARE))
    doubt = np.array([stratum.mean_doubt for stratum in strata])
    weight = size * np.sqrt(doubt * (1 - doubt))
    chosen = least.copy()
    while (left := min(n_labels, int(size.sum())) - int(chosen.sum())) > 0:
        open_weight = np.where(chosen < size, np.maximum(weight, 1e-9), 0)
        given = np.minimum(size - chosen, np.floor(left * open_weight / open_weight.sum()).astype(int))
        if not given.any():
            given[np.lexsort((np.arange(len(size)), -open_weight))[:left]] = 1
            given = np.minimum(given, size - chosen)
        chosen += given
    return [int(number) for number in chosen]


def strata_names() -> list[tuple[bool, float, float]]:
    """Decision and limits of doubt of every stratum, in the order of `stratum_of`."""
    edges = (0.0, *DOUBT_EDGES, 1.0)
    return [(kept, edges[band], edges[band + 1]) for kept in (True, False) for band in range(N_BANDS)]
