import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_batches import Row, one_page

from pipeline.audit.strata import Stratum, allocate, strata_names, stratum_of
from pipeline.schema import WANTED_LABELS


@pytest.mark.parametrize(
    ("row", "kept", "doubt_from"),
    [
        (Row("a", "news", 0.99), True, 0),
        (Row("a", "news", 0.95), True, 0.02),
        (Row("a", "news", 0.75), True, 0.1),
        (Row("a", "news", 0.5), True, 0.3),
        (Row("a", "noise", 0.99), False, 0),
        (Row("a", "noise", 0.5), False, 0.3),
        (Row("a", "news", 0.5, uncertain=True), False, 0.3),
    ],
)
def test_a_stratum_is_the_decision_and_how_doubtful_it_is(row: Row, kept: bool, doubt_from: float) -> None:  # noqa: FBT001 - a parameter of the test
    (number,), (doubt,) = stratum_of(one_page(row), WANTED_LABELS)
    assert strata_names()[number][:2] == (kept, doubt_from)
    assert doubt_from <= doubt <= strata_names()[number][2]


def test_what_is_wanted_is_what_is_kept() -> None:
    (number,), (doubt,) = stratum_of(one_page(Row("a", "news", 0.75)), ["treatment"])
    assert (strata_names()[number], doubt) == ((False, 0.0, 0.02), 0)


def stratum(n_sentences: int, mean_doubt: float) -> Stratum:
    return Stratum(True, 0, 1, n_sentences, 10 * n_sentences, mean_doubt)


def test_labels_go_where_size_and_doubt_are_large() -> None:
    assert allocate([stratum(1000, 0.5), stratum(1000, 0.1), stratum(100, 0.5)], 100) == [55, 35, 10]


def test_a_stratum_of_which_the_model_is_sure_gets_some_labels_too() -> None:
    assert allocate([stratum(1000, 0.5), stratum(1000, 0)], 100) == [95, 5]


def test_a_small_stratum_is_labelled_through() -> None:
    assert allocate([stratum(3, 0.5), stratum(1000, 0.5), stratum(0, 0)], 100) == [3, 97, 0]


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=8), st.integers(50, 500))
def test_as_many_labels_are_spread_as_wanted_or_there_are_sentences(sizes: list[tuple[int, float]], n: int) -> None:
    strata = [stratum(size, doubt) for size, doubt in sizes]
    chosen = allocate(strata, n)
    assert sum(chosen) == min(n, sum(size for size, _ in sizes))
    assert all(0 <= number <= size for number, (size, _) in zip(chosen, sizes, strict=True))
