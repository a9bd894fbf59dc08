"""Runs that are taken up again: what is done again after a change, and what stays."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from row_files import rows
from watching import Watching, do_run, done_again, folder_run, results, times

from pipeline.errors import UsageError
from pipeline.jobs.job import Job
from pipeline.jobs.models import ModelFolder


def test_a_finished_run_is_left_alone(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert do_run(run).was_done
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert not do_run(replace(run, resume=False)).was_done


@pytest.mark.parametrize(
    "change",
    [
        lambda run: replace(run, options={"keep": ["news"]}, job=Job(frozenset(["news"]))),
        lambda run: replace(run, model=replace(run.model, digest="another")),
    ],
)
def test_another_option_or_model_does_every_shard_again(
    inputs: Path, tmp_path: Path, model: ModelFolder, change: Callable[[Any], Any]
) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = times(tmp_path / "out")
    do_run(change(run))
    assert done_again(tmp_path / "out", before) == set(before)


def test_other_code_does_every_shard_again(
    inputs: Path, tmp_path: Path, model: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = times(tmp_path / "out")
    for module in ("folder_runs", "run_account"):
        monkeypatch.setattr(f"pipeline.jobs.{module}.code_version", lambda: {"winnow": "another"})
    do_run(run)
    assert done_again(tmp_path / "out", before) == set(before)


def test_a_change_in_an_input_does_its_shard_again_and_no_other(
    inputs: Path, tmp_path: Path, model: ModelFolder
) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = times(tmp_path / "out")
    text = (inputs / "large.jsonl").read_text()
    (inputs / "large.jsonl").write_text(text.replace("00020", "00099"))
    do_run(run)
    (again,) = done_again(tmp_path / "out", before)
    assert again.startswith("large.jsonl-")
    do_run(replace(run, output=replace(run.output, url=str(tmp_path / "anew"))))
    assert results(tmp_path / "out") == results(tmp_path / "anew")


def test_places_of_failures_follow_when_lines_before_them_are_more_but_no_longer(
    tmp_path: Path, model: ModelFolder
) -> None:
    (tmp_path / "a.jsonl").write_text(rows(20) + "no json\n" + rows(3))
    run = folder_run([tmp_path / "a.jsonl"], tmp_path / "out", model)
    do_run(run)
    (tmp_path / "a.jsonl").write_text((rows(20) + "no json\n" + rows(3)).replace('00000"}\n', '0000"}\n\n', 1))
    do_run(run)
    (failure,) = (tmp_path / "out" / "errors.jsonl").read_text().splitlines()
    assert json.loads(failure)["place"] == "line 22"


def test_appended_rows_and_new_files_leave_earlier_shards_alone(
    inputs: Path, tmp_path: Path, model: ModelFolder
) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = times(tmp_path / "out")
    (inputs / "large.jsonl").write_text(rows(50))
    (inputs / "other.jsonl").write_text(rows(30))
    do_run(run)
    again = done_again(tmp_path / "out", before)
    assert len(before.keys() - again) >= len(before) - 1
    assert any(name.startswith("other.jsonl") for name in again)


def test_a_touched_file_is_read_but_not_done_again(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    before = times(tmp_path / "out")
    (inputs / "large.jsonl").touch()
    assert do_run(run).was_done
    assert not done_again(tmp_path / "out", before)


@pytest.mark.parametrize("damage", ["ledger", "ledger gone", "part gone", "part cut", "plan", "account"])
def test_what_is_missing_or_damaged_is_mended(inputs: Path, tmp_path: Path, model: ModelFolder, damage: str) -> None:
    out = tmp_path / "out"
    run = folder_run([inputs], out, model)
    do_run(run)
    whole, before = results(out), times(out)
    name = min(before).removesuffix(".parquet")
    paths = {"part": out / "sentences" / f"{name}.parquet", "ledger": out / "shards" / f"{name}.json"}
    path = {**paths, "plan": out / "plan.jsonl", "account": out / "run.json"}[damage.partition(" ")[0]]
    if damage.endswith("gone"):
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-3])
    do_run(run)
    assert results(out) == whole
    assert done_again(out, before) == ({f"{name}.parquet"} if damage not in ("plan", "account") else set())


def test_shards_that_are_no_more_take_their_results_with_them(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    (inputs / "large.jsonl").unlink()
    watching = Watching()
    do_run(run, watching=watching)
    assert watching.removed_shards > 3
    do_run(replace(run, output=replace(run.output, url=str(tmp_path / "anew"))))
    assert results(tmp_path / "out") == results(tmp_path / "anew")


def test_results_of_somebody_else_are_refused_and_kept(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    foreign = tmp_path / "out" / "sentences" / "part-00000.parquet"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine")
    (tmp_path / "out" / "sentences" / "notes.txt").write_text("mine too")
    with pytest.raises(UsageError, match=r"part-00000\.parquet: no run of winnow here has written it"):
        do_run(folder_run([inputs], tmp_path / "out", model))
    assert foreign.read_text() == "mine"


def test_a_limit_counts_pages_that_can_be_read(tmp_path: Path, model: ModelFolder) -> None:
    (tmp_path / "a.jsonl").write_text(rows(3) + "no json\n" + rows(30))
    do_run(folder_run([tmp_path / "a.jsonl"], tmp_path / "out", model, limit=9))
    record = results(tmp_path / "out")["run.json"]
    assert isinstance(record, dict)
    assert record["pages"] == {"in": 10, "done": 9, "failed": 1}


@pytest.mark.parametrize(("earlier", "later"), [(9, 20), (20, 9), (9, None), (None, 9)])
def test_another_limit_does_one_earlier_shard_again_that_in_which_a_limit_falls(
    tmp_path: Path, model: ModelFolder, earlier: int | None, later: int | None
) -> None:
    (tmp_path / "a.jsonl").write_text(rows(34))
    do_run(folder_run([tmp_path / "a.jsonl"], tmp_path / "out", model, limit=earlier, options={"limit": earlier}))
    before = times(tmp_path / "out")
    do_run(folder_run([tmp_path / "a.jsonl"], tmp_path / "out", model, limit=later, options={"limit": later}))
    do_run(folder_run([tmp_path / "a.jsonl"], tmp_path / "anew", model, limit=later, options={"limit": later}))
    assert results(tmp_path / "out") == results(tmp_path / "anew")
    assert len(done_again(tmp_path / "out", before) & before.keys()) == 1
