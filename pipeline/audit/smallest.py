"""The items with the smallest ranks of a long stream, each identity once, in bounded memory."""

from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar

Item = TypeVar("Item")

Rank: TypeAlias = tuple[float, int]
"""What is compared, and what settles ties."""

_SLACK: Final = 2


class SmallestDistinct(Generic[Item]):
    """Keeps `size` items; what is kept does not depend on the order in which they are offered.

    Args:
        size: items kept, at least 1.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.limit: Rank = (float("inf"), 0)
        """No rank that is not below it can be among the smallest."""
        self._kept: dict[int, tuple[Rank, Item]] = {}

    def offer(self, identity: int, rank: Rank, make: Callable[[], Item]) -> None:
        """Take an item into account; of one identity the smallest rank counts.

        Args:
            identity: 64-bit number, such as a hash.
            rank: distinct for distinct identities.
            make: called if the item is kept for now.
        """
        known = self._kept.get(identity)
        if rank >= self.limit or (known is not None and known[0] <= rank):
            return
        self._kept[identity] = (rank, make())
        if len(self._kept) > _SLACK * self.size:
            self._shrink()

    def items(self) -> list[Item]:
        """The items kept, by rank."""
        return [item for _, item in sorted(self._kept.values(), key=lambda entry: entry[0])[: self.size]]

    def _shrink(self) -> None:
        ranked = sorted(self._kept.items(), key=lambda entry: entry[1][0])[: self.size]
        self._kept = dict(ranked)
        self.limit = ranked[-1][1][0]
