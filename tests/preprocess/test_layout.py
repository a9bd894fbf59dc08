import pytest

from pipeline.preprocess.layout import read_layout
from pipeline.preprocess.markup import minimal_html

Row = tuple[str, int, int, str]


def blocks(html: str) -> list[Row]:
    text, found = read_layout(minimal_html(html))
    return [(block.kind.value, block.level, block.linked, text[block.start : block.end]) for block in found]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=x>Home</a> | <a href=y>Care</a>", ("link", 0, 8, "Home | Care")),
        ("<li><a href=x>Naps</a> (12)", ("link", 0, 4, "Naps (12)")),
        ("<li>See <a href=x>naps  here</a>.", ("list_item", 1, 9, "See naps here.")),
        ("<p><a href=x>All of it</a></p>", ("paragraph", 0, 9, "All of it")),
        ("<h2><a href=x>Title</a></h2>", ("heading", 2, 5, "Title")),
        ("<figcaption><a href=x>A room</a></figcaption>", ("caption", 0, 6, "A room")),
        ("<pre><a href=x>a  b</a></pre>", ("preformatted", 0, 4, "a  b")),
    ],
)
def test_linked_characters_decide_between_links_and_text(html: str, expected: Row) -> None:
    assert blocks(html) == [expected]


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<a href=1>One</a><a href=2>Two</a>", ["One", "Two"]),
        ("<a href=1>One</a> <a href=2>Two</a>", ["One Two"]),
        ("<p>Fact<a href=1>[1]</a><a href=2>[2]</a>.</p>", ["Fact[1][2]."]),
        ("<li><a href=1>Title</a><span>May 2</span>", ["Title", "May 2"]),
        ("<p>the<a href=1>Guide</a></p>", ["theGuide"]),
        ("<a href=1>photo</a>s", ["photos"]),
    ],
)
def test_links_that_only_a_style_sheet_sets_apart_are_blocks_of_their_own(html: str, texts: list[str]) -> None:
    assert [text for *_, text in blocks(html)] == texts


def test_cells_of_a_row_share_a_line() -> None:
    text, found = read_layout(minimal_html("<table><tr><td>a<br>b<td>c d<tr><td>e<td>f</table>g"))
    assert text == "a\tb\tc d\ne\tf\ng"
    assert [block.kind.value for block in found] == ["table_cell"] * 5 + ["paragraph"]


def test_preformatted_lines_keep_their_inner_spaces_and_indents() -> None:
    text, found = read_layout(minimal_html("<p>See</p><pre>if  x:\n\ty()\n\n  z&lt;1</pre>"))
    assert text == "See\nif  x:\n\ty()\n  z<1"
    assert [text[block.start : block.end] for block in found] == ["See", "if  x:", "y()", "z<1"]


def test_white_space_of_all_kinds_becomes_one_space() -> None:
    assert read_layout(minimal_html("<p> a \n\t b&nbsp;&nbsp;c\u2028d </p>"))[0] == "a b c d"


def test_escaped_markup_is_read_once() -> None:
    assert read_layout(minimal_html("<p>&lt;b&gt; &amp;lt; &amp;amp; &quot;</p>"))[0] == '<b> &lt; &amp; "'


def test_list_levels_stop_at_the_deepest_that_is_told_apart() -> None:
    assert max(level for _, level, _, _ in blocks("<ul><li>a" * 300)) == 100


def test_a_page_that_never_closes_its_quote_ends_all_the_same() -> None:
    assert [kind for kind, *_ in blocks("a<blockquote>b<p>c")] == ["paragraph", "quote", "quote"]


def test_nothing_is_read_from_nothing() -> None:
    assert read_layout("") == ("", ())
