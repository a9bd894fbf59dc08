import io
import re
from pathlib import Path

import pytest
from labelled_lines import MIXED, NEWS, NOISE, TREATMENT, page

from pipeline.commands.terminal import TerminalTable
from pipeline.jobs.models import load_model
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.page import Page


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
