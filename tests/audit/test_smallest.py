from functools import partial
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.smallest import SmallestDistinct

offers = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), max_size=60)


def pair(identity: int, value: int) -> tuple[int, int]:
    return identity, value


def kept(entries: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    smallest: SmallestDistinct[tuple[int, int]] = SmallestDistinct(size)
    for identity, value in entries:
        smallest.offer(identity, (value, identity), partial(pair, identity, value))
    return smallest.items()


@given(offers, st.integers(1, 5))
def test_the_smallest_of_each_identity_are_kept(entries: list[tuple[int, int]], size: int) -> None:
    best: dict[int, int] = {}
    for identity, value in entries:
        best[identity] = min(value, best.get(identity, value))
    ranked = sorted(best.items(), key=lambda item: (item[1], item[0]))
    assert kept(entries, size) == ranked[:size]


@given(offers, st.randoms())
def test_the_order_does_not_matter(entries: list[tuple[int, int]], random: Random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert kept(shuffled, 3) == kept(entries, 3)


def test_memory_is_bounded_and_what_cannot_be_kept_is_not_made() -> None:
    smallest: SmallestDistinct[int] = SmallestDistinct(2)
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    for number in range(1000):
        smallest.offer(number, (number, 0), partial(make, number))
    assert made == [0, 1, 2, 3, 4]
    assert smallest.items() == [0, 1]
