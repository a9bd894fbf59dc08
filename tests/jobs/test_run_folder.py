from pathlib import Path

from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.plan_file import EarlierPlan
from pipeline.jobs.planning import Cutting, Plan
from pipeline.jobs.run_folder import RunFolder


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_what_killed_writers_left_is_removed_everywhere_and_nothing_else(tmp_path: Path) -> None:
    left = (".run.json.1f.tmp", "sentences/.a.parquet.2e.tmp", "documents/.a.jsonl.gz.3d.tmp", "shards/.a.json.4c.tmp")
    write(tmp_path, *left, "run.json", "notes.tmp", "sentences/a.parquet", "other/.a.tmp")
    RunFolder(OutputFolder(str(tmp_path))).remove_temporary_files()
    assert files_in(tmp_path) == ["notes.tmp", "other/.a.tmp", "run.json", "sentences/a.parquet"]


def test_a_run_that_is_forgotten_loses_its_ledgers_and_its_account(tmp_path: Path) -> None:
    write(tmp_path, "shards/a.json", "shards/b.json", "sentences/a.parquet", "run.json")
    RunFolder(OutputFolder(str(tmp_path))).forget()
    assert files_in(tmp_path) == ["sentences/a.parquet"]


def test_shards_that_are_no_more_take_the_account_with_them_or_the_folder_would_look_whole(tmp_path: Path) -> None:
    write(tmp_path, "shards/a.json", "sentences/a.parquet", "documents/a.jsonl.gz", "run.json", "errors.jsonl")
    folder, nothing = RunFolder(OutputFolder(str(tmp_path))), Plan((), (), ())
    assert folder.make_ready(nothing, EarlierPlan(shards=frozenset({"a"})), Cutting()) == 1
    assert files_in(tmp_path) == ["plan.jsonl"]
