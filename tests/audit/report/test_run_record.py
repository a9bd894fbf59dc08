import json
from pathlib import Path

import pytest
from run_folders import Sentence, page, write_run

from pipeline.audit.report.run_record import Failure, Host, read_run_record
from pipeline.errors import UsageError

FAILURE = {"source": "a.pdf", "place": "", "reason": "binary", "detail": "not text"}


def test_the_account_of_a_run_is_read(tmp_path: Path) -> None:
    run = write_run(tmp_path / "out", [page("a", Sentence("Rest.", "treatment"), Sentence("Buy!"))], failures=[FAILURE])
    record = read_run_record(run)
    assert record.pages == {"in": 2, "done": 1, "failed": 1}
    assert record.characters == {"in": 9, "kept": 5, "removed": 4, "uncertain": 0}
    assert record.hosts == (Host("", (1, 0, 0, 1)),)
    assert record.model == "small@0123456789ab"
    assert record.failures == (Failure("a.pdf", "", "binary", "not text"),)


def test_runs_of_other_options_have_another_id(tmp_path: Path) -> None:
    pages = [page("a", Sentence("Rest."))]
    runs = [write_run(tmp_path / str(explained), pages, explained=explained) for explained in (False, True)]
    assert len({read_run_record(run).id for run in runs}) == 2


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run\.json: cannot be read \(No such file or directory\)"):
        read_run_record(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps({"inputs": 3})])
def test_an_account_that_is_not_understood_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    (tmp_path / "errors.jsonl").write_text("")
    with pytest.raises(UsageError, match="not the account of a run of this version"):
        read_run_record(tmp_path)
