import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from labelled_pages import labelled_page

from pipeline.classifier.features import N_HASHED, N_SURFACE
from pipeline.training.table import NO_LABEL, unit_table

PAGES = [
    labelled_page("one", "alder", [("Rest well. Sleep.", "treatment"), ("Log in", None)]),
    labelled_page("two", "scrape", [("Log in", "noise"), ("It rained", "news")], origins=["birch", "cedar"]),
]


def test_a_unit_is_a_row_however_many_sentences_it_holds() -> None:
    table = unit_table(PAGES)
    assert len(table) == 4
    assert table.X.shape == (4, N_HASHED + N_SURFACE)
    assert table.text.tolist() == ["Rest well. Sleep.", "Log in", "Log in", "It rained"]


def test_labels_are_numbers_in_the_order_of_the_schema() -> None:
    assert unit_table(PAGES).label.tolist() == [0, NO_LABEL, 3, 2]


def test_a_row_knows_its_page_and_its_source() -> None:
    table = unit_table(PAGES)
    assert table.page.tolist() == [0, 0, 1, 1]
    assert table.source.tolist() == ["alder", "alder", "birch", "cedar"]
    assert table.spliced.tolist() == [False, False, True, True]


def test_the_same_text_gets_the_same_row_on_any_page() -> None:
    table = unit_table(PAGES)
    assert (table.X[1] != table.X[2]).nnz == 0


def test_rows_are_taken_in_the_order_asked_for() -> None:
    table = unit_table(PAGES).take(np.array([3, 0]))
    assert table.text.tolist() == ["It rained", "Rest well. Sleep."]
    assert table.label.tolist() == [2, 0]
    assert table.spliced.tolist() == [True, False]
    assert (unit_table(PAGES).X[[3, 0]] != table.X).nnz == 0


def test_labels_and_pages_are_replaced_in_a_copy() -> None:
    table = unit_table(PAGES)
    assert table.with_labels(np.zeros(4, np.int64)).label.tolist() == [0, 0, 0, 0]
    assert table.with_pages(np.arange(4)).page.tolist() == [0, 1, 2, 3]
    assert table.label.tolist() == [0, NO_LABEL, 3, 2]


@given(st.lists(st.text(min_size=1, max_size=20).filter(str.strip), max_size=6))
def test_every_unit_has_its_row_whatever_it_says(texts: list[str]) -> None:
    units = [(" ".join(text.split()), "noise") for text in texts]
    table = unit_table([labelled_page("one", "alder", units)])
    assert table.text.tolist() == [text for text, _ in units]
    assert table.X.shape[0] == len(table.page) == len(units)
