"""What grows as a run goes on: arrays to which rows are added at the end, and numbers given out in order."""

from collections.abc import Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)
Thing = TypeVar("Thing", bound=Hashable)


class GrowingArray(Generic[Scalar]):
    """Rows, of which there is always room for more: adding one takes the same time however many there are.

    Args:
        rows: the first ones, `(n_rows, ...)`.
    """

    def __init__(self, rows: NDArray[Scalar]) -> None:
        self._room = rows
        self._length = len(rows)

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Scalar]:
        """All rows, to be read until the next are added."""
        return self._room[: self._length]

    @property
    def n_bytes(self) -> int:
        return self._room.nbytes

    def extend(self, rows: NDArray[Scalar]) -> None:
        length = self._length + len(rows)
        if length > len(self._room):
            room = np.empty((max(length, 2 * len(self._room)), *rows.shape[1:]), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : length] = rows
        self._length = length


class Numbers(dict[Thing, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: Thing) -> int:
        number = self[thing] = len(self)
        return number

    def of(self, things: Sequence[Thing]) -> tuple[NDArray[np.int64], list[Thing]]:
        """The number of each thing, `(n_things,)`, and those that are new, in the order of their numbers."""
        n_before = len(self)
        numbers = np.fromiter(map(self.__getitem__, things), np.int64, len(things))
        return numbers, list(islice(reversed(self), len(self) - n_before))[::-1]
