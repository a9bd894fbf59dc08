import io
import json
import re
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from labelled_lines import MIXED, NEWS, NOISE, TREATMENT, page

from pipeline.commands.terminal import TerminalTable
from pipeline.jobs.models import load_model
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.page import Page
from pipeline.schema import sentence_schema


@pytest.fixture(scope="module")
def tagger(model_folder: Path) -> Tagger:
    return load_model(model_folder)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "60")


def shown(tagger: Tagger, *pages: Page) -> str:
    file = io.StringIO()
    table = TerminalTable(file)
    for rows in tagger.tag(pages):
        table.print_rows(rows)
    return file.getvalue()


def test_every_sentence_stands_beside_its_label_and_score(tagger: Tagger) -> None:
    lines = shown(tagger, page(MIXED)).splitlines()[1:]
    begins = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert begins == ["noise", "treatment", "news", "research"]
    assert lines[0].split()[2:] == NOISE.split()
    assert 0.25 <= float(lines[0].split()[1]) <= 1


def test_every_page_has_one_heading(tagger: Tagger) -> None:
    text = shown(tagger, page(NEWS, "a.txt", url="https://a.example/"), page(NEWS, "a.txt"), page(TREATMENT, "b.txt"))
    headings = [line for line in text.splitlines() if "─" in line]
    assert [heading.rstrip("─ ") for heading in headings] == ["a.txt  https://a.example/", "a.txt", "b.txt"]


def test_no_line_is_wider_than_the_terminal(tagger: Tagger) -> None:
    text = shown(tagger, page(f"{'long ' * 40}{'x' * 200}", "n" * 90))
    assert max(map(len, text.splitlines())) <= 60


def test_markup_and_control_characters_of_a_page_have_no_power(tagger: Tagger) -> None:
    text = shown(tagger, page("[bold]Hurry[/bold] \x1b[2Jnow :smile: \u202e!", "\x1b]0;owned\x07"))
    assert "[bold]Hurry[/bold]" in text
    assert ":smile:" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_labels_have_colours_of_their_own_on_a_terminal(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    text = shown(tagger, page(MIXED))
    codes = dict(re.findall(r"\x1b\[([\d;]+)m(treatment|research|news|noise)", text))
    assert sorted(codes.values()) == ["news", "noise", "research", "treatment"]


def test_what_is_uncertain_has_a_question_mark_behind_its_score(tagger: Tagger) -> None:
    cautious = Tagger(tagger.splitter, tagger.classifier, words=tagger.words, threshold=2)
    assert re.search(r"^noise +\d\.\d\d\?  Accept", shown(cautious, page(NOISE)), re.MULTILINE)


def explained(weights: list[list[object]], monkeypatch: pytest.MonkeyPatch) -> str:
    """The table of one sentence with that explanation."""
    monkeypatch.setenv("COLUMNS", "200")
    why = {"label": "noise", "logit": 1.0, "parts": weights}
    rows = pa.RecordBatch.from_pylist(
        [
            {
                "doc_id": "a",
                "url": "",
                "sent_id": 0,
                "text": "Hi",
                "label": "noise",
                "score": 0.5,
                "why": json.dumps(why),
            }
        ],
        sentence_schema(explained=True),
    )
    file = io.StringIO()
    TerminalTable(file).print_rows(rows)
    return file.getvalue().splitlines()[2].strip()


def test_an_explained_sentence_has_its_weightiest_parts_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[list[object]] = [
        ["word", "fever", 1.234],
        ["neighbour", -1, -0.5],
        ["neighbour", 2, 0.4],
        ["page", "", 0.3],
        ["suffix", "ting", 0.2, {"collides_with": "word x"}],
        ["word", "unseen", 0.1],
        ["other", "", 9],
    ]
    assert explained(parts, monkeypatch) == "fever +1.23  (1 before) -0.50  (2 after) +0.40  (page) +0.30  -ting +0.20"


@pytest.mark.parametrize(
    ("kind", "name", "shown_as"),
    [
        ("prefix", "meas", "meas-"),
        ("first_word", "the", "^the"),
        ("meaning", "measles", "~measles"),
        ("last_word", ".", ".$"),
        ("shape_bigram", "xx Xx", "xx Xx"),
        ("look", "", "(look)"),
        ("word", "\x1b[2J{}", "[2J{}"),
    ],
)
def test_parts_are_named_for_people(kind: str, name: str, shown_as: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert explained([[kind, name, 0.5]], monkeypatch) == f"{shown_as} +0.50"


def test_a_sentence_that_is_not_explained_has_no_line_below_it(tagger: Tagger) -> None:
    assert len(shown(tagger, page(NOISE)).splitlines()) == 2
