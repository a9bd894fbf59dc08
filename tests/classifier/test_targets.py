import numpy as np
import pytest

from pipeline.classifier.targets import Targets

TARGETS = Targets(np.array([1, 0, 0, 2]), np.array([1, 0, 0, 2], np.float32))


def test_a_sentence_without_a_label_is_given_the_likeliest_by_a_share_of_its_probability() -> None:
    proba = np.array([[1, 0, 0], [0.1, 0.1, 0.8], [0.2, 0.5, 0.3], [1, 0, 0]], np.float32)
    completed = TARGETS.completed(proba, 0.5)
    assert completed.y.tolist() == [1, 2, 1, 2]
    assert completed.weight.tolist() == pytest.approx([1, 0.4, 0.25, 2])


def test_targets_are_completed_in_a_copy() -> None:
    TARGETS.completed(np.ones((4, 3), np.float32), 1)
    assert TARGETS.weight.tolist() == [1, 0, 0, 2]


def test_the_factor_of_its_class_is_put_on_every_weight() -> None:
    weighted = TARGETS.weighted(np.array([1, 3, 0.5], np.float32))
    assert weighted.weight.tolist() == [3, 0, 0, 1]
    assert weighted.y.tolist() == [1, 0, 0, 2]
