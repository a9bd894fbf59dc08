import pytest

from pipeline.training.boundary_evaluation import BoundaryScore, pipeline_with, score_boundaries, seconds_each


def test_inner_boundaries_are_counted_by_the_characters_before_them() -> None:
    paragraphs = [["It is late.", "We sleep."], ["dr. Low", "slept.", "We too."], ["One"]]
    score = score_boundaries(paragraphs, pipeline_with("sentencizer"))
    assert score == BoundaryScore(n_right=2, n_wrong=1, n_missed=1)
    assert (score.precision, score.recall, score.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_without_boundaries_a_score_is_zero() -> None:
    score = score_boundaries([["One"]], pipeline_with("sentencizer"))
    assert (score.precision, score.recall, score.f1) == (0, 0, 0)


def test_runs_are_timed_in_turn() -> None:
    calls: list[str] = []
    seconds = seconds_each([lambda: calls.append("a"), lambda: calls.append("b")], n_rounds=2)
    assert calls == ["a", "b", "a", "b"]
    assert all(0 <= second < 1 for second in seconds)
