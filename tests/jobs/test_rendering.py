import pytest

from pipeline.jobs.rendering import KeptBlock, render_markdown, render_text
from pipeline.preprocess.extract import Document, extract
from pipeline.preprocess.pages import Page


def document(content: str, *, is_html: bool = True) -> Document:
    return extract(Page("page-1", "", "page-1", content, is_html))


def kept(page: Document, removed: frozenset[str] = frozenset()) -> list[KeptBlock]:
    texts = [page.text[block.start : block.end] for block in page.blocks]
    return [KeptBlock(i, page.blocks[i], text) for i, text in enumerate(texts) if text not in removed]


@pytest.mark.parametrize(
    ("html", "text", "markdown"),
    [
        ("<h1>A</h1><h3>B</h3><p>c</p>", "A\n\nB\n\nc", "# A\n\n### B\n\nc"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>d", "a\nb\nc\n\nd", "- a\n  - b\n- c\n\nd"),
        ("<p>a<p>b<br>c", "a\n\nb\n\nc", "a\n\nb\n\nc"),
        ("<blockquote><p>a<p>b</blockquote>", "a\n\nb", "> a\n>\n> b"),
        ("<a href=x>A</a><br><a href=y>B</a><p>c", "A\nB\n\nc", "A\nB\n\nc"),
        ("<pre>a:\n\tb  c</pre>", "a:\n\tb  c", "```\na:\n\tb  c\n```"),
        ("<pre>```</pre>", "```", "````\n```\n````"),
        (
            "<table><tr><th>A<th>B<tr><td>c|d<td>e</table>",
            "A\tB\nc|d\te",
            "| A | B |\n| --- | --- |\n| c\\|d | e |",
        ),
    ],
)
def test_markup_is_laid_out_by_the_kind_of_its_blocks(html: str, text: str, markdown: str) -> None:
    page = document(html)
    assert (render_text(page, kept(page)), render_markdown(page, kept(page))) == (text, markdown)


def test_columns_stay_in_line_when_a_cell_is_removed() -> None:
    page = document("<table><tr><td>a<td>b<td>c<tr><td>d<td>e<td>f<tr><td>x<td>x</table>")
    blocks = kept(page, frozenset("bex"))
    assert render_markdown(page, blocks) == "| a |  | c |\n| --- | --- | --- |\n| d |  | f |"
    assert render_text(page, blocks) == "a\tc\nd\tf"


def test_two_lists_stay_two_when_what_stood_between_is_removed() -> None:
    page = document("<li>a</li><p>buy</p><li>b</li>")
    assert render_markdown(page, kept(page, frozenset({"buy"}))) == "- a\n\n- b"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("# A\n\n\n\n* b\n  * c\nx\nwrapped\nline", "# A\n\n* b\n  * c\nwrapped\nline"),
        ("a\n\nx\n\nb\r\nx\r\nc", "a\n\nb\nc"),
        ("  a\n    code", "a\n    code"),
        ("| a | b |\n|---|---|\n|c|d|", "| a | b |\n|---|---|\n|c|d|"),
        ("a\nx\n\tb", "a\n\tb"),
    ],
)
def test_text_and_markdown_keep_their_own_breaks_and_marks(text: str, rendered: str) -> None:
    page = document(text, is_html=False)
    assert render_text(page, kept(page, frozenset("x"))) == rendered
    assert render_markdown(page, kept(page, frozenset("x"))) == rendered


def test_nothing_kept_renders_as_nothing() -> None:
    page = document("<p>a")
    assert (render_text(page, []), render_markdown(page, [])) == ("", "")
