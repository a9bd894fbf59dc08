from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_batches import Row, batch, one_page, page_rows

from pipeline.audit.compare import ChangedSentence, Comparer, Comparison, aligned
from pipeline.errors import UsageError


def compare(one: Sequence[Row], two: Sequence[Row]) -> tuple[Comparison, list[ChangedSentence]]:
    comparer = Comparer("small@1", "large@2")
    changed = list(comparer.add(one_page(*one), one_page(*two)))
    return comparer.comparison(), changed


def test_changes_are_counted_from_label_to_label() -> None:
    one = [Row("a", "news"), Row("b", "news"), Row("c", "noise"), Row("d", "noise")]
    two = [Row("a", "news"), Row("b", "noise"), Row("c", "news"), Row("d", "noise")]
    comparison, _ = compare(one, two)
    assert comparison.counts == ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 1))
    assert [(change.label, change.other_label, change.count) for change in comparison.changes] == [
        ("news", "noise", 1),
        ("noise", "news", 1),
    ]
    assert (comparison.n_sentences, comparison.n_changed) == (4, 2)


def test_a_changed_sentence_keeps_its_place_and_both_verdicts() -> None:
    _, changed = compare([Row("a"), Row("bcd", "news", 0.75)], [Row("a"), Row("bcd", "treatment", 0.5)])
    assert changed == [
        ChangedSentence("page", "", 1, 2, 5, "bcd", "news", 0.75, other_label="treatment", other_score=0.5)
    ]


def test_examples_are_distinct_and_those_first_of_which_the_other_model_is_surest() -> None:
    words = ["sure", "surer", "surest", "surest"]
    one = [Row(word, "news", 0.5) for word in words]
    two = [Row(word, "noise", score) for word, score in zip(words, (0.6, 0.8, 0.9, 0.95), strict=True)]
    (change,) = compare(one, two)[0].changes
    assert [(example.text, example.other_score) for example in change.examples] == [
        ("surest", 0.95),
        ("surer", 0.8),
        ("sure", 0.6),
    ]


def test_the_most_frequent_change_comes_first() -> None:
    one = [Row("a", "news"), Row("b", "treatment"), Row("c", "treatment")]
    two = [Row(row.text, "noise") for row in one]
    assert [change.label for change in compare(one, two)[0].changes] == ["treatment", "news"]


def test_equal_models_change_nothing() -> None:
    comparison, changed = compare([Row("a")], [Row("a")])
    assert (comparison.changes, changed) == ((), [])


def test_the_result_can_be_written_as_json() -> None:
    comparison, _ = compare([Row("a", "news")], [Row("a", "noise")])
    written = comparison.as_json()
    assert (written["sentences"], written["changed"], written["model"], written["other"]) == (
        1,
        1,
        "small@1",
        "large@2",
    )


@given(st.lists(st.integers(0, 4), max_size=8), st.randoms())
def test_streams_are_cut_into_equal_parts_without_loss(sizes: list[int], random: Random) -> None:
    rows = batch(page_rows("page", [Row(str(number)) for number in range(sum(sizes))]))
    cuts = [sum(sizes[:number]) for number in range(len(sizes))]
    one = [rows.slice(first, size) for first, size in zip(cuts, sizes, strict=True)]
    at_once = random.randint(1, 5)
    two = [rows.slice(first, at_once) for first in range(0, rows.num_rows, at_once)]
    pairs = list(aligned(one, two))
    for side in (0, 1):
        joined = [pair[side] for pair in pairs]
        assert [row for part in joined for row in part.to_pylist()] == rows.to_pylist()


@pytest.mark.parametrize("others", [[Row("a")], [Row("a"), Row("b"), Row("c")], []])
def test_pages_that_have_changed_cannot_be_compared(others: list[Row]) -> None:
    other = [one_page(*others)] if others else []
    with pytest.raises(UsageError, match="the pages have changed since the run"):
        list(aligned([one_page(Row("a"), Row("b"))], other))


def test_sentences_that_stand_elsewhere_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="the pages have changed since the run"):
        compare([Row("a"), Row("b")], [Row("aa"), Row("b")])
