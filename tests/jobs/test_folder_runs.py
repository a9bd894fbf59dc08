"""Runs into a folder: what is done again after a change, and what stays."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from killer_pages import SLEEP, ObedientModel
from labelled_lines import LINES, NEWS, TREATMENT
from watching import Watching, do_run, folder_run, results, times

from pipeline.errors import AccountError, InputError, UsageError
from pipeline.jobs.models import ModelFolder, find_model
from pipeline.jobs.run_progress import Progress, RunInterrupted
from pipeline.jobs.runs import Job
from pipeline.jobs.slots import LocalSlot


@pytest.fixture(scope="module")
def model(model_folder: Path) -> ModelFolder:
    return find_model(model_folder)


def rows(n_rows: int = 40, site: str = "a") -> str:
    lines = [line for lines in LINES.values() for line in lines]
    url = f"https://{site}.example/"
    return "".join(json.dumps({"url": url, "text": f"{lines[n % len(lines)]}\n{n:05}"}) + "\n" for n in range(n_rows))


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with a large file, which is cut, and some small ones."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "large.jsonl").write_text(rows())
    for number in range(3):
        (folder / f"small-{number}.txt").write_text(f"{TREATMENT}\n{number}")
    (folder / "blank.txt").write_text(" ")
    return folder


def done_again(folder: Path, before: dict[str, int]) -> set[str]:
    return {name for name, time in times(folder).items() if before.get(name) != time}


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
