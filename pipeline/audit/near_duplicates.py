"""Texts that say nearly the same: Jaccard likeness of their character 5-grams, candidates found by MinHash.

Case, digits and punctuation do not count. 64 permutations in 16 bands of 4 find a pair of likeness 0.7 with
a probability of 0.988, of 0.8 with 0.9998, in time linear in the number of texts (Broder, 1997; Leskovec, Rajaraman &
Ullman, Mining of Massive Datasets, ch. 3); what they find is compared exactly.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.content_hashes import mixed

LIKENESS: Final = 0.7
"""Texts at least so alike are near-duplicates."""

_NGRAM: Final = 5
_LONGEST: Final = 2_000
_BANDS: Final = 16
_ROWS: Final = 4
_DIGITS: Final = re.compile(r"\d+")
_OTHER: Final = re.compile(r"[\W_]+")
_MULTIPLIER: Final = np.uint64(0x100000001B3)


def normalised(text: str) -> str:
    """Text without case, digits and punctuation; as it is, if nothing is left."""
    plain = _OTHER.sub(" ", _DIGITS.sub("0", text[:_LONGEST].casefold())).strip()
    return plain or text[:_LONGEST]


def shingles(text: str) -> NDArray[np.uint64]:
    """Distinct hashes of the character 5-grams of a normalised text, sorted; of a shorter text, its own."""
    points = np.frombuffer(f"{normalised(text):<{_NGRAM}}".encode("utf-32-le", "surrogatepass"), np.uint32)
    windows = np.lib.stride_tricks.sliding_window_view(points.astype(np.uint64), _NGRAM)
    codes = np.zeros(len(windows), np.uint64)
    for column in windows.T:
        codes = codes * _MULTIPLIER + column
    return np.unique(mixed(codes))


def likeness(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    """Jaccard likeness of two sets of shingles."""
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / (len(first) + len(second) - shared)


class NearDuplicates:
    """Texts seen so far, in which near-duplicates are found."""

    def __init__(self) -> None:
        self._seen: list[NDArray[np.uint64]] = []
        self._by_band: defaultdict[tuple[int, bytes], list[int]] = defaultdict(list)
        # Fixed: which texts are near-duplicates must not change from run to run.
        self._permutations = mixed(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64))

    def add(self, text: str) -> bool:
        """Take in a text unless it is a near-duplicate of one that was; say whether it was taken in."""
        own = shingles(text)
        keys = list(self._keys(own))
        candidates = {number for key in keys for number in self._by_band.get(key, ())}
        if any(likeness(own, self._seen[number]) >= LIKENESS for number in candidates):
            return False
        for key in keys:
            self._by_band[key].append(len(self._seen))
        self._seen.append(own)
        return True

    def _keys(self, own: NDArray[np.uint64]) -> Iterator[tuple[int, bytes]]:
        smallest = mixed(own[None, :] ^ self._permutations[:, None]).min(axis=1).reshape(_BANDS, _ROWS)
        return ((band, row.tobytes()) for band, row in enumerate(smallest))
