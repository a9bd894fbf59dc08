from time import perf_counter

import pytest

from pipeline.preprocess.layout import read_layout
from pipeline.preprocess.markup import minimal_html

DEEP = 20_000


@pytest.mark.parametrize("tags", ["<div>", "<ul><li>", "<ol>", "<b>", "<table><tr><td>", "<blockquote>", "<span>"])
def test_deep_nesting_takes_bounded_time_and_space(tags: str) -> None:
    started = perf_counter()
    minimal = minimal_html(tags * DEEP + "deep")
    assert read_layout(minimal)[0] == "deep"
    assert len(minimal) < 50 * DEEP
    assert perf_counter() - started < 10


def test_a_list_of_ordinary_depth_keeps_its_levels() -> None:
    minimal = minimal_html("<ul><li>a" * 50 + "</ul>" * 50)
    assert [block.level for block in read_layout(minimal)[1]] == list(range(1, 51))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<fieldset><legend>Who</legend>x</fieldset>", "Who\nx"),
        ("<select><option>one<option>two</select>", "one\ntwo"),
        ("<button>Go</button>now", "Go\nnow"),
        ("<LABEL>Name</LABEL>", "Name"),
        ("<details><summary>More</summary>text</details>", "More\ntext"),
        ("<figure><p>In a figure</p></figure>", "In a figure"),
        ("<optional-extra>kept</optional-extra>", "kept"),
        ("a<noscript>b</noscript><script>'<button>c'</script><style>d</style>", "a"),
    ],
)
def test_visible_text_is_kept_and_elements_stay_apart(html: str, text: str) -> None:
    assert read_layout(minimal_html(html))[0] == text
