"""What people see of a report, in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Browser
from run_folders import Sentence, page, write_comparison
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from pipeline.audit.report.writing import write_report

Show = Callable[..., Browser]

WARD = page(
    "ward",
    Sentence("Rest the ankle.", "treatment", 0.95),
    Sentence("Ice helps.", "treatment", 0.45),
    Sentence("The ward closed on Monday.", "news", 0.8, kind="heading"),
    Sentence("Accept cookies", "noise", 0.99, kind="link"),
    url="https://ward.example/ankle",
)
TRIAL = page(
    "trial",
    Sentence("We randomised 120 patients.", "clinical_research", 0.9),
    Sentence("Or did we?", "noise", 0.3, uncertain=True),
)
WHY = [["word", "ice", 0.9], ["neighbour", -1, -0.25], ["prefix", "hel", 0.1, {"collides_with": ["word", "zoo"]}]]


def test_pages_are_running_text_of_tinted_sentences(show: Show) -> None:
    browser = show(WARD, TRIAL)
    assert browser.texts(".page h3") == ["ward", "trial"]
    assert browser.texts(".page .block.paragraph") == [
        "Rest the ankle. Ice helps. ",
        "We randomised 120 patients. Or did we? ",
    ]
    assert browser.texts(".block.heading .sentence.news[data-strength='4']") == ["The ward closed on Monday."]
    assert browser.texts(".sentence.treatment[data-strength='2']") == ["Ice helps."]
    assert browser.texts(".sentence.uncertain") == ["Or did we?"]


def test_a_strip_has_a_lane_for_each_label(show: Show) -> None:
    browser = show(WARD)
    runs = browser.run(
        "return [...document.querySelectorAll('.strip .run')]"
        ".map(run => [run.classList[1], Math.floor(run.getAttribute('x'))])"
    )
    assert runs == [["treatment", 0], ["news", 2], ["noise", 3]]
    browser.find(".strip svg").click()
    assert browser.focused() == "The ward closed on Monday."


def test_a_strip_is_no_taller_than_its_text(show: Show) -> None:
    browser = show(WARD)
    heights = "return ['.strip', '.running-text'].map(name => document.querySelector(name).offsetHeight)"
    strip, text = browser.run(heights)
    assert 70 <= strip <= text


def test_labels_can_be_filtered_out(show: Show) -> None:
    browser = show(WARD, TRIAL)
    browser.find(".chip.treatment").click()
    browser.wait(lambda: browser.find("#matches").text == "4 of 6 sentences")
    assert browser.sentences()[0] == "The ward closed on Monday."
    browser.find("[type=reset]").click()
    browser.wait(lambda: browser.find("#matches").text == "6 sentences")


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        ("removed", ["Accept cookies"]),
        ("undecided", ["Or did we?"]),
        ("kept", ["Rest the ankle.", "Ice helps.", "The ward closed on Monday.", "We randomised 120 patients."]),
        ("corrected", []),
    ],
)
def test_only_one_outcome_can_be_shown(show: Show, outcome: str, left: list[str]) -> None:
    browser = show(WARD, TRIAL)
    browser.find(f"[data-outcome={outcome}]").click()
    assert browser.sentences() == left
    browser.find(f"[data-outcome={outcome}]").click()
    assert len(browser.sentences()) == 6


def test_sites_scores_and_words_narrow_down_together(show: Show) -> None:
    browser = show(WARD, TRIAL)
    browser.find("#host option[value='ward.example']").click()
    browser.wait(lambda: len(browser.sentences()) == 4)
    browser.find("#highest").send_keys(Keys.BACKSPACE, "0.95")
    browser.wait(lambda: len(browser.sentences()) == 3)
    browser.find("#search").send_keys("ICE")
    browser.wait(lambda: browser.sentences() == ["Ice helps."])
    assert browser.run("return CSS.highlights.get('search').size") == 1


def test_the_pictures_lead_to_their_sentences(show: Show) -> None:
    browser = show(WARD, TRIAL)
    bar = browser.find(".score-bar[data-label=treatment][data-low='0.45'] .target")
    ActionChains(browser.driver).move_to_element(bar).click().perform()
    assert browser.sentences() == ["Ice helps."]


def test_pages_can_be_put_in_order_of_doubt(show: Show) -> None:
    browser = show(WARD, TRIAL)
    browser.find("#order option[value=unsure]").click()
    assert browser.texts(".page h3") == ["trial", "ward"]


def test_pointing_at_a_sentence_shows_its_probabilities(show: Show) -> None:
    browser = show(WARD)
    ActionChains(browser.driver).move_to_element(browser.find(".sentence.news")).perform()
    assert browser.texts("#inspector .verdict") == ["news0.80"]
    assert browser.texts("#inspector .number") == ["0.07", "0.07", "0.80", "0.07"]
    assert "Add --explain" in browser.find("#inspector").text


def test_an_explained_sentence_says_why(show: Show) -> None:
    explained = Sentence("Ice helps.", "treatment", why=json.dumps({"label": "", "logit": 0, "parts": WHY}))
    browser = show(page("a", explained), explained=True)
    browser.press("j")
    assert browser.texts(".why .part") == ["word ice", "the sentence before ", "begins hel-"]
    assert browser.texts(".why .weight") == ["+0.90", "−0.25", "+0.10"]
    assert "rather that of word zoo" in browser.find("#inspector").text


def test_a_comparison_shows_which_sentences_another_model_labels_otherwise(
    chromium: Browser, show: Show, tmp_path: Path
) -> None:
    show(WARD)
    write_comparison(tmp_path / "out")
    chromium.open(write_report(tmp_path / "out"))
    assert "25% of the sentences change label: 1 of 4." in chromium.find(".comparison").text
    chromium.find("[data-outcome=changed]").click()
    assert chromium.sentences() == ["Ice helps."]
    chromium.press("j")
    assert chromium.texts("#inspector .other") == ["other@ba9876543210 says news, 0.52"]


def test_keys_go_from_sentence_to_sentence_and_page_to_page(show: Show) -> None:
    browser = show(WARD, TRIAL)
    browser.press("j", "j", "j")
    assert browser.focused() == "The ward closed on Monday."
    browser.press("k")
    assert browser.focused() == "Ice helps."
    browser.press("n")
    assert browser.focused() == "We randomised 120 patients."
    browser.press("p", "x", "j")
    assert browser.focused() == "Accept cookies"
    browser.press(Keys.ESCAPE)
    assert "Point at a sentence" in browser.find("#inspector").text


def test_an_address_may_name_a_sentence(show: Show) -> None:
    browser = show(WARD, TRIAL)
    browser.press("j")
    browser.run("document.querySelector('#inspector .place a').hash = '#sentence-5'")
    browser.find("#inspector .place a").click()
    assert browser.focused() == "We randomised 120 patients."


def test_a_question_mark_asks_for_help_and_a_stroke_for_the_search(show: Show) -> None:
    browser = show(WARD)
    browser.press("?")
    assert browser.find("#help").is_displayed()
    browser.press(Keys.ESCAPE, "/", "j", "2")
    assert browser.find("#search").get_attribute("value") == "j2"
    assert browser.texts(".corrected") == []


@pytest.mark.parametrize("width", [360, 800])
def test_nothing_is_wider_than_a_narrow_screen(show: Show, width: int) -> None:
    browser = show(page("a" * 300, Sentence("w" * 5000), url=f"https://{'h' * 200}.example/{'p' * 300}"), WARD)
    browser.resize(width, 900)
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_ten_thousand_sentences_stay_quick(show: Show) -> None:
    pages = [
        page(f"page {number}", *[Sentence("Take it with food twice a day.", "treatment")] * 100)
        for number in range(100)
    ]
    browser = show(*pages)
    browser.find("#search").send_keys("food")
    milliseconds = browser.run(
        "const begun = performance.now(); applyFilters(); step(1);"
        "document.body.offsetHeight; return performance.now() - begun"
    )
    assert len(browser.sentences()) == 10_000
    assert milliseconds < 2000
