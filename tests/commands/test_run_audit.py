import csv
import json
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from labelled_lines import LINE_WORDS, LINES

from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.networks import Networks
from pipeline.classifier.persistence import save_classifier
from pipeline.commands.classify import main
from pipeline.training.site_figures import SITES_FILE, SiteFigures

Printed = pytest.CaptureFixture[str]

N_PAGES = 12


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Pages of as many hosts, each with a line of every label."""
    path = tmp_path / "pages.jsonl"
    rows = [
        {
            "id": f"page {number}",
            "url": f"https://site{number}.example/",
            "text": "\n".join(lines[number % 3] for lines in LINES.values()),
        }
        for number in range(N_PAGES)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def out(pages: Path, model_folder: Path, tmp_path: Path) -> Path:
    """A finished run."""
    folder = tmp_path / "out"
    assert main([str(pages), f"--model={model_folder}", "-o", str(folder), "--quiet"]) == 0
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_queue_is_written_of_a_run_while_it_is_made_or_afterwards(
    pages: Path, out: Path, model_folder: Path, tmp_path: Path, capsys: Printed
) -> None:
    call = [str(pages), f"--model={model_folder}", "-o", str(tmp_path / "new")]
    assert main([*call, "--review", str(tmp_path / "one.csv"), "--review-size", "8"]) == 0
    assert main(["-o", str(out), "--review", str(tmp_path / "two.csv"), "--review-size", "8"]) == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert len(table(tmp_path / "one.csv")) == 8
    captured = capsys.readouterr()
    assert "one.csv: 8 of 48 sentences picked: " in captured.err
    assert "picked" not in captured.out


def test_a_sample_is_drawn_beside_its_plan(out: Path, capsys: Printed) -> None:
    assert main(["-o", str(out), "--audit", "40"]) == 0
    assert len(table(out / "audit.csv")) == 40
    assert len(json.loads((out / "audit.json").read_text())["sentences"]) == 40
    assert "40 sentences drawn at random" in capsys.readouterr().err


def test_a_larger_sample_does_not_repeat_what_was_drawn_before(out: Path, tmp_path: Path, capsys: Printed) -> None:
    assert main(["-o", str(out), "--audit", "40", "--quiet"]) == 0
    more = tmp_path / "more.csv"
    assert main(["-o", str(out), "--audit", "48", "--audit-file", str(more)]) == 0
    first, second = ({row["doc_id"] + row["start"] for row in table(path)} for path in (out / "audit.csv", more))
    assert (len(first), len(second), first & second) == (40, 8, set())
    assert "40 of them before, not repeated here" in capsys.readouterr().err


def test_another_model_is_compared_with_a_run(
    out: Path, line_classifier: SentenceClassifier, tmp_path: Path, capsys: Printed
) -> None:
    save_classifier(without_news(line_classifier), tmp_path / "other", {}, LINE_WORDS)
    assert main(["-o", str(out), "--compare", str(tmp_path / "other")]) == 0
    printed = capsys.readouterr().out
    assert "12 of 48 sentences change label (25.0%)" in printed
    assert "news -> " in printed
    assert json.loads((out / "compare.json").read_text())["changed"] == 12
    changes = [json.loads(line) for line in (out / "compare.jsonl").read_text().splitlines()]
    assert [change["label"] for change in changes] == ["news"] * 12


def without_news(classifier: SentenceClassifier) -> SentenceClassifier:
    """The same model, but for the output of one label."""
    other = copy(classifier)
    second, place = classifier.second_, list(classifier.classes_).index("news")
    passage = replace(second.passage, networks=without_class(second.passage.networks, place))
    other.second_ = replace(second, passage=passage, spliced=without_class(second.spliced, place))
    return other


def without_class(networks: Networks, place: int) -> Networks:
    bias = networks.output_bias.copy()
    bias[:, place] = -1000
    return replace(networks, output_bias=bias)


def test_a_run_whose_pages_have_changed_is_not_compared(
    out: Path, pages: Path, model_folder: Path, capsys: Printed
) -> None:
    pages.write_text(pages.read_text().replace("Rest the ankle", "Rest your ankle"))
    assert main(["-o", str(out), "--compare", str(model_folder)]) == 2
    assert "the pages have changed since the run" in capsys.readouterr().err
    assert not (out / "compare.jsonl").exists()


def test_a_run_unlike_the_card_is_warned_of_and_shown(
    pages: Path, line_classifier: SentenceClassifier, tmp_path: Path, capsys: Printed
) -> None:
    labels, scores = [[0, 0, 9, 0]] * 30, [[1] * 9 + [0] * 11] * 30
    text = json.dumps({"labels": labels, "scores": scores})
    save_classifier(line_classifier, tmp_path / "drifting", {SITES_FILE: text}, LINE_WORDS)
    assert SiteFigures.from_json(text, "sites.json").labels.sum() == 270
    call = [str(pages), f"--model={tmp_path / 'drifting'}", "-o", str(tmp_path / "new"), "--quiet"]
    assert main(call) == 0
    captured = capsys.readouterr()
    assert "unlike those the model was measured on: wanted labels (news 33% here, 100% on the card; PSI" in captured.err
    assert captured.out == ""
    assert json.loads((tmp_path / "new" / "drift.json").read_text())["warning"] is True
    assert main([*call[2:], f"--model={tmp_path / 'drifting'}", "--drift"]) == 0
    assert "48 sentences of 12 sites beside the model's card" in capsys.readouterr().out


def test_a_model_without_figures_is_silent_unless_asked(out: Path, model_folder: Path, capsys: Printed) -> None:
    assert capsys.readouterr().err == ""
    assert not (out / "drift.json").exists()
    assert main(["-o", str(out), "--drift", f"--model={model_folder}"]) == 0
    assert "nothing is known of what small@" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--audit", "9"], ["--drift"], ["--compare", "default"], ["--review", "q.csv"]])
def test_a_folder_without_a_run_is_told(tmp_path: Path, option: list[str], capsys: Printed) -> None:
    assert main(["-o", str(tmp_path), *option]) == 2
    assert "no finished run here" in capsys.readouterr().err


def test_a_sample_that_people_have_labelled_is_not_overwritten(out: Path, capsys: Printed) -> None:
    assert main(["-o", str(out), "--audit", "40", "--quiet"]) == 0
    text = (out / "audit.csv").read_text("utf-8").replace('\n"",', '\n"news",', 1)
    (out / "audit.csv").write_text(text, "utf-8")
    assert main(["-o", str(out), "--audit", "44"]) == 2
    assert "it holds 1 labels that people gave" in capsys.readouterr().err
    assert len(json.loads((out / "audit.json").read_text())["sentences"]) == 40


def test_a_name_of_no_format_is_told_before_the_work(pages: Path, tmp_path: Path, capsys: Printed) -> None:
    assert main([str(pages), "--model=nowhere", "-o", str(tmp_path / "new"), "--review", "queue.txt"]) == 2
    assert "queue.txt: cannot tell what to write" in capsys.readouterr().err
