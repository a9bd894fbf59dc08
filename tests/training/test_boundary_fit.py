import numpy as np

from pipeline.preprocess.boundaries import read_tokens, sentence_starts, token_table
from pipeline.preprocess.tokenizer import blank_pipeline
from pipeline.training.boundary_examples import join_sentences
from pipeline.training.boundary_fit import fit_boundary_weights, labelled_gaps, silver_paragraphs

PARAGRAPHS = [join_sentences([f"They came {n} times.", "We slept.", "dr. Low slept too"]) for n in range(9)]


def test_gaps_are_labelled_by_the_places_where_sentences_begin() -> None:
    gaps = labelled_gaps([join_sentences(["One two.", "Three four"]), join_sentences(["five", "six"])])
    assert gaps.begins.tolist() == [True]
    assert gaps.n_missed == 1


def test_fitted_weights_cut_as_the_examples_do() -> None:
    weights = fit_boundary_weights([(labelled_gaps(PARAGRAPHS), 1.0)], C=10)
    tokens = read_tokens(token_table(blank_pipeline()("They came 12 times. We slept. dr. Low slept too")))
    assert np.flatnonzero(sentence_starts(tokens, np.array([0]), weights)).tolist() == [0, 5, 8]


def test_the_same_gaps_give_the_same_weights() -> None:
    first, second = (fit_boundary_weights([(labelled_gaps(PARAGRAPHS), 1.0)], C=1) for _ in range(2))
    assert np.array_equal(first.weights, second.weights)
    assert first.bias == second.bias


def test_silver_paragraphs_depend_on_the_seed_alone() -> None:
    texts = ["The clinic was built in spring.\nIt was cold outside. Nobody in the ward came to see us leave.\n" * 3] * 9
    assert silver_paragraphs(texts, 5, 1) == silver_paragraphs(texts, 5, 1) != silver_paragraphs(texts, 5, 2)
