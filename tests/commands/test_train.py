import json
from pathlib import Path

import numpy as np
import pytest
from correction_records import record, write_lines
from labelled_lines import LINES
from labelled_pages import SITES, labelled_page, small_corpus, write_corpus

from pipeline.classifier.abstention import RiskCoverageCurve
from pipeline.classifier.persistence import load_classifier
from pipeline.classifier.vocabulary import Vocabulary
from pipeline.commands.train import main
from pipeline.schema import LABELS
from pipeline.training.site_figures import SiteFigures


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "pages.jsonl", small_corpus())


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "models" / "small"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The last line on standard error."""
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.err.splitlines()[-1]


def test_a_model_is_written_that_loads_and_says_what_it_was_made_of(
    corpus: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(corpus), "-o", str(output)]) == 0
    assert sorted(load_classifier(output).classes_) == sorted(LABELS)
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == f"{output}: model written"
    scores, curve = printed.partition(f"{output}:")[0].strip().split("\n\n")
    card = (output / "README.md").read_text("utf-8")
    assert scores in card
    assert curve in card
    assert f"python train.py {corpus} -o {output}" in card
    assert json.loads((output / "metrics.json").read_text("utf-8"))["data"]["n_pages"] == 12


def test_silver_labels_are_learned_and_named_on_the_card(corpus: Path, output: Path, tmp_path: Path) -> None:
    silver = tmp_path / "silver.jsonl"
    silver.write_text('{"id": "alder-0", "labels": "xxxxxxxxx"}\n')
    assert main([str(corpus), f"--silver={silver}", "-o", str(output), "--no-evaluation"]) == 0
    card = (output / "README.md").read_text("utf-8")
    assert f"({corpus}, {silver})" in card
    assert "silver labels: 0 treatment, 0 clinical_research, 0 news, 1 noise" in card


def test_silver_labels_of_other_pages_are_refused(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silver = tmp_path / "silver.jsonl"
    silver.write_text('{"id": "other", "labels": "x"}\n')
    assert main([str(corpus), f"--silver={silver}", "--evaluate"]) == 2
    assert complaint(capsys) == "train.py: silver labels of page 'other', which no corpus holds; give its corpus, too"


def test_the_same_corpus_and_seed_give_the_same_bytes(corpus: Path, output: Path) -> None:
    command = [str(corpus), "-o", str(output), "--no-evaluation", "--seed", "3"]
    assert main(command) == 0
    first = contents(output)
    assert main(command) == 0
    assert contents(output) == first


def test_measuring_and_the_number_of_jobs_do_not_change_the_model(corpus: Path, tmp_path: Path) -> None:
    assert main([str(corpus), "-o", str(tmp_path / "one")]) == 0
    assert main([str(corpus), "-o", str(tmp_path / "two"), "--no-evaluation", "--jobs", "1"]) == 0
    one, two = (
        {name: content for name, content in contents(tmp_path / name).items() if name.endswith(".npy")}
        for name in ("one", "two")
    )
    assert one == two


def test_another_seed_gives_another_model(corpus: Path, tmp_path: Path) -> None:
    hidden = []
    for seed in ("0", "1"):
        assert main([str(corpus), "-o", str(tmp_path / seed), "--no-evaluation", "--seed", seed]) == 0
        hidden.append(load_classifier(tmp_path / seed).second_.spliced.hidden)
    assert not np.array_equal(hidden[0], hidden[1])


def test_evaluate_prints_the_figures_and_writes_nothing(
    corpus: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(corpus), "-o", str(output), "--evaluate"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0] for row in rows[:4]] == [
        "| pages",
        "|---|---|---|---|---|---|",
        "| whole",
        "| stitched",
    ]
    assert rows[4:6] == ["", "| decided | score from | wrong among them | bound on other sites |"]
    assert rows[-1].startswith("| 1.000 | ")
    assert not output.parent.exists()


def test_without_an_evaluation_the_card_has_no_figures(
    corpus: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(corpus), "-o", str(output), "--no-evaluation"]) == 0
    assert capsys.readouterr().out == f"{output}: model written\n"
    assert "Quality" not in (output / "README.md").read_text("utf-8")


def test_a_measured_model_can_abstain_and_one_that_is_not_cannot(corpus: Path, tmp_path: Path) -> None:
    assert main([str(corpus), "-o", str(tmp_path / "one")]) == 0
    curve = RiskCoverageCurve.from_json((tmp_path / "one" / "abstention.json").read_text("utf-8"), "one")
    assert (curve.n_sources, curve.n_sentences, curve.coverage[-1]) == (6, 96, 1)
    assert main([str(corpus), "-o", str(tmp_path / "two"), "--no-evaluation"]) == 0
    assert not (tmp_path / "two" / "abstention.json").exists()


def test_a_model_names_its_ngrams(corpus: Path, output: Path) -> None:
    assert main([str(corpus), "-o", str(output), "--no-evaluation"]) == 0
    vocabulary = Vocabulary.from_json((output / "vocabulary.json").read_text("utf-8"), "small")
    assert ("word", "cookies") in vocabulary.ngrams.values()


def test_pages_of_a_corpus_that_is_not_tested_on_only_train(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = write_corpus(tmp_path / "more.jsonl", small_corpus(["gorse", "hazel"]))
    output = tmp_path / "model"
    assert main([str(corpus), str(more), "-o", str(output), "--test-on", str(corpus)]) == 0
    metrics = json.loads((output / "metrics.json").read_text("utf-8"))
    assert metrics["data"]["n_sources"] == 8
    card = (output / "README.md").read_text("utf-8")
    tested = card.split("### By label, whole pages")[1].split("###")[0]
    assert tested.count("| 24 |") == 4
    assert "pages read" in capsys.readouterr().err


def test_a_corpus_that_is_not_among_those_given_is_tested_on_as_a_whole(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_corpus(tmp_path / "other.jsonl", small_corpus(["gorse", "hazel"]))
    assert main([str(corpus), "--test-on", str(other), "--evaluate"]) == 0
    printed = capsys.readouterr()
    assert "| whole |" in printed.out
    assert "to be tested on" in printed.err


def test_a_site_on_both_sides_of_the_test_is_refused(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = small_corpus(["gorse"])
    learned = write_corpus(tmp_path / "learned.jsonl", pages[:1])
    tested = write_corpus(tmp_path / "tested.jsonl", pages[1:])
    assert main([str(corpus), str(learned), "--test-on", str(tested)]) == 2
    assert complaint(capsys) == (
        "train.py: pages of gorse are both to learn from and to be tested on; take them out of one"
    )


def test_a_missing_corpus_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert complaint(capsys).startswith(f"train.py: {tmp_path / 'nowhere'}: no labelled pages here")


def test_a_fault_in_the_corpus_is_named_with_file_and_line(
    corpus: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus.write_text(corpus.read_text("utf-8") + "{}\n", "utf-8")
    assert main([str(corpus), "-o", str(output)]) == 2
    assert complaint(capsys) == f"train.py: {corpus}, line 13: 'id' must be a str"
    assert not output.exists()


def test_too_few_sites_to_cross_validate_are_refused(
    tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = write_corpus(tmp_path / "few.jsonl", small_corpus(SITES[:3]))
    assert main([str(corpus), "-o", str(output)]) == 2
    assert "takes labels from 5 sources, here are 3" in complaint(capsys)
    assert not output.exists()


@pytest.mark.parametrize("option", ["--evaluate", "--no-evaluation"])
def test_a_corpus_of_one_label_is_refused(
    tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    pages = [labelled_page(site, site, [(f"Log in to {site}", "noise")]) for site in SITES]
    corpus = write_corpus(tmp_path / "noise.jsonl", pages)
    assert main([str(corpus), "-o", str(output), option]) == 2
    assert "Labels of at least two classes need weight" in complaint(capsys)
    assert not output.exists()


def test_a_model_that_cannot_be_written_is_an_error_of_one_line(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main([str(corpus), "-o", str(tmp_path / "file"), "--no-evaluation"]) == 1
    assert (
        complaint(capsys) == f"train.py: {tmp_path / 'file'}: cannot write the model (File exists); choose another -o"
    )


@pytest.fixture
def corrections(tmp_path: Path) -> Path:
    """Five sentences whose corrected labels agree with the corpus."""
    lines = [
        record(number, doc_id=f"https://{site}.example/", text=f"Nurses voted to strike near {site}", new_label="news")
        for number, site in enumerate(["gorse", "hazel", "iris", "juniper", "kelp"])
    ]
    return write_lines(tmp_path / "corrections.jsonl", lines)


def test_corrections_are_learned_and_told_before_and_after(
    corpus: Path, corrections: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(corpus), "--corrections", str(corrections), "-o", str(output), "--allow-worse"]) == 0
    captured = capsys.readouterr()
    assert "corrections: 5 records read = 5 labelled sentences + 0 without a label" in captured.err
    section = captured.out[captured.out.index("## Corrections") : captured.out.index(f"{output}: model written")]
    assert "| all | 5 | 0.000 | " in section
    assert "| pages | macro-F1 without corrections | with | change |" in section
    assert section.strip() in (output / "README.md").read_text("utf-8")
    assert json.loads((output / "metrics.json").read_text("utf-8"))["data"]["n_pages"] == 17


def test_a_model_that_corrections_make_worse_is_not_written(
    corpus: Path, output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong_labels = dict(zip(LABELS, [*LABELS[1:], LABELS[0]], strict=True))
    lines = [
        record(number, doc_id=f"https://site{number}.example/", text=f"{text} {number}", new_label=label, old_label="")
        for number, (text, label) in enumerate(
            [(line, wrong) for label, wrong in wrong_labels.items() for line in LINES[label]] * 20
        )
    ]
    wrong = write_lines(tmp_path / "wrong.jsonl", lines)
    call = [str(corpus), "--corrections", str(wrong), "-o", str(output)]
    assert main(call) == 4
    assert "more than 0.005; no model was written" in complaint(capsys)
    assert not output.exists()
    assert main([*call, "--allow-worse"]) == 0
    assert (output / "manifest.json").exists()


def test_corrections_that_are_not_measured_are_learned_only_if_told(
    corpus: Path, corrections: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [str(corpus), "--corrections", str(corrections), "-o", str(output), "--no-evaluation"]
    with pytest.raises(SystemExit) as caught:
        main(call)
    assert caught.value.code == 2
    assert "leave out --no-evaluation or add --allow-worse" in capsys.readouterr().err
    assert main([*call, "--allow-worse"]) == 0


def test_measuring_corrections_alone_writes_nothing(
    corpus: Path, corrections: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(corpus), "--corrections", str(corrections), "-o", str(output), "--evaluate"]) == 0
    assert "## Corrections" in capsys.readouterr().out
    assert not output.exists()


def test_corrections_without_a_label_teach_nothing(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = write_lines(tmp_path / "empty.jsonl", [record(new_label="")])
    assert main([str(corpus), "--corrections", str(empty)]) == 2
    assert complaint(capsys) == f"train.py: {empty}: no labelled sentence to learn from; fill in new_label"


def test_a_measured_model_knows_its_figures_by_site(corpus: Path, output: Path) -> None:
    assert main([str(corpus), "-o", str(output)]) == 0
    figures = SiteFigures.from_json((output / "sites.json").read_text("utf-8"), "sites.json")
    assert figures.labels.sum(axis=1).tolist() == [18] * 6  # units without a label are counted too


@pytest.mark.parametrize(
    "arguments",
    [["--seed", "x"], ["--colour"], ["--evaluate", "--no-evaluation"], ["--test-on"], ["--allow-worse"]],
)
def test_a_wrong_call_exits_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_an_interrupted_run_exits_with_130(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.commands.training.unit_table", interrupt)
    assert main([str(corpus)]) == 130
    assert complaint(capsys) == "train.py: interrupted, no model was written"
