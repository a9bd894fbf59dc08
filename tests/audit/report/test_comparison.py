from pathlib import Path

import pytest
from run_folders import write_comparison

from pipeline.audit.report.comparison import LabelChange, ModelComparison, read_comparison, read_other_labels
from pipeline.errors import UsageError

MODEL = "small@0123456789ab"


def test_a_comparison_is_read(tmp_path: Path) -> None:
    write_comparison(tmp_path)
    changes = (LabelChange("treatment", "news", 1),)
    assert read_comparison(tmp_path, MODEL) == ModelComparison("other@ba9876543210", 4, 1, changes)
    assert read_other_labels(tmp_path, {"ward"}) == {"ward": {1: (2, 0.52)}}
    assert read_other_labels(tmp_path, {"trial"}) == {}


def test_a_comparison_of_other_results_is_left_alone(tmp_path: Path) -> None:
    write_comparison(tmp_path, "older@0123456789ab")
    assert read_comparison(tmp_path, MODEL) is None


def test_most_runs_have_none(tmp_path: Path) -> None:
    assert read_comparison(tmp_path, MODEL) is None


@pytest.mark.parametrize("text", ["{", "{}", "[]"])
def test_a_comparison_that_is_not_understood_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "compare.json").write_text(text)
    (tmp_path / "compare.jsonl").write_text(text)
    with pytest.raises(UsageError, match=r"compare\.json: not a comparison"):
        read_comparison(tmp_path, MODEL)
    with pytest.raises(UsageError, match=r"compare\.jsonl: not a comparison"):
        read_other_labels(tmp_path, {"ward"})
