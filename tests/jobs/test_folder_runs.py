"""Runs into a folder: what they leave there, and what they refuse or say."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from killer_pages import SLEEP, ObedientModel
from labelled_lines import NEWS
from row_files import rows
from watching import Watching, do_run, done_again, folder_run, results, times

from pipeline.errors import AccountError, InputError, UsageError
from pipeline.jobs.models import ModelFolder
from pipeline.jobs.run_progress import Progress, RunInterrupted
from pipeline.jobs.shard_work import get_ready
from pipeline.jobs.slots import LocalSlot, SameProcessSlot


def test_a_run_writes_results_ledgers_failures_and_account(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    record = do_run(folder_run([inputs, tmp_path / "gone"], tmp_path / "out", model)).record
    assert record["pages"] == {"in": 45, "done": 43, "failed": 2}
    assert record["failures"] == {"empty": 1, "missing": 1}
    assert record["shards"] == len(times(tmp_path / "out")) == len(list((tmp_path / "out" / "shards").iterdir())) > 5
    errors = [json.loads(line) for line in (tmp_path / "out" / "errors.jsonl").read_text().splitlines()]
    assert [(error["source"], error["reason"]) for error in errors] == [
        (str(tmp_path / "gone"), "missing"),
        (str(inputs / "blank.txt"), "empty"),
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "documents", "errors.jsonl", "plan.jsonl", "run.json", "sentences", "shards",
    ]  # fmt: skip


def test_workers_change_nothing(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    do_run(folder_run([inputs], tmp_path / "here", model))
    slots = [LocalSlot(), LocalSlot()]
    do_run(folder_run([inputs], tmp_path / "there", model, maps_model=True), slots)
    for slot in slots:
        slot.stop()
    assert results(tmp_path / "there") == results(tmp_path / "here")


class StartedSlot(SameProcessSlot):
    def __init__(self) -> None:
        self.started: list[Callable[[], object]] = []

    def start(self, function: Callable[[], object]) -> None:
        self.started.append(function)


@pytest.mark.parametrize(
    ("changes", "n_started"), [({}, 2), ({"limit": 1}, 1), ({"shard_bytes": 1_000_000}, 1)], ids=str
)
def test_a_new_run_starts_as_many_workers_as_it_may_need_and_a_done_one_none(
    changes: dict[str, Any], n_started: int, inputs: Path, tmp_path: Path, model: ModelFolder
) -> None:
    run = folder_run([inputs], tmp_path / "out", model, **changes)
    for expected in (n_started, 0):
        slots = [StartedSlot(), StartedSlot()]
        do_run(run, slots)
        assert [slot.started for slot in slots] == [[get_ready]] * expected + [[]] * (2 - expected)


def test_an_input_that_changes_while_the_run_goes_on_is_told_and_nothing_looks_whole(
    inputs: Path, tmp_path: Path, model: ModelFolder
) -> None:
    def change(progress: Progress) -> None:
        if progress.shards_done == 1:
            (inputs / "large.jsonl").write_text(rows(40, "b"))

    run = folder_run([inputs], tmp_path / "out", model)
    with pytest.raises(InputError, match=r"it changed while the run was going on; give the same command again"):
        do_run(run, watching=Watching(at_work=change))
    assert not (tmp_path / "out" / "run.json").exists()
    assert list((tmp_path / "out").rglob("*.tmp")) == []
    do_run(run)
    do_run(replace(run, output=replace(run.output, url=str(tmp_path / "anew"))))
    assert results(tmp_path / "out") == results(tmp_path / "anew")


def test_an_input_that_disappears_is_told(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    def remove(_progress: Progress) -> None:
        (inputs / "large.jsonl").unlink(missing_ok=True)

    run = folder_run([inputs], tmp_path / "out", model)
    with pytest.raises(InputError, match=r"large\.jsonl: it could be read when the run was planned, but now: no such"):
        do_run(run, watching=Watching(at_work=remove))
    assert not (tmp_path / "out" / "run.json").exists()


def test_an_interrupted_run_says_how_to_go_on_and_goes_on(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.shards_done == 3:
            raise KeyboardInterrupt

    run = folder_run([inputs], tmp_path / "out", model)
    with pytest.raises(
        RunInterrupted, match=r"^interrupted; 3 of \d+ shards are done; give the same command again to go on$"
    ):
        do_run(run, watching=Watching(at_work=interrupt))
    assert not (tmp_path / "out" / "run.json").exists()
    before = times(tmp_path / "out")
    do_run(run)
    assert before.keys() - done_again(tmp_path / "out", before) >= set(list(before)[:2])
    do_run(replace(run, output=replace(run.output, url=str(tmp_path / "anew"))))
    assert results(tmp_path / "out") == results(tmp_path / "anew")


def test_an_account_that_does_not_balance_says_where(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    run = folder_run([inputs], tmp_path / "out", model)
    do_run(run)
    ledger = min((tmp_path / "out" / "shards").iterdir())
    content = json.loads(ledger.read_bytes())
    content["account"]["pages_done"] += 1
    ledger.write_text(json.dumps(content))
    with pytest.raises(AccountError, match=rf"shard {ledger.stem}: the account does not balance"):
        do_run(run)


def test_standard_input_is_kept_while_the_run_goes_on_and_taken_up_again(
    tmp_path: Path, model: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = folder_run(["-"], tmp_path / "out", model)
    for was_done in (False, True):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows().encode())))
        assert do_run(run).was_done is was_done
    assert {name.partition("-")[0] for name in times(tmp_path / "out")} == {"input"}
    assert list((tmp_path / "out").rglob(".*")) == []


def test_the_same_file_twice_is_two_shards(tmp_path: Path, model: ModelFolder) -> None:
    (tmp_path / "a.jsonl").write_text(rows(9))
    do_run(folder_run([tmp_path / "a.jsonl"] * 2, tmp_path / "out", model, shard_bytes=900))
    names = [name.removesuffix(".parquet") for name in times(tmp_path / "out")]
    assert sorted(name for name in names if "~2" in name) == sorted(f"{name}~2" for name in names if "~" not in name)


def test_no_readable_input_is_an_empty_result(tmp_path: Path, model: ModelFolder) -> None:
    record = do_run(folder_run([tmp_path / "gone"], tmp_path / "out", model)).record
    assert record["pages"] == {"in": 1, "done": 0, "failed": 1}
    assert list(times(tmp_path / "out")) == ["no-pages.parquet"]


def test_a_page_that_takes_too_long_fails_alone_and_is_tried_again_with_more_time(
    tmp_path: Path, model_folder: Path
) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in (NEWS, SLEEP, NEWS)))
    run = folder_run([tmp_path / "a.jsonl"], tmp_path / "out", ObedientModel(model_folder), page_seconds=2)
    slot = LocalSlot()
    record = do_run(run, [slot]).record
    assert (record["pages"]["done"], record["failures"]) == (2, {"too_slow": 1})
    assert do_run(run).was_done
    before = times(tmp_path / "out")
    do_run(replace(run, job=replace(run.job, page_seconds=2.5)), [slot])
    slot.stop()
    assert done_again(tmp_path / "out", before)


def test_a_folder_at_a_url_holds_the_same(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415 - only here; it ships no types

    do_run(folder_run([inputs], tmp_path / "out", model))
    run = folder_run([inputs], "memory://winnow/out", model)
    do_run(run)
    stored = fsspec.filesystem("memory")
    for name, content in results(tmp_path / "out").items():
        if isinstance(content, bytes) and name != "plan.jsonl":
            assert stored.cat_file(f"/winnow/out/{name}") == content
    assert do_run(run).was_done
    stored.rm_file(f"/winnow/out/sentences/{min(times(tmp_path / 'out'))}")
    assert not do_run(run).was_done
    do_run(folder_run([inputs], f"file://{tmp_path}/too", model))
    assert results(tmp_path / "too") == results(tmp_path / "out")


def test_a_folder_is_for_one_run_at_a_time(inputs: Path, tmp_path: Path, model: ModelFolder) -> None:
    run = folder_run([inputs], tmp_path / "out", model)

    def start_another(_progress: Progress) -> None:
        with pytest.raises(UsageError, match="another run is going on in it"):
            do_run(run)

    do_run(run, watching=Watching(at_work=start_another))


@pytest.mark.parametrize("scheme", ["", "memory://winnow"])
def test_a_folder_inside_an_input_folder_is_refused(inputs: Path, model: ModelFolder, scheme: str) -> None:
    run = folder_run([f"{scheme}{inputs}"], f"{scheme}{inputs}/out", model)
    with pytest.raises(UsageError, match="its files would be read as pages"):
        do_run(run)
    assert not (inputs / "out").exists()
