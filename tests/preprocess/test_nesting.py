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
    ],
)
def test_elements_inside_one_another_are_counted(html: str, expected: bool) -> None:  # noqa: FBT001 - an expectation
    assert is_too_deep(html, max_depth=4) is expected


def test_a_page_nested_too_deeply_fails_alone() -> None:
    with pytest.raises(InputError, match="a: more than 2,000 elements are nested") as caught:
        extract(Page("a", "", "a", "<div>" * 2001 + "deep", is_html=True))
    assert caught.value.reason == "too_deep"
