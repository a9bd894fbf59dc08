import pytest

from pipeline.errors import InputError
from pipeline.preprocess.extract import extract
from pipeline.preprocess.nesting import is_too_deep
from pipeline.preprocess.page import Page


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div>" * 5 + "deep", True),
        ("<DIV class='a'>" * 5 + "deep", True),
        ("<div>" * 4 + "deep", False),
        ("<div></div>" * 9, False),
        ("</div>" * 9 + "<div>" * 4, False),
        ("<p>" * 9, False),
        ("<br>" * 9, False),
        ("<svg/>" * 9, False),
        ("<ul><li>" * 5, True),
        ("1 < 2 " * 9, False),
        ("<div></x>" * 5, True),
        ("<rt>" * 5, True),
        ("<ruby><rt>a</rt></ruby>" * 9, False),
    ],
)
def test_elements_inside_one_another_are_counted(html: str, expected: bool) -> None:  # noqa: FBT001 - an expectation
    assert is_too_deep(html, max_depth=4) is expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><b>" * 3 + "<p>" * 3, True),  # 1 + 2 + 3 * 3
        ("<p><b>" * 3 + "<p>" * 2, False),
        ("<p><span>" * 3 + "<p>" * 9, False),
        ("<p><b>a</b>" * 20, False),
        ("<p><B>" * 3 + "<P>" * 3, True),
    ],
)
def test_copies_of_elements_left_open_are_counted(html: str, expected: bool) -> None:  # noqa: FBT001 - an expectation
    assert is_too_deep(html, max_depth=4, max_copies=11) is expected


def test_a_page_nested_too_deeply_fails_alone() -> None:
    with pytest.raises(InputError, match="a: more than 2,000 elements are nested") as caught:
        extract(Page("a", "", "a", "<div>" * 2001 + "deep", is_html=True))
    assert caught.value.reason == "too_deep"


def test_a_small_page_of_a_million_copies_is_refused_although_it_is_not_deep() -> None:
    html = "<p><b>" * 1000 + "</b>" + "<p>" * 1000
    with pytest.raises(InputError, match="or open ones copied"):
        extract(Page("a", "", "a", html, is_html=True))
