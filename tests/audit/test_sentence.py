import pytest
from sentence_batches import Row, batch, page_rows

from pipeline.audit.sentence import sentence_at

PAGES = batch(
    page_rows("one", [Row("a")]),
    page_rows("two", [Row(text, "news", 0.75) for text in "bcdefgh"], "https://two.example/"),
    page_rows("three", [Row("i"), Row("j")]),
)


@pytest.mark.parametrize(
    ("index", "before", "after"),
    [(0, "", ""), (1, "", "c d e"), (2, "b", "d e f"), (5, "c d e", "g h"), (7, "e f g", ""), (8, "", "j")],
)
def test_the_context_is_up_to_three_sentences_of_the_same_page(index: int, before: str, after: str) -> None:
    sentence = sentence_at(PAGES, index, "small@1")
    assert (sentence.before, sentence.after) == (before, after)


def test_a_sentence_keeps_its_row() -> None:
    sentence = sentence_at(PAGES, 3, "small@1")
    assert (sentence.doc_id, sentence.url, sentence.text) == ("two", "https://two.example/", "d")
    assert sentence.key == ("two", 2, 4, 5)
    assert (sentence.label, sentence.score, sentence.probabilities) == ("news", 0.75, (0, 0, 0.75, 0.25))
    assert sentence.model == "small@1"


def test_of_huge_neighbours_only_what_is_near_is_context() -> None:
    huge = Row("a" * 5000 + "b" * 5000)
    sentence = sentence_at(batch(page_rows("page", [huge, Row("c"), huge])), 1, "small@1")
    assert (sentence.before, sentence.after) == ("b" * 2000, "a" * 2000)
