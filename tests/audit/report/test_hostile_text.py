"""Scraped text in a report is text, whatever it says, in a real browser."""

from collections.abc import Callable

import pytest
from browser import Browser
from run_folders import Sentence, page

Show = Callable[..., Browser]

HOSTILE = [
    "</script><script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "<!-- <script> ]]> {{ 7 * 7 }} {% raw %} ${document.title = 'taken'}",
    "<svg onload=\"document.title = 'taken'\"><style>body { display: none }</style>",
    "&lt;b&gt; &amp;amp; \u2028 \u2029 \\u003c",
    "__proto__",
    "w" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_markup_and_scripts_are_shown_as_text(show: Show, text: str) -> None:
    browser = show(page(text, Sentence(text, "news")))
    assert browser.texts(".page h3") == [text]
    for _ in range(len(text) // 50_000 + (len(text) > 4000)):
        browser.run("document.querySelector('.more').click()")
    assert browser.sentences() == [text]
    assert browser.run("return document.title").startswith("winnow:")
    assert browser.run("return document.querySelectorAll('img, iframe, object, embed, link, base').length") == 0


@pytest.mark.parametrize(
    "address",
    ["javascript:document.title='taken'", " javascript:0", "data:text/html,x", "file:///etc/passwd", "https://["],
)
def test_only_addresses_of_the_web_are_links(show: Show, address: str) -> None:
    browser = show(page("a", Sentence("Rest."), url=address))
    assert browser.texts(".page-head a") == []
    assert address in browser.texts(".page-head bdi")


def test_a_link_tells_the_site_nothing(show: Show) -> None:
    browser = show(page("a", Sentence("Rest."), url="https://a.example/1"))
    assert browser.find(".page-head a").get_attribute("rel") == "noopener noreferrer nofollow"


def test_marks_that_turn_the_direction_of_writing_are_shown_and_not_obeyed(show: Show) -> None:
    browser = show(page("a\u202eb", Sentence("drug\u202egurd\u0000", "news"), Sentence("Next.", "news")))
    assert browser.sentences() == ["drugU+202EgurdU+0000", "Next."]
    assert browser.texts(".page h3") == ["aU+202Eb"]


def test_five_million_characters_of_one_sentence_are_shown_piece_by_piece(show: Show) -> None:
    browser = show(page("a", Sentence("long word " * 500_000, "news"), Sentence("Next.", "news")))
    assert browser.texts(".more") == ["… 4,996,000 more characters"]
    browser.find(".more").click()
    assert browser.texts(".more") == ["… 4,946,000 more characters"]
    browser.press("j", "j")
    assert browser.focused() == "Next."


def test_the_policy_forbids_what_the_file_does_not_hold(show: Show) -> None:
    browser = show(page("a", Sentence("Rest.")))
    browser.run(
        "const script = document.createElement('script'); script.textContent = 'document.title = \"taken\"';"
        "document.body.append(script); document.body.insertAdjacentHTML('beforeend', "
        '\'<img src="https://a.example/x.png" onerror="document.title = 1"><style>body { display: none }</style>\');'
    )
    assert browser.run("return document.title").startswith("winnow:")
    assert browser.run("return getComputedStyle(document.body).display") == "block"
    browser.wait(lambda: len(browser.refused()) >= 3)
