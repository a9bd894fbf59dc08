import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.preprocess import extract as extract_module
from pipeline.preprocess.extract import Document, extract
from pipeline.preprocess.pages import Page

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.html"))
ELEMENTS = re.findall(
    r"\w+", "p div ul ol li pre br h1 h6 table tr td blockquote figcaption figure button select b script"
)
TAGS = [f"<{slash}{element}>" for element in ELEMENTS for slash in ("", "/")] + ["<a href=x>", "</a>"]
TEXTS = [
    "&lt;",
    "&amp;lt;",
    "&nbsp;",
    "&#0;",
    "&#xfdd0;",
    "<",
    ">",
    "&",
    "<!--",
    "-->",
    "\t",
    "\n",
    " ",
    "a",
    "B",
    "Ã©",
]
MARKUP = st.lists(st.sampled_from(TAGS + TEXTS) | st.text(max_size=4), max_size=30).map("".join)


def page(content: str, *, is_html: bool = True) -> Page:
    return Page("page-1", "https://example.org/1", "pages.jsonl", content, is_html)


def is_sound(document: Document) -> bool:
    """Whether blocks are in order, apart, without blank edges, and cover all that is not blank."""
    text, blocks = document.text, document.blocks
    gaps = [text[a.end : b.start] for a, b in pairwise(blocks)]
    edges = [text[: blocks[0].start], text[blocks[-1].end :]]
    return (
        all(block.start < block.end for block in blocks)
        and all(first.end <= second.start for first, second in pairwise(blocks))
        and all(text[b.start : b.end].strip() == text[b.start : b.end] for b in blocks)
        and not "".join(gaps + edges).strip()
        and all(0 <= block.linked <= block.end - block.start for block in blocks)
    )


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_page_has_the_blocks_that_a_reader_sees(path: Path) -> None:
    document = extract(page(path.read_text(encoding="utf-8")))
    found = [[block.kind, block.level, document.text[block.start : block.end]] for block in document.blocks]
    assert found == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@given(MARKUP)
def test_blocks_of_any_markup_cover_its_text_in_order(markup: str) -> None:
    try:
        document = extract(page(markup))
    except InputError as error:
        assert error.reason == "no_text"  # noqa: PT017 - not raising is the other right outcome
    else:
        assert is_sound(document)
        assert all(len(document.text[b.start : b.end].splitlines()) == 1 for b in document.blocks)


@given(st.text(st.characters(codec=None), max_size=200))
def test_blocks_of_any_text_cover_it_in_order(text: str) -> None:
    try:
        document = extract(page(text, is_html=False))
    except InputError as error:
        assert error.reason == "no_text"  # noqa: PT017 - not raising is the other right outcome
    else:
        assert is_sound(document)


@given(st.text(st.sampled_from('ab |\n-#>*`=~.1)[](!\t"\\'), max_size=80))
def test_blocks_of_any_markdown_cover_it_in_order(text: str) -> None:
    if text.strip():
        assert is_sound(extract(page(text, is_html=False)))


def test_a_document_carries_the_names_of_its_page() -> None:
    document = extract(page("<p>Rest.</p>"))
    assert (document.id, document.url, document.source) == ("page-1", "https://example.org/1", "pages.jsonl")


def test_plain_text_stays_as_it_is() -> None:
    assert (
        extract(page(" One\r\n\r\n  two\ttabs \u2028three", is_html=False)).text
        == " One\r\n\r\n  two\ttabs \u2028three"
    )


@pytest.mark.parametrize("is_html", [True, False])
def test_a_byte_order_mark_and_lone_surrogates_do_not_stay(*, is_html: bool) -> None:
    assert extract(page("\ufeffa\ud800b", is_html=is_html)).text == "a\ufffdb"


@pytest.mark.parametrize("is_html", [True, False])
def test_mojibake_is_repaired_before_offsets_are_counted(*, is_html: bool) -> None:
    document = extract(page("It isnâ€™t late.", is_html=is_html))
    assert (document.text, document.blocks[0].end) == ("It isn’t late.", 14)


@pytest.mark.parametrize("content", ["", " \n\t", "<p>&nbsp;</p>", "<script>x()</script>", "<img alt='x'>"])
def test_a_page_without_visible_text_is_refused(content: str) -> None:
    with pytest.raises(InputError, match=r"^pages\.jsonl, page page-1: .*no visible text") as caught:
        extract(page(content))
    assert caught.value.reason == "no_text"


def test_a_page_named_after_its_file_is_not_named_twice() -> None:
    with pytest.raises(InputError, match=re.escape("a.txt: there is no visible text")):
        extract(Page("a.txt", "", "a.txt", "\n", is_html=False))


def test_a_failure_of_the_parser_is_an_input_error_with_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(_html: str) -> str:
        raise BaseException("index out of bounds")  # noqa: TRY002 - what a panic in native code derives from

    monkeypatch.setattr(extract_module, "minimal_html", panic)
    with pytest.raises(InputError, match="markup cannot be read") as caught:
        extract(page("<p>x"))
    assert caught.value.reason == "extraction"
    assert str(caught.value.__cause__) == "index out of bounds"


def test_an_interrupt_is_not_taken_for_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_html: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(extract_module, "minimal_html", interrupt)
    with pytest.raises(KeyboardInterrupt):
        extract(page("<p>x"))
