"""The benchmark runs, on a handful of generated pages."""

import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import bench_pages
import compare


@pytest.mark.usefixtures("_no_raw_pages")
def test_the_benchmark_compares_winnow_with_the_floor(model_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    options = ["--rounds=1", "--pages=16", "--workload=0", f"--model={model_folder}", f"--json={file}"]
    assert compare.main([*options, "--only", "winnow", "d_floor"]) == 0
    figures = json.loads(file.read_text())
    assert figures["mixed"]["contenders"]["winnow"]["sentences"] > 4
    assert figures["mixed"]["times_winnow"]["d_floor"] > 0
    assert figures["scale"]["pages"] == [1, 4, 16]
    assert set(figures["cold_start"]) == {"import_spacy", "help", "one_page"}


@pytest.mark.usefixtures("_no_raw_pages")
def test_two_workers_stand_beside_two_runs_at_once(model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--rounds=1", "--pages=16", "--workload=1", f"--model={model_folder}"]
    assert compare.main([*options, "--only", "winnow", "winnow_labels"]) == 0
    printed = capsys.readouterr().out
    assert re.search(
        r"one worker .* s, two .* times as fast\ntwo runs of one worker at once, .* times as much\n$", printed
    )


def test_generated_pages_of_one_site_share_their_menu() -> None:
    first, second = bench_pages.generated_pages(2, one_site=True)
    assert first.content.split("<main>")[0] == second.content.split("<main>")[0]
    assert first.content != second.content


def test_turned_lines_keep_their_words_and_tags() -> None:
    html = "<p class='a b'>Rest well today</p><i>Tea</i>"
    assert bench_pages.with_turned_lines(html, 0) == html
    assert bench_pages.with_turned_lines(html, 2) == "<p class='a b'>today Rest well</p><i>Tea</i>"


@pytest.fixture
def _no_raw_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_pages, "RAW_PAGES", Path("/nonexistent"))
