import numpy as np
import pytest
from toy_second_stage import N_CLASSES, N_CONTEXT, random_rows, second_stage

NUMBERS = np.repeat([0, 1, 2], [4, 1, 5])


def said(gate_bias: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the second stage says with a gate that leans so, and what each of its readers says alone."""
    stage = second_stage(0, gate_bias)
    context, added = random_rows(10, N_CONTEXT), stage.passage.added(random_rows(10, 3, 1))
    logits = stage.logits(context, added, NUMBERS)
    return logits, stage.passage.logits(context, added, NUMBERS), stage.spliced.logits(context)


def test_a_page_of_one_piece_is_left_to_the_reader_of_passages() -> None:
    both, passage, spliced = said(gate_bias=50)
    assert both == pytest.approx(passage)
    assert np.abs(passage - spliced).max() > 0.1


def test_a_spliced_page_is_left_to_the_reader_of_context() -> None:
    both, _, spliced = said(gate_bias=-50)
    assert both == pytest.approx(spliced)


def test_where_the_gate_does_not_know_both_count_the_same() -> None:
    both, passage, spliced = said(gate_bias=0)
    assert both == pytest.approx((passage + spliced) / 2)


def test_probabilities_sum_to_one() -> None:
    stage = second_stage(1, gate_bias=1)
    proba = stage.predict_proba(random_rows(10, N_CONTEXT), stage.passage.added(random_rows(10, 3)), NUMBERS)
    assert proba.shape == (10, N_CLASSES)
    assert proba.sum(axis=1) == pytest.approx(np.ones(10))
