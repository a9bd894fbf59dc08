import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError, OutputError, UsageError
from pipeline.jobs.run_folder import RunFolder, RunIdentity, files_summary
from pipeline.preprocess.readers.files import FileOrError, InputFile

IDENTITY = RunIdentity(
    ("a.txt",), {"count": 1, "bytes": 3, "sha256": "00"}, {"keep": ["news"]}, {"name": "m", "digest": "11"}
)
FAILURE = InputError("b.txt", "empty", "there is nothing in it")


def publish(path: Path, identity: RunIdentity = IDENTITY) -> None:
    folder = RunFolder(path)
    with folder.results("m@11") as parts:
        parts.write([], [], [FAILURE])
    folder.publish({**identity.as_json(), "seconds": 1})


def names(path: Path) -> list[str]:
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())


def test_results_appear_when_they_are_published(tmp_path: Path) -> None:
    publish(tmp_path / "out")
    assert names(tmp_path / "out") == [
        "documents/part-00000.jsonl.gz",
        "errors.jsonl",
        "run.json",
        "sentences/part-00000.parquet",
    ]
    assert json.loads((tmp_path / "out" / "errors.jsonl").read_text())["source"] == "b.txt"


def test_nothing_remains_of_a_run_that_was_broken_off(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path).results("m"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_breaks_off_leaves_the_older_one_alone(tmp_path: Path) -> None:
    publish(tmp_path)
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path).results("m"):
        raise KeyboardInterrupt
    assert RunFolder(tmp_path).finished_run(IDENTITY) is not None


def test_a_free_folder_holds_no_run(tmp_path: Path) -> None:
    assert RunFolder(tmp_path / "new").finished_run(IDENTITY) is None
    (tmp_path / "notes.txt").write_text("mine")
    assert RunFolder(tmp_path).finished_run(IDENTITY) is None


def test_a_finished_run_of_the_same_identity_is_returned(tmp_path: Path) -> None:
    publish(tmp_path)
    assert RunFolder(tmp_path).finished_run(IDENTITY) == {**IDENTITY.as_json(), "seconds": 1}


@pytest.mark.parametrize(
    "other",
    [
        replace(IDENTITY, inputs=("b.txt",)),
        replace(IDENTITY, files={"count": 1, "bytes": 4, "sha256": "22"}),
        replace(IDENTITY, options={"keep": ["noise"]}),
        replace(IDENTITY, model={"name": "m", "digest": "33"}),
    ],
)
def test_a_run_of_something_else_is_refused(tmp_path: Path, other: RunIdentity) -> None:
    publish(tmp_path)
    with pytest.raises(UsageError, match="add --no-resume"):
        RunFolder(tmp_path).finished_run(other)


def test_standard_input_is_never_the_same_run(tmp_path: Path) -> None:
    piped = replace(IDENTITY, inputs=("-",))
    publish(tmp_path, piped)
    with pytest.raises(UsageError, match="add --no-resume"):
        RunFolder(tmp_path).finished_run(piped)


def test_results_without_an_account_are_refused(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / "run.json").unlink()
    with pytest.raises(UsageError, match=r"holds results without run\.json"):
        RunFolder(tmp_path).finished_run(IDENTITY)


@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_broken_account_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match="add --no-resume"):
        RunFolder(tmp_path).finished_run(IDENTITY)


def test_outdated_parts_go_and_other_files_stay(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / "sentences" / "part-00001.parquet").write_text("outdated")
    (tmp_path / "sentences" / "notes.txt").write_text("mine")
    publish(tmp_path)
    assert names(tmp_path / "sentences") == ["notes.txt", "part-00000.parquet"]


def test_a_folder_that_cannot_be_made_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot be written"), RunFolder(tmp_path / "file").results("m"):
        pass


def test_a_folder_inside_an_input_folder_is_refused_once_it_exists(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "out")
    folder.refuse_to_hold_inputs([str(tmp_path)])
    folder.path.mkdir()
    with pytest.raises(UsageError, match="its files would be read as pages"):
        folder.refuse_to_hold_inputs(["elsewhere", str(tmp_path)])


def test_files_are_summed_up_by_name_and_size() -> None:
    a, b = InputFile("a", 3), InputFile("b", None)
    summary = files_summary([a, b, FAILURE])
    assert (summary["count"], summary["bytes"]) == (2, 3)
    others: list[list[FileOrError]] = [[a], [InputFile("a", 4)], [b], [FAILURE], [a, b], [b, a]]
    assert len({files_summary(files)["sha256"] for files in others}) == 6
