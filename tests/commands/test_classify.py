import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from labelled_lines import MIXED, NEWS, NOISE, RESEARCH, TREATMENT

from pipeline.commands.classify import main
from pipeline.jobs.account import Account

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "corpus" / "samples"


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    path = tmp_path / "mixed.txt"
    path.write_text(MIXED)
    return str(path)


@pytest.fixture
def model(model_folder: Path) -> str:
    return f"--model={model_folder}"


def rows(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def start(*arguments: str, **options: object) -> "subprocess.Popen[str]":
    command = [sys.executable, str(ROOT / "classify.py"), *arguments]
    return subprocess.Popen(command, text=True, stdout=-1, stderr=-1, **options)  # type: ignore[call-overload, no-any-return]  # noqa: S603 - fixed program; the options are Popen's


def test_without_a_terminal_every_sentence_is_a_line_of_json(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([mixed, model]) == 0
    printed = rows(capsys.readouterr().out)
    assert [row["text"] for row in printed] == [NOISE, TREATMENT, NEWS, RESEARCH]
    assert [row["label"] for row in printed] == ["noise", "treatment", "news", "clinical_research"]


def test_on_a_terminal_there_is_a_table(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main([mixed, model]) == 0
    assert "─" in capsys.readouterr().out


def test_text_leaves_noise_out(mixed: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([mixed, model, "--format", "text"]) == 0
    assert capsys.readouterr().out == f"{TREATMENT}\n{NEWS}\n{RESEARCH}\n"


def test_keep_chooses_labels(mixed: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([mixed, model, "--format", "text", "--keep", "noise"]) == 0
    assert capsys.readouterr().out == f"{NOISE}\n"


def test_split_gives_a_document_for_each_label(mixed: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([mixed, model, "--format", "markdown", "--split", "--keep", "news,treatment"]) == 0
    assert capsys.readouterr().out == (
        f"<!-- {mixed}#treatment -->\n\n{TREATMENT}\n\n<!-- {mixed}#news -->\n\n{NEWS}\n"
    )


def test_limit_stops_after_so_many_pages(mixed: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([mixed, mixed, mixed, model, "--limit", "2"]) == 0
    assert len(rows(capsys.readouterr().out)) == 8


def test_standard_input_is_read(
    model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NEWS.encode())))
    assert main(["-", model]) == 0
    assert [(row["doc_id"], row["label"]) for row in rows(capsys.readouterr().out)] == [("-", "news")]


def test_an_input_that_fails_is_told_in_one_line_and_the_rest_is_done(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bad\x1b.jsonl").write_text('{"text": "Rest."}\nno json\n')
    assert main(["gone.html", str(tmp_path / "bad\x1b.jsonl"), mixed, model]) == 1
    captured = capsys.readouterr()
    assert len(rows(captured.out)) == 5
    first, second = captured.err.splitlines()
    assert first == "winnow: gone.html: no such file; check the path"
    assert second.startswith(f"winnow: {tmp_path}/bad .jsonl, line 2: ")


@pytest.mark.parametrize("arguments", [["a", "--colour"], ["a", "--model", "nowhere"], ["a", "--split"]])
def test_wrong_usage_and_a_missing_model_are_told_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("winnow: ")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_without_arguments_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: winnow [-h]")


def test_an_account_that_does_not_balance_ends_with_3(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "add", lambda _account, _part: None)
    assert main([mixed, model]) == 3
    assert "winnow: the account does not balance: 1 pages in" in capsys.readouterr().err


def test_an_interrupted_call_ends_with_130(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_options: object) -> Iterator[None]:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.commands.classify._classify", interrupt)
    assert main([mixed, model]) == 130
    assert capsys.readouterr().err == "winnow: interrupted\n"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_nothing_heavy(option: str) -> None:
    code = (
        "import sys\nfrom pipeline.commands.classify import main\n"
        f"try: main([{option!r}])\n"
        "except SystemExit: print({'spacy', 'sklearn', 'pyarrow', 'numpy', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - fixed code
    assert "winnow" in done.stdout
    assert done.stdout.endswith("\nset()\n")


def test_one_page_waits_for_nothing_that_it_does_not_need(model: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>Rest well. Drink tea.", "utf-8")
    unneeded = {"sklearn", "joblib", "ftfy", "fsspec", "scipy.special", "pyarrow.compute", "pyarrow.parquet"}
    unneeded |= {"pipeline.classifier.explanation", "pipeline.commands.terminal"}
    code = (
        "import sys\nfrom pipeline.commands.classify import main\n"
        f"main([{str(path)!r}, {model!r}])\nprint({unneeded} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - fixed code
    assert done.stdout.splitlines()[-1] == "set()"
    assert len(done.stdout.splitlines()) == 3


def test_a_run_into_a_folder_leaves_what_is_heavy_to_its_workers(model: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>Rest well. Drink tea.", "utf-8")
    code = (
        "import sys\nfrom pipeline.commands.classify import main\n"
        f"main([{str(path)!r}, {model!r}, '-o', {str(tmp_path / 'out')!r}, '--quiet'])\n"
        "print({'spacy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - fixed code
    assert done.stdout == "set()\n"
    assert (tmp_path / "out" / "run.json").exists()


def test_the_script_labels_the_samples(model: str) -> None:
    process = start(str(SAMPLES), model)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    sources = {str(row["doc_id"]) for row in rows(output)}
    assert str(SAMPLES / "stitched.txt") in sources
    assert len(sources) == 9


def test_the_shipped_model_takes_a_stitched_page_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SAMPLES / "stitched.txt")]) == 0
    by_text = {str(row["text"]): row["label"] for row in rows(capsys.readouterr().out)}
    assert by_text["We use cookies to give you the best experience on our site."] == "noise"
    assert {"treatment", "clinical_research", "news"} <= set(by_text.values())


@pytest.mark.parametrize("chosen", ["jsonl", "table"])
def test_a_closed_pipe_ends_the_script_quietly(chosen: str, model: str, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(f"{json.dumps({'text': MIXED})}\n" * 3000)
    process = start(str(path), model, "--workers=1", "--format", chosen)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


def test_ctrl_c_ends_the_script_without_a_traceback(model: str, tmp_path: Path) -> None:
    output = tmp_path / "out"
    process = start("-", model, "-o", str(output), stdin=subprocess.PIPE)
    while not (output / ".lock").exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "winnow: interrupted; give the same command again to go on\n")
    assert [path.name for path in output.iterdir()] == [".lock"]


def test_explain_adds_to_every_line_why(mixed: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([mixed, model, "--explain"]) == 0
    for row in rows(capsys.readouterr().out):
        why = row["why"]
        assert isinstance(why, dict)
        assert why["label"] == row["label"]
        assert sum(part[2] for part in why["parts"]) == pytest.approx(why["logit"], abs=1e-4)


def test_an_error_within_reach_leaves_some_uncertain_without_a_word(
    mixed: str, measured_model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([mixed, f"--model={measured_model_folder}", "--max-error", "0.05"]) == 0
    captured = capsys.readouterr()
    assert [row["uncertain"] for row in rows(captured.out)] == [
        float(str(row["score"])) < 0.99 for row in rows(captured.out)
    ]
    assert captured.err == ""


def test_an_error_out_of_reach_leaves_all_uncertain_and_is_told(
    mixed: str, measured_model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([mixed, f"--model={measured_model_folder}", "--max-error", "0.01"]) == 0
    captured = capsys.readouterr()
    assert all(row["uncertain"] for row in rows(captured.out))
    assert captured.err == "winnow: --max-error 0.01: measured cannot promise that; every sentence is uncertain\n"


def test_a_model_that_was_not_measured_promises_nothing(
    mixed: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([mixed, model, "--max-error", "0.05"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "train it again without --no-evaluation" in captured.err
