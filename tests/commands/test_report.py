from pathlib import Path

import pytest
from labelled_lines import MIXED

from pipeline.commands.classify import main


@pytest.fixture
def call(tmp_path: Path, model_folder: Path) -> list[str]:
    (tmp_path / "page.txt").write_text(MIXED)
    return [str(tmp_path / "page.txt"), f"--model={model_folder}", "-o", str(tmp_path / "out")]


def test_a_report_is_written_beside_the_results(
    call: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*call, "--report"]) == 0
    assert MIXED.splitlines()[0] in (tmp_path / "out" / "report.html").read_text()
    assert "report.html: look and correct" in capsys.readouterr().out


def test_a_finished_run_gets_its_report_without_being_done_again(call: list[str], tmp_path: Path) -> None:
    main(call)
    before = (tmp_path / "out" / "run.json").stat().st_mtime_ns
    assert main([*call, "--report", "--quiet"]) == 0
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "run.json").stat().st_mtime_ns == before


def test_a_report_of_replaced_results_is_removed(call: list[str], tmp_path: Path) -> None:
    main([*call, "--report"])
    main([*call, "--explain", "--no-resume"])
    assert not (tmp_path / "out" / "report.html").exists()


def test_an_explained_run_has_its_reasons_in_the_report(call: list[str], tmp_path: Path) -> None:
    main([*call, "--report", "--explain"])
    assert '"explained":true' in (tmp_path / "out" / "report.html").read_text()
