import random
from itertools import pairwise

import pytest

from pipeline.training import scraping_damage
from pipeline.training.boundary_examples import join_sentences
from pipeline.training.scraping_damage import CHANGES, damaged

SENTENCES = ["The nurse saw Anna Brandt in the hall.", "Is it late, she asked, or early?", "nobody in it spoke."]


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - reproducible, not secret


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_changed_paragraph_still_says_where_its_sentences_begin(number: int) -> None:
    for seed in range(20):
        changed = CHANGES[number][1](list(SENTENCES), chance(seed))
        paragraph = join_sentences(changed)
        edges = [0, *paragraph.starts, len(paragraph.text)]
        pieces = [paragraph.text[a:b].strip() for a, b in pairwise(edges)]
        assert pieces == [sentence.removesuffix("¬") for sentence in changed]
        assert all(pieces)


def test_the_same_chance_gives_the_same_damage() -> None:
    assert damaged(SENTENCES, chance(3)) == damaged(SENTENCES, chance(3))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("without_first_capital", "the nurse left."),
        ("without_period", "The nurse left"),
        ("with_loose_stop", "The nurse left ."),
    ],
)
def test_a_sentence_loses_what_the_web_leaves_out(change: str, expected: str) -> None:
    assert getattr(scraping_damage, change)("The nurse left.", chance(0)) == expected
