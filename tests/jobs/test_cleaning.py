import pickle
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.jobs.cleaning import LabelledSentences, clean_document, split_document
from pipeline.preprocess.extract import Document, extract
from pipeline.preprocess.pages import Page
from pipeline.schema import LABELS, WANTED_LABELS

KEEP = frozenset(WANTED_LABELS)
CODES = {"t": 0, "c": 1, "n": 2, "x": 3, "?": 0}  # of the labels; `?` is an uncertain treatment


def document(content: str, *, is_html: bool = True) -> Document:
    return extract(Page("page-1", "https://example.org/1", "pages.jsonl", content, is_html))


def label(spans: Sequence[tuple[int, int]], codes: str) -> LabelledSentences:
    bounds = np.array(spans, np.int32).reshape(-1, 2)
    labels = np.array([CODES[code] for code in codes], np.int8)
    return LabelledSentences(bounds[:, 0], bounds[:, 1], labels, np.array([code == "?" for code in codes], np.bool_))


def by_block(page: Document, codes: str) -> LabelledSentences:
    """Label every block as one sentence."""
    return label([(block.start, block.end) for block in page.blocks], codes)


NOTE = document("<p>Rest well. Call us. Drink tea.  Sleep.</p><p>Buy now.</p>")
NOTE_SPANS = [(0, 10), (11, 19), (20, 30), (31, 37), (38, 46)]


def test_sentences_with_other_labels_are_removed_and_every_character_accounted_for() -> None:
    cleaned = clean_document(NOTE, label(NOTE_SPANS, "txntx"), KEEP)
    assert (cleaned.id, cleaned.url, cleaned.source) == ("page-1", "https://example.org/1", "pages.jsonl")
    assert cleaned.text == cleaned.markdown == "Rest well. Drink tea. Sleep."
    assert cleaned.label_counts == {"treatment": 2, "news": 1}
    assert (cleaned.characters_kept, cleaned.characters_removed, cleaned.characters_uncertain) == (29, 17, 0)


def test_uncertain_sentences_are_left_out_and_counted_apart() -> None:
    cleaned = clean_document(NOTE, label(NOTE_SPANS, "t??xx"), KEEP)
    assert cleaned.text == "Rest well."
    assert (cleaned.characters_kept, cleaned.characters_removed, cleaned.characters_uncertain) == (11, 15, 20)


def test_uncertain_sentences_are_judged_by_their_label_on_request() -> None:
    cleaned = clean_document(NOTE, label(NOTE_SPANS, "t??xx"), KEEP, keep_uncertain=True)
    assert cleaned.text == "Rest well. Call us. Drink tea."
    assert (cleaned.characters_kept, cleaned.characters_removed, cleaned.characters_uncertain) == (31, 15, 0)


def test_white_space_at_the_beginning_goes_with_the_first_sentence() -> None:
    cleaned = clean_document(document("\n  Rest.\n\nBuy.\n", is_html=False), label([(3, 8), (10, 14)], "tx"), KEEP)
    assert (cleaned.characters_kept, cleaned.characters_removed) == (10, 5)


def test_a_document_without_sentences_is_removed() -> None:
    cleaned = clean_document(NOTE, label([], ""), KEEP)
    assert (cleaned.text, cleaned.markdown, cleaned.label_counts) == ("", "", {})
    assert (cleaned.characters_kept, cleaned.characters_removed) == (0, 46)


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^no such label: research; choose from treatment, clinical_research, news"):
        clean_document(NOTE, label(NOTE_SPANS, "ttttt"), {"news", "research"})


SECTIONS = document("<h1>A</h1><h2>B</h2><p>buy</p><h3>C</h3><p>buy</p><h2>D</h2><p>rest</p><h1>E</h1><h2>F</h2>")


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ("ttttttttt", "A\n\nB\n\nbuy\n\nC\n\nbuy\n\nD\n\nrest"),
        ("ttxtxtttt", "A\n\nD\n\nrest"),
        ("ttxtttttt", "A\n\nB\n\nC\n\nbuy\n\nD\n\nrest"),
        ("tttttxttt", "A\n\nB\n\nbuy\n\nC\n\nbuy\n\nrest"),
        ("ttxtxtxtt", ""),
    ],
)
def test_a_heading_goes_with_the_last_sentence_of_its_section(codes: str, text: str) -> None:
    assert clean_document(SECTIONS, by_block(SECTIONS, codes), KEEP).text == text


def test_a_heading_without_content_counts_as_removed() -> None:
    cleaned = clean_document(SECTIONS, by_block(SECTIONS, "ttxtx?ttt"), KEEP)
    assert cleaned.text == "A\n\nrest"
    assert cleaned.label_counts == {"treatment": 2}
    assert (cleaned.characters_kept, cleaned.characters_removed, cleaned.characters_uncertain) == (7, 15, 2)


def test_the_underline_of_a_heading_is_no_content() -> None:
    page = document("Sleep\n=====\nBuy.", is_html=False)
    assert "Sleep" not in clean_document(page, by_block(page, "ttx"), KEEP).text


def test_splitting_gives_a_document_for_every_label_that_occurs() -> None:
    parts = split_document(NOTE, label(NOTE_SPANS, "nxttx"), KEEP)
    assert [(part.id, part.text) for part in parts] == [
        ("page-1#treatment", "Drink tea. Sleep."),
        ("page-1#news", "Rest well."),
    ]
    assert [part.characters_kept + part.characters_removed for part in parts] == [46, 46]


def test_splitting_heeds_only_the_labels_to_keep() -> None:
    assert split_document(NOTE, label(NOTE_SPANS, "nxttx"), {"clinical_research"}) == []
    assert [part.id for part in split_document(NOTE, label(NOTE_SPANS, "nxttx"), {"noise"})] == ["page-1#noise"]


def test_a_cleaned_document_travels_between_processes() -> None:
    cleaned = clean_document(NOTE, label(NOTE_SPANS, "txntx"), KEEP)
    assert pickle.loads(pickle.dumps(cleaned)) == cleaned  # noqa: S301 - pickled on the line itself


@given(st.data())
def test_the_account_always_balances(data: st.DataObject) -> None:
    parts = st.sampled_from(["<h1>Ab</h1>", "<h3>Cd</h3>", "<p>One. Two.</p>", "<li>x", "<pre>  y</pre>", "<td>z"])
    page = document("".join(data.draw(st.lists(parts, min_size=1, max_size=12))))
    codes = data.draw(st.text("tcnx?", min_size=len(page.blocks), max_size=len(page.blocks)))
    keep = data.draw(st.frozensets(st.sampled_from(LABELS)))
    sentences = by_block(page, codes)
    for cleaned in (clean_document(page, sentences, keep), *split_document(page, sentences, keep)):
        account = (cleaned.characters_kept, cleaned.characters_removed, cleaned.characters_uncertain)
        assert sum(account) == len(page.text)
        assert min(account) >= 0
        assert set(cleaned.label_counts) <= keep
        assert (cleaned.text == "") == (cleaned.characters_kept == 0) == (not cleaned.label_counts)
