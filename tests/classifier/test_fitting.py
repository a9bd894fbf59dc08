import numpy as np
import scipy.sparse as sp

from pipeline.classifier.fitting import OutOfFoldReadings, TrainingSentences
from pipeline.classifier.targets import Targets


def sentences(n_sentences: int, page: list[int]) -> TrainingSentences:
    flat = np.ones((n_sentences, 1), np.float32)
    return TrainingSentences(sp.csr_matrix(flat), flat, flat, 1, np.array(page), np.zeros(n_sentences, np.int64))


def log_probabilities(n_sentences: int) -> np.ndarray:
    """Every sentence has its own, so that it can be told by them."""
    share = np.linspace(0.1, 0.9, n_sentences)
    return np.log(np.column_stack([share, 1 - share])).astype(np.float32)


def test_labelled_sentences_are_learned_on_their_page_and_on_stitched_ones() -> None:
    said, targets = log_probabilities(20), Targets(np.arange(20) % 2, np.arange(20, dtype=np.float32))
    pages = sentences(20, [number // 5 for number in range(20)])
    readings = OutOfFoldReadings(said)
    inputs, learned = pages.second_stage_inputs(readings, targets, 3.0, np.random.RandomState(0))
    own = [int(np.flatnonzero((said == row).all(axis=1))[0]) for row in inputs[:, :2]]
    assert len(set(np.bincount(own)[1:])) == 1  # every sentence as often as the others, but the first
    assert own[:19] == [*range(1, 20)]
    assert np.array_equal(inputs[:19], pages.context(readings)[1:])
    assert learned.y.tolist() == targets.y[own].tolist()
    assert learned.weight.tolist() == [3.0 * number for number in own[:19]] + own[19:]


def test_sentences_that_stand_alone_are_not_stitched() -> None:
    targets = Targets(np.zeros(6, np.int64), np.ones(6, np.float32))
    inputs, learned = sentences(6, list(range(6))).second_stage_inputs(
        OutOfFoldReadings(log_probabilities(6)), targets, 2.0, np.random.RandomState(0)
    )
    assert len(inputs) == len(learned.y) == 6
