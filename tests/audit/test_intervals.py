import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.intervals import Interval, Shares, clopper_pearson, corrected_for_population, ratio

KEPT, REMOVED = slice(0, 2), slice(2, 4)


def array(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


# Newcombe, Statistics in Medicine 17 (1998), table I, method 5.
@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_the_interval_of_a_stratum_is_that_of_the_literature(hits: int, number: int, low: float, high: float) -> None:
    ends = clopper_pearson(array(hits / number), array(number))
    assert [float(end[0]) for end in ends] == pytest.approx([low, high], abs=5e-5)


def test_no_labels_tell_nothing_and_endless_ones_everything() -> None:
    low, high = clopper_pearson(array(0.5, 0.3), array(0, np.inf))
    assert (low.tolist(), high.tolist()) == ([0, 0.3], [1, 0.3])


def test_labels_tell_more_of_a_small_stratum_and_all_of_one_that_is_labelled_through() -> None:
    number = corrected_for_population(array(10, 10, 10, 0), array(10, 10, 10, 0), array(1e9, 19, 10, 0))
    assert number.tolist() == pytest.approx([10, 20, np.inf, 0])


def shares(total: float, share: float, n_labels: float) -> Shares:
    return Shares.of(array(total), array(total), array(share), array(n_labels))


def test_the_ratio_of_known_parts_is_known() -> None:
    interval = ratio(shares(100, 0.1, 100), shares(300, 0.3, 300))
    assert [interval.share, interval.low, interval.high] == pytest.approx([0.1, 0.1, 0.1])


def test_more_on_the_other_side_can_only_lower_the_share() -> None:
    part = Shares(array(100), array(0.5), array(0.5), array(0.5))
    other = Shares(array(100), array(0.5), array(0.5), array(0.9))
    interval = ratio(part, other)
    assert [interval.low, interval.high] == pytest.approx([50 / 140, 0.5])
    turned = ratio(other, part)
    assert [turned.low, turned.high] == pytest.approx([0.5, 90 / 140])


def test_nothing_wanted_anywhere_leaves_the_share_unknown() -> None:
    assert ratio(shares(100, 0, 50), shares(100, 0, 50)) == Interval(None, 0, 1)


def test_none_found_in_one_part_gives_a_limit_on_one_side() -> None:
    interval = ratio(shares(1e6, 0, 50), shares(1e6, 0.5, 50))
    assert (interval.share, interval.low) == (0, 0)
    assert 0.05 < interval.high < 0.25


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 50), st.integers(0, 50))
def test_the_limits_stand_around_the_share_between_0_and_1(one: float, two: float, n: int, m: int) -> None:
    interval = ratio(shares(1000, one, n), shares(500, two, m))
    if interval.share is not None:
        assert 0 <= interval.low <= interval.share + 1e-9
        assert interval.share - 1e-9 <= interval.high <= 1


@pytest.mark.parametrize(
    ("sizes", "wanted", "drawn"),
    [
        ((2000, 500, 6000, 800), (0.97, 0.6, 0.02, 0.4), (40, 60, 60, 60)),
        ((300, 200, 2000, 300), (0.95, 0.7, 0.01, 0.3), (20, 20, 40, 20)),
        ((6800, 3200, 58000, 7400), (0.998, 0.75, 0.001, 0.25), (50, 50, 150, 150)),
    ],
)
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(
    sizes: tuple[int, ...], wanted: tuple[float, ...], drawn: tuple[int, ...]
) -> None:
    """Samples without replacement from runs whose truth is known: two strata kept, two removed."""
    size, number = array(*sizes), array(*drawn)
    n_wanted = np.round(size * array(*wanted))
    truth = n_wanted[2:].sum() / n_wanted.sum()
    random = np.random.default_rng(3)
    found = random.hypergeometric(n_wanted.astype(int), (size - n_wanted).astype(int), drawn, (400, 4)) / number
    hits = 0
    for share in found:
        kept, removed = (Shares.of(size[part], size[part], share[part], number[part]) for part in (KEPT, REMOVED))
        interval = ratio(removed, kept)
        hits += interval.low <= truth <= interval.high
    assert 0.95 <= hits / len(found) < 1
