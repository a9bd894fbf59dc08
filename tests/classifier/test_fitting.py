import numpy as np
import scipy.sparse as sp

from pipeline.classifier.fitting import TrainingSentences, on_spliced_pages
from pipeline.classifier.targets import Targets


def sentences(page: list[int], spliced: tuple[int, ...] = ()) -> TrainingSentences:
    """Sentences of which only the first-stage probabilities differ; `spliced` are numbers of pages."""
    flat = np.ones((len(page), 1), np.float32)
    return TrainingSentences(sp.csr_matrix(flat), flat, flat, 1, np.array(page), np.isin(page, spliced))


def log_probabilities(n_sentences: int) -> np.ndarray:
    """Every sentence has its own, so that it can be told by them."""
    share = np.linspace(0.1, 0.9, n_sentences)
    return np.log(np.column_stack([share, 1 - share])).astype(np.float32)


def told(inputs: np.ndarray, log_proba: np.ndarray) -> list[int]:
    """Which sentences the rows are of."""
    return [int(np.flatnonzero((log_proba == row).all(axis=1))[0]) for row in inputs[:, :2]]


def test_a_page_is_spliced_if_it_holds_several_sources() -> None:
    page, source = np.array([0, 0, 1, 1, 1, 2]), np.array([4, 4, 4, 5, 4, 5])
    assert on_spliced_pages(page, source).tolist() == [False, False, True, True, True, False]


def test_spliced_pages_are_learned_as_they_stand_and_all_labelled_sentences_on_stitched_ones() -> None:
    said, targets = log_probabilities(20), Targets(np.arange(20) % 2, np.arange(20, dtype=np.float32))
    pages = sentences([number // 5 for number in range(20)], spliced=(1,))
    inputs, learned = pages.spliced_inputs(said, targets, np.random.RandomState(0))
    own = told(inputs, said)
    assert own[:5] == [5, 6, 7, 8, 9]
    assert np.array_equal(inputs[:5], pages.context(said)[5:10])
    assert np.bincount(own[5:]).tolist() == [0] + [3] * 19  # the first has no label
    assert learned.y.tolist() == targets.y[own].tolist()
    assert learned.weight.tolist() == own


def test_labelled_sentences_of_whole_pages_are_those_of_one_source() -> None:
    targets = Targets(np.arange(6) % 2, np.array([1, 0, 1, 1, 1, 1], np.float32))
    assert sentences([0, 0, 1, 1, 2, 2], spliced=(1,)).on_whole_pages(targets).tolist() == [0, 4, 5]


def test_where_whole_pages_have_no_two_labels_spliced_ones_serve_as_whole() -> None:
    targets = Targets(np.array([0, 0, 0, 1]), np.ones(4, np.float32))
    assert sentences([0, 0, 1, 1], spliced=(1,)).on_whole_pages(targets).tolist() == [0, 1, 2, 3]


def test_sentences_that_stand_alone_are_stitched_to_nothing() -> None:
    targets, said = Targets(np.zeros(6, np.int64), np.ones(6, np.float32)), log_probabilities(6)
    pages = sentences(list(range(6)))
    inputs, learned = pages.spliced_inputs(said, targets, np.random.RandomState(0))
    own = told(inputs, said)
    assert sorted(own) == [0, 1, 2, 3, 4, 5]
    assert np.array_equal(inputs, pages.context(said)[own])
    assert len(learned.y) == 6


def test_a_guest_is_learned_on_a_page_not_its_own() -> None:
    page, said = [number // 50 for number in range(200)], log_probabilities(200)
    targets = Targets(np.arange(200) % 2, np.where(np.arange(200) < 100, 0, 2).astype(np.float32))
    inputs, learned = sentences(page).guest_inputs(said, targets, np.random.RandomState(0))
    own = told(inputs, said)
    assert 5 < len(own) < 40
    assert min(own) >= 100
    assert learned.y.tolist() == targets.y[own].tolist()
    assert learned.weight.tolist() == [2.0] * len(own)


def test_pages_with_guests_are_read_by_the_neighbours_they_have_there() -> None:
    page, said = [number // 50 for number in range(200)], log_probabilities(200)
    pages = sentences(page)
    inputs, _ = pages.guest_inputs(
        said, Targets(np.zeros(200, np.int64), np.ones(200, np.float32)), np.random.RandomState(0)
    )
    at_home = pages.context(said)[told(inputs, said)]
    assert (inputs != at_home).any(axis=1).all()
