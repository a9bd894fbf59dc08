"""Correcting labels in a report, in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import Browser
from run_folders import Sentence, page

Show = Callable[..., Browser]

SENTENCES = ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]
PAGE = page("a/b", *(Sentence(text, "noise", 0.6) for text in SENTENCES))
LINE: dict[str, Any] = {
    "doc_id": "a/b",
    "sent_id": 4,
    "start": 23,
    "end": 28,
    "text": "Five.",
    "before": "Two. Three. Four.",
    "after": "Six.",
    "old_label": "noise",
    "new_label": "news",
    "model": "small@0123456789ab",
}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def message(browser: Browser, wanted: str) -> None:
    browser.wait(lambda: wanted in browser.find("#message").text)


def test_a_key_corrects_the_sentence_and_marks_it(show: Show) -> None:
    browser = show(PAGE)
    browser.press("j", "3")
    assert browser.texts(".sentence.news.corrected") == ["One."]
    assert browser.find("#correction-count").text == "1 correction"
    assert browser.texts(".chip .count") == ["0", "0", "1", "5"]
    assert len(browser.run("return [...document.querySelectorAll('.strip .run.news')]")) == 1


def test_a_press_on_another_label_corrects_too_and_can_be_taken_back(show: Show) -> None:
    browser = show(PAGE)
    browser.find(".sentence").click()
    browser.find("#inspector .choice.treatment").click()
    assert browser.texts(".sentence.treatment.corrected") == ["One."]
    browser.find("#undo").click()
    assert browser.texts(".corrected") == []
    assert not browser.find("#download").is_enabled()


def test_the_same_label_confirms(show: Show) -> None:
    browser = show(PAGE)
    browser.press("j", "4")
    assert browser.texts(".sentence.noise.confirmed") == ["One."]
    browser.press("0")
    assert browser.texts(".confirmed") == []


def test_corrections_are_downloaded_line_by_line(show: Show) -> None:
    browser = show(PAGE)
    browser.press("j", "j", "j", "j", "j", "3")
    browser.find("#download").click()
    downloaded = browser.downloaded("corrections.jsonl")
    assert lines(downloaded) == [LINE]
    assert list(lines(downloaded)[0]) == list(LINE)


def test_corrections_survive_a_reload_and_stay_with_their_run(show: Show) -> None:
    browser = show(PAGE)
    browser.press("j", "3")
    browser.reload()
    assert browser.texts(".sentence.news.corrected") == ["One."]
    browser.find("[data-outcome=corrected]").click()
    assert browser.sentences() == ["One."]


def test_corrections_are_loaded_back_with_those_of_other_pages(show: Show, tmp_path: Path) -> None:
    browser = show(PAGE)
    strange = {**LINE, "doc_id": "elsewhere", "text": "<b>&\u2028"}
    browser.find("#load").send_keys(write_lines(tmp_path / "mine.jsonl", LINE, strange))
    message(browser, "2 corrections loaded; 1 not shown here, but kept")
    assert browser.texts(".sentence.news.corrected") == ["Five."]
    browser.find("#download").click()
    assert lines(browser.downloaded("corrections.jsonl")) == [LINE, strange]


def test_a_correction_of_another_text_at_the_same_place_is_not_taken(show: Show, tmp_path: Path) -> None:
    browser = show(PAGE)
    browser.find("#load").send_keys(write_lines(tmp_path / "old.jsonl", {**LINE, "text": "Fine."}))
    message(browser, "1 correction loaded; 1 not shown")
    assert browser.texts(".corrected") == []


@pytest.mark.parametrize(
    ("second_line", "complaint"),
    [
        ("{", "line 2: not JSON"),
        ("3", 'line 2: no "doc_id"'),
        (json.dumps({**LINE, "start": "23"}), 'line 2: "start" must be a number'),
        (json.dumps({**LINE, "new_label": "weather"}), 'line 2: "weather" is no label'),
    ],
)
def test_a_broken_file_is_told_by_line_and_changes_nothing(
    show: Show, tmp_path: Path, second_line: str, complaint: str
) -> None:
    browser = show(PAGE)
    (tmp_path / "broken.jsonl").write_text(f"{json.dumps(LINE)}\n{second_line}\n")
    browser.find("#load").send_keys(str(tmp_path / "broken.jsonl"))
    message(browser, f"broken.jsonl, {complaint}; nothing was loaded")
    assert browser.texts(".corrected") == []


def test_a_list_of_review_or_audit_can_be_labelled_with_sentences_of_pages_not_shown(
    show: Show, tmp_path: Path
) -> None:
    browser = show(PAGE)
    asked = {**LINE, "new_label": "", "score": 0.6, "reason": "least sure"}
    strange = {**asked, "doc_id": "elsewhere", "text": "<b>Rest.", "p_noise": 0.6, "p_news": 0.4, "url": ""}
    browser.find("#load").send_keys(write_lines(tmp_path / "audit.jsonl", asked, strange))
    message(browser, "2 sentences to label")
    assert browser.sentences() == ["Five.", "<b>Rest."]
    assert browser.texts(".around") == ["Two. Three. Four.", "Six."]
    browser.press("j", "3", "j", "1")
    assert browser.find("[data-outcome=listed]").text == "listed (2 of 2 done)"
    browser.reload()
    browser.find("#download").click()
    assert lines(browser.downloaded("corrections.jsonl")) == [
        LINE,
        {**LINE, "doc_id": "elsewhere", "text": "<b>Rest.", "new_label": "treatment"},
    ]
