from copy import copy
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from labelled_lines import LINE_WORDS, LINES, document
from toy_pages import LABELS, N_HASHED, SENTENCES, fit_small, toy_pages

from pipeline.classifier.attribution import Attribution, attribute
from pipeline.classifier.features import sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.preprocess.sentences import SentenceSplitter

TOY = toy_pages()
UNSEEN = toy_pages(n_pages=12, seed=1)
TARGETS = st.lists(st.integers(0, 2), min_size=len(UNSEEN.y), max_size=len(UNSEEN.y)).map(np.array)


@pytest.fixture(scope="module")
def fitted() -> SentenceClassifier:
    return fit_small(TOY)


def likeliest(classifier: SentenceClassifier) -> np.ndarray:
    return np.searchsorted(LABELS, classifier.predict(UNSEEN.X, pages=UNSEEN.pages))


def total(attribution: Attribution) -> np.ndarray:
    around = sum(attribution.neighbours.values())
    return attribution.words.total() + around + attribution.page + attribution.look + attribution.rest


@given(TARGETS)
def test_weights_add_up_to_the_logit_of_any_label(fitted: SentenceClassifier, target: np.ndarray) -> None:
    attribution = attribute(fitted, UNSEEN.X, target, pages=UNSEEN.pages)
    assert total(attribution) == pytest.approx(attribution.logit, abs=1e-9)


def test_the_logit_is_that_of_the_probabilities(fitted: SentenceClassifier) -> None:
    log_proba = np.log(fitted.predict_proba(UNSEEN.X, pages=UNSEEN.pages).astype(np.float64))
    attribution = attribute(fitted, UNSEEN.X, np.ones(len(UNSEEN.y), int), pages=UNSEEN.pages)
    expected = log_proba[:, 1] - (log_proba[:, 0] + log_proba[:, 2]) / 2
    assert attribution.logit == pytest.approx(expected, abs=1e-4)


def test_two_classes_have_opposite_weights() -> None:
    two = toy_pages(n_pages=20)
    rows = np.flatnonzero(two.y != "press")
    two = two.part(rows)
    classifier = fit_small(two)
    one, other = (attribute(classifier, two.X, np.full(len(two.y), target), pages=two.pages).look for target in (0, 1))
    assert one == pytest.approx(-other)
    assert np.abs(one).max() > 0


@given(st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True))
def test_a_page_has_the_same_weights_to_the_bit_whatever_pages_stand_beside_it(
    fitted: SentenceClassifier, chosen: list[int]
) -> None:
    target = likeliest(fitted)
    whole = attribute(fitted, UNSEEN.X, target, pages=UNSEEN.pages)
    rows = np.concatenate([np.flatnonzero(UNSEEN.pages == page) for page in chosen])
    part = attribute(fitted, UNSEEN.X[rows], target[rows], pages=UNSEEN.pages[rows])
    for name in ("logit", "page", "look", "rest"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[rows])
    assert all(np.array_equal(part.neighbours[d], whole.neighbours[d][rows]) for d in whole.neighbours)
    assert np.array_equal(part.words.total(), whole.words.total()[rows])


def test_words_speak_rather_for_the_label_they_are_of_than_for_another(line_classifier: SentenceClassifier) -> None:
    lines = [(label, line) for label in LINES for line in LINES[label]]
    sentences = SentenceSplitter().split([document(line) for _, line in lines])
    label = np.searchsorted(line_classifier.classes_, [label for label, _ in lines])
    right, wrong = (
        attribute(
            line_classifier, sentence_features(sentences, LINE_WORDS), target, pages=sentences.document
        ).words.total()
        for target in (label, (label + 1) % 4)
    )
    assert (right > wrong).all()


def test_a_sentence_without_words_gets_nothing_from_them(fitted: SentenceClassifier) -> None:
    attribution = attribute(fitted, UNSEEN.X, likeliest(fitted), pages=UNSEEN.pages)
    assert not attribution.words.total()[3::SENTENCES].any()


