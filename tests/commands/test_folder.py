import gzip
import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from labelled_lines import MIXED, NEWS, NOISE
from watching import results

from pipeline.commands.classify import main
from pipeline.schema import sentence_schema

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


@pytest.fixture(scope="module")
def model(model_folder: Path) -> str:
    return f"--model={model_folder}"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("in") / "pages.jsonl"
    rows = [
        {"id": "mixed", "url": "https://a.example/1", "text": MIXED},
        {"id": "empty", "text": " "},
        {"id": "news", "url": "https://b.example/2", "text": f"{NEWS}\n{NOISE}"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that only tests which change nothing look at."""

    folder: Path
    status: int
    output: str
    errors: str


@pytest.fixture(scope="module")
def finished(pages: Path, model: str, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished") / "out"
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        status = main([str(pages), model, "-o", str(folder), "--quiet"])
    return Finished(folder, status, output.getvalue(), errors.getvalue())


def documents(folder: Path) -> list[dict[str, Any]]:
    (path,) = (folder / "documents").iterdir()
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines]


def account(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "run.json").read_text()))


def test_sentences_documents_failures_and_account_are_written(finished: Finished, pages: Path) -> None:
    out = finished.folder
    assert finished.status == 1
    table = pq.read_table(out / "sentences")
    assert table.schema.equals(sentence_schema())
    assert table["doc_id"].to_pylist() == ["mixed"] * 4 + ["news"] * 2
    assert [document["id"] for document in documents(out)] == ["mixed", "news"]
    (failure,) = [json.loads(line) for line in (out / "errors.jsonl").read_text().splitlines()]
    assert (failure["source"], failure["place"], failure["reason"]) == (str(pages), "line 2", "no_text")


def test_the_account_balances_and_tells_what_was_run(finished: Finished, pages: Path) -> None:
    run = account(finished.folder)
    assert run["pages"] == {"in": 3, "done": 2, "failed": 1}
    assert run["failures"] == {"no_text": 1}
    characters = run["characters"]
    assert characters["in"] == len(MIXED) + len(NEWS) + 1 + len(NOISE)
    assert characters["in"] == characters["kept"] + characters["removed"] + characters["uncertain"]
    assert run["sentences"] == {"treatment": 1, "clinical_research": 1, "news": 2, "noise": 2}
    assert [host["host"] for host in run["hosts"]] == ["a.example", "b.example"]
    assert run["options"] == {
        "keep": ["treatment", "clinical_research", "news"],
        "split": False,
        "limit": None,
        "max_error": None,
        "explain": False,
        "page_bytes": 20_000_000,
    }
    assert run["model"]["name"] == "small"
    assert run["inputs"] == [str(pages)]
    assert run["seconds"] > 0


def test_a_document_tells_what_was_removed_and_by_which_model(finished: Finished, pages: Path) -> None:
    news, digest = documents(finished.folder)[1], account(finished.folder)["model"]["digest"]
    assert news == {
        "id": "news",
        "text": NEWS,
        "url": "https://b.example/2",
        "source": str(pages),
        "metadata": {
            "label_counts": {"news": 1},
            "removed_characters": len(NOISE),
            "uncertain_characters": 0,
            "model": f"small@{digest[:12]}",
        },
    }


def test_the_same_inputs_give_the_same_bytes_whatever_the_workers(model: str, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        assert main([str(SAMPLES), model, "-o", str(tmp_path / workers), "--workers", workers]) == 0
    assert results(tmp_path / "1") == results(tmp_path / "2")


def test_split_writes_a_document_for_each_label(pages: Path, model: str, tmp_path: Path) -> None:
    main([str(pages), model, "-o", str(tmp_path / "out"), "--split", "--keep", "news,treatment"])
    assert [document["id"] for document in documents(tmp_path / "out")] == [
        "mixed#treatment",
        "mixed#news",
        "news#news",
    ]


def test_a_finished_run_is_not_done_again(
    finished: Finished, pages: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (finished.folder / "run.json").stat().st_mtime_ns
    assert main([str(pages), model, "-o", str(finished.folder)]) == 1
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == "3 pages = 2 done + 1 failed (1 no_text)"
    assert last == f"{finished.folder}: already done; add --no-resume to do it again"
    assert (finished.folder / "run.json").stat().st_mtime_ns == before


def test_other_options_do_the_run_again(finished: Finished, pages: Path, model: str, tmp_path: Path) -> None:
    shutil.copytree(finished.folder, tmp_path / "out")
    call = [str(pages), model, "-o", str(tmp_path / "out")]
    assert main([*call, "--keep", "news"]) == 1
    assert account(tmp_path / "out")["options"]["keep"] == ["news"]
    assert [document["text"] for document in documents(tmp_path / "out")] == [NEWS, NEWS]


def test_a_quiet_run_says_only_what_failed(finished: Finished) -> None:
    assert finished.output == ""
    assert finished.errors.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_told(pages: Path, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pages), model, "-o", f"{pages}/out"]) == 1
    assert "cannot be written: Not a directory" in capsys.readouterr().err


def test_uncertain_characters_are_in_the_account(pages: Path, measured_model_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main([str(pages), f"--model={measured_model_folder}", "-o", str(out), "--max-error", "0.01"]) == 1
    run = account(out)
    assert run["characters"]["uncertain"] == run["characters"]["in"] > 0
    assert run["options"]["max_error"] == 0.01
    assert [document["metadata"]["uncertain_characters"] for document in documents(out)] == [
        len(MIXED),
        len(NEWS) + 1 + len(NOISE),
    ]


def test_explain_adds_a_column_of_json(pages: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main([str(pages), model, "-o", str(out), "--explain"]) == 1
    table = pq.read_table(out / "sentences")
    assert table.schema.equals(sentence_schema(explained=True))
    assert [json.loads(why)["label"] for why in table["why"].to_pylist()] == table["label"].to_pylist()
