from hypothesis import given
from hypothesis import strategies as st
from labelled_lines import document, page

from pipeline.errors import InputError
from pipeline.jobs.groups import in_groups


def test_a_group_is_full_once_it_has_enough_characters() -> None:
    a, b, c = page("x" * 6), page("x" * 6), page("x")
    assert list(in_groups([a, b, c], max_characters=10)) == [(a, b), (c,)]


def test_a_group_is_full_once_it_has_enough_pages() -> None:
    pages = [page("x") for _ in range(5)]
    assert [len(group) for group in in_groups(pages, max_pages=2)] == [2, 2, 1]


def test_failures_keep_their_place_and_count_as_pages() -> None:
    failure = InputError("a.txt", "empty", "there is nothing in it")
    assert list(in_groups([failure, failure, document("x")], max_pages=2)) == [
        (failure, failure),
        (document("x"),),
    ]


def test_no_pages_make_no_group() -> None:
    assert list(in_groups([])) == []


@given(st.lists(st.text(max_size=9)), st.integers(1, 20), st.integers(1, 5))
def test_groups_hold_every_page_once_and_in_order(texts: list[str], characters: int, pages: int) -> None:
    given_pages = [page(text) for text in texts]
    groups = list(in_groups(given_pages, max_characters=characters, max_pages=pages))
    assert [member for group in groups for member in group] == given_pages
    assert all(groups)