def test_neighbours_that_are_not_there_have_no_weight(fitted: SentenceClassifier) -> None:
    attribution = attribute(fitted, UNSEEN.X, likeliest(fitted), pages=UNSEEN.pages)
    place = np.arange(len(UNSEEN.y)) % SENTENCES
    for distance, weights in attribution.neighbours.items():
        there = (place + distance >= 0) & (place + distance < SENTENCES)
        assert not weights[~there].any()
        assert weights[there].any()


def test_a_sentence_alone_on_its_page_has_no_neighbours(fitted: SentenceClassifier) -> None:
    attribution = attribute(fitted, UNSEEN.X, likeliest(fitted))
    assert not any(weights.any() for weights in attribution.neighbours.values())
    assert total(attribution) == pytest.approx(attribution.logit, abs=1e-9)


def test_single_entries_of_the_rows_sum_to_what_the_words_add(fitted: SentenceClassifier) -> None:
    words = attribute(fitted, UNSEEN.X, likeliest(fitted), pages=UNSEEN.pages).words
    entries = words.rows.tocoo()
    summed = np.bincount(entries.row, words.of_entries(entries.row, entries.col), minlength=len(UNSEEN.y))
    assert summed == pytest.approx(words.total())


def test_no_sentences_have_no_weights(fitted: SentenceClassifier) -> None:
    with pytest.raises(ValueError, match="minimum of 1 is required"):
        attribute(fitted, UNSEEN.X[:0], np.empty(0, int))


def own_logit(classifier: SentenceClassifier, X: sp.csr_matrix, pull: np.ndarray) -> np.ndarray:
    """What the first stage's logits, less their mean, add by way of the second stage."""
    read = classifier.stage_inputs(X)
    assert classifier.first_.networks is not None
    logits = (classifier.first_.linear.logits(read.rows) + classifier.first_.networks.logits(read.dense)) / 2
    return np.asarray((pull * (logits - logits.mean(axis=1, keepdims=True))).sum(axis=1))


def test_a_vector_adds_as_much_as_the_first_stage_leans_on_it() -> None:
    classifier = fit_small(TOY, n_dense=1, n_surface=1)
    passage = replace(classifier.second_.passage, views=np.zeros_like(classifier.second_.passage.views))
    classifier.second_ = replace(classifier.second_, passage=passage)
    words = attribute(classifier, UNSEEN.X, likeliest(classifier)).words
    step = np.zeros(UNSEEN.X.shape, np.float32)
    step[:, N_HASHED] = 2**-7
    before, after = (own_logit(classifier, sp.csr_matrix(UNSEEN.X + more), words.pull) for more in (0 * step, step))
    as_steep = np.isclose((after - before) / 2**-7, words.steepness[:, 0], atol=0.02)
    assert as_steep.mean() > 0.8  # a few have a unit of the network between the two
    assert np.abs(words.steepness[:, 0]).mean() > 0.1


def undecided(classifier: SentenceClassifier) -> SentenceClassifier:
    """The same classifier with a gate that lets both readers count the same."""
    other, gate = copy(classifier), classifier.second_.gate
    even = replace(gate, output=np.zeros_like(gate.output), output_bias=np.zeros_like(gate.output_bias))
    other.second_ = replace(classifier.second_, gate=even)
    return other


def test_the_first_stage_pulls_as_steeply_as_the_logit_follows_it(fitted: SentenceClassifier) -> None:
    classifier, target = undecided(fitted), likeliest(fitted)
    pull = attribute(classifier, UNSEEN.X, target, pages=UNSEEN.pages).words.pull
    read = classifier.stage_inputs(UNSEEN.X, pages=UNSEEN.pages)
    step = np.zeros_like(read.context)
    step[:, 1] = 2**-5
    contrast = np.where(np.arange(3) == target[:, None], 1, -0.5)
    logits = [classifier.second_.logits(read.context + more, read.added, read.page) for more in (0 * step, step)]
    slope = (contrast * (logits[1] - logits[0])).sum(axis=1) / 2**-5
    assert np.isclose(slope, pull[:, 1], atol=0.02).mean() > 0.8  # a few have a unit of a network between the two
    assert np.abs(pull[:, 1]).mean() > 0.1
