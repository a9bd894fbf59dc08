from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.strings import get_string_id

from pipeline.errors import InputError
from pipeline.preprocess.boundaries import MAX_SENTENCE_LENGTH, Tokens
from pipeline.preprocess.extract import Block, Document, extract
from pipeline.preprocess.page import Page
from pipeline.preprocess.pages import read_pages
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter, batch_text
from pipeline.schema import BLOCK_KINDS, BlockKind

PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<li>",
        "<td>",
        "<h2>",
        "<br>",
        "<a href=x>",
        "</a>",
        "Rest. ",
        "Dr. Low",
        "\t",
        "\n",
        " ",
        "&nbsp;",
    ]
)
MARKUP = st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join)
PLAIN = st.text(max_size=80) | st.lists(st.sampled_from(["Rest", ".", "\n", "\u2028", " ", "- ", "# ", "?"])).map(
    "".join
)
SPLITTER = SentenceSplitter()


def document(content: str, *, is_html: bool = False) -> Document:
    return extract(Page("page", "", "page", content, is_html))


def readable(content: str, *, is_html: bool) -> list[Document]:
    """The page, if anything in it is visible."""
    try:
        return [document(content, is_html=is_html)]
    except InputError:
        return []


DOCUMENTS = st.lists(
    PLAIN.map(lambda text: readable(text, is_html=False)) | MARKUP.map(lambda html: readable(html, is_html=True)),
    max_size=4,
).map(lambda found: [page for pages in found for page in pages])


def spans(batch: SentenceBatch, number: int) -> list[tuple[int, int]]:
    chosen = batch.document == number
    return list(zip(batch.start[chosen].tolist(), batch.end[chosen].tolist(), strict=True))


def texts(batch: SentenceBatch, documents: Sequence[Document]) -> list[str]:
    places = zip(batch.document, batch.start, batch.end, strict=True)
    return [documents[number].text[start:end] for number, start, end in places]


def equal(one: SentenceBatch, other: SentenceBatch) -> bool:
    """Whether all columns are the same, but for where tokens stand in the batch."""
    columns = [field.name for field in fields(SentenceBatch) if field.name != "tokens"]
    tokens = [field.name for field in fields(Tokens) if field.name not in {"start", "end"}]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns) and all(
        np.array_equal(getattr(one.tokens, name), getattr(other.tokens, name)) for name in tokens
    )


def part_of(batch: SentenceBatch, number: int) -> SentenceBatch:
    """The sentences of one document, as if it had stood alone."""
    rows = np.flatnonzero(batch.document == number)
    first, last = (batch.token_offsets[rows[0]], batch.token_offsets[rows[-1] + 1]) if len(rows) else (0, 0)
    columns = {name: getattr(batch, name)[rows] for name in ("document", "start", "end", "kind", "level", "linked")} | {
        "document": np.zeros(len(rows), np.int32)
    }
    tokens = Tokens(*(getattr(batch.tokens, field.name)[first:last] for field in fields(Tokens)))
    offsets = np.append(batch.token_offsets[rows], last) - first
    return SentenceBatch(**columns, tokens=tokens, token_offsets=offsets)


@given(DOCUMENTS)
def test_sentences_cover_every_character_that_is_not_blank_once_and_in_order(documents: list[Document]) -> None:
    batch = SPLITTER.split(documents)
    for number, page in enumerate(documents):
        places = spans(batch, number)
        assert all(start < end for start, end in places)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        kept = " ".join(page.text[start:end] for start, end in places)
        assert "".join(kept.split()) == "".join(page.text.split())


@given(DOCUMENTS)
def test_a_sentence_has_no_blank_edge(documents: list[Document]) -> None:
    assert all(text == text.strip() != "" for text in texts(SPLITTER.split(documents), documents))


@given(DOCUMENTS)
def test_a_block_break_always_ends_a_sentence(documents: list[Document]) -> None:
    batch = SPLITTER.split(documents)
    for number, page in enumerate(documents):
        for start, end in spans(batch, number):
            assert sum(block.start < end and start < block.end for block in page.blocks) == 1


@given(st.lists(st.sampled_from(["Rest", "Dr.", "see fig.", "and", "1.", "(", ")", "?"]), min_size=1, max_size=9))
def test_a_line_break_of_plain_text_that_is_not_wrapped_ends_a_sentence(lines: list[str]) -> None:
    page = document("\n".join(lines))
    assert not any("\n" in text for text in texts(SPLITTER.split([page]), [page]))


@given(DOCUMENTS)
def test_a_document_is_split_the_same_whatever_else_is_in_the_batch(documents: list[Document]) -> None:
    batch = SPLITTER.split(documents)
    assert all(equal(part_of(batch, number), SPLITTER.split([page])) for number, page in enumerate(documents))


@given(DOCUMENTS)
def test_a_vocabulary_that_is_renewed_for_every_batch_gives_the_same_sentences(documents: list[Document]) -> None:
    assert equal(SentenceSplitter(max_lexemes=0).split(documents), SPLITTER.split(documents))


@given(DOCUMENTS)
def test_tokens_lie_inside_their_sentence(documents: list[Document]) -> None:
    batch = SPLITTER.split(documents)
    shifts = np.cumsum([0, *(len(page.text) + 1 for page in documents)])[batch.document]
    first, last = batch.token_offsets[:-1], batch.token_offsets[1:] - 1
    assert np.array_equal(batch.tokens.start[first] - shifts, batch.start)
    assert np.array_equal(batch.tokens.end[last] - shifts, batch.end)


@given(DOCUMENTS)
def test_taken_by_lines_every_block_is_one_sentence(documents: list[Document]) -> None:
    batch = SPLITTER.split_lines(documents)
    expected = [(block.start, block.end) for page in documents for block in page.blocks]
    assert list(zip(batch.start.tolist(), batch.end.tolist(), strict=True)) == expected


def test_the_vocabulary_is_renewed_once_it_is_too_large() -> None:
    splitter = SentenceSplitter(max_lexemes=2)
    splitter.split([document("Alder birch cedar.")])
    splitter.split([document("Drink tea.")])
    assert splitter.n_lexemes == 3


def test_a_sentence_carries_the_layout_of_its_block() -> None:
    page = document("<h2>Rest well</h2><ul><li>Sleep. <a href=x>Eat.</a></li></ul>", is_html=True)
    batch = SPLITTER.split([page])
    assert texts(batch, [page]) == ["Rest well", "Sleep.", "Eat."]
    assert [BLOCK_KINDS[kind] for kind in batch.kind] == ["heading", "list_item", "list_item"]
    assert batch.level.tolist() == [2, 1, 1]
    assert batch.linked == pytest.approx([0, 4 / 11, 4 / 11])


def test_sentences_are_numbered_by_their_document() -> None:
    batch = SPLITTER.split([document("Rest. Sleep."), document("Eat."), document("Go out. Come back.")])
    assert batch.document.tolist() == [0, 0, 1, 2, 2]
    assert batch.start.tolist() == [0, 6, 0, 0, 8]


def test_a_stop_at_the_end_of_one_document_says_nothing_about_the_next() -> None:
    pages = [document("Seen by Dr."), document("Low tide at noon")]
    assert texts(SPLITTER.split(pages), pages) == ["Seen by Dr.", "Low tide at noon"]


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("Rest.", ". Sleep", [". Sleep"]),
        ("000", ".Rest", [".Rest"]),
        ("Seen by Dr", ". Rest", [". Rest"]),
        ("Why", "?” Because.", ["?” Because."]),
    ],
)
def test_stops_that_open_a_document_are_read_the_same_after_any_other(
    before: str, text: str, expected: list[str]
) -> None:
    pages = [document(before), document(text)]
    assert texts(SPLITTER.split(pages), pages) == [before, *expected]
    assert texts(SPLITTER.split(pages[1:]), pages[1:]) == expected


def test_a_sentence_runs_over_the_breaks_of_lines_that_were_wrapped() -> None:
    page = document(
        "Sleep is when the body mends itself, and adults who get less than seven\n"
        "hours of it tend to fall ill more often than those who get eight. Older\n"
        "people sleep less.\n"
        "- Rest\n"
        "well\n"
    )
    assert [text.split()[0] for text in texts(SPLITTER.split([page]), [page])] == ["Sleep", "Older", "-", "well"]


def test_a_very_long_run_without_a_stop_is_cut() -> None:
    page = document("and so it goes on " * 400)
    found = texts(SPLITTER.split([page]), [page])
    assert max(map(len, found)) <= MAX_SENTENCE_LENGTH
    assert " ".join(found) == page.text.strip()


PAGES = Path(__file__).parents[3] / "shared" / "pages" / "pages.jsonl.gz"


@pytest.mark.skipif(not PAGES.exists(), reason="the pages of real sites are not part of the project")
def test_real_pages_are_covered_once_and_in_order_by_sentences_within_the_bound() -> None:
    pages = [page for page in read_pages([str(PAGES)]) if isinstance(page, Page)]
    for some in (pages[first : first + 64] for first in range(0, len(pages), 64)):
        documents = [page for one in some for page in readable(one.content, is_html=one.is_html)]
        batch = SPLITTER.split(documents)
        assert batch.end.max() > 0
        assert (batch.end - batch.start <= MAX_SENTENCE_LENGTH).all()
        for number, page in enumerate(documents):
            places = spans(batch, number)
            assert all(end <= start for (_, end), (start, _) in pairwise(places))
            kept = "".join(page.text[start:end] for start, end in places)
            assert "".join(kept.split()) == "".join(page.text.split())


def test_a_character_outside_the_basic_plane_counts_as_one_code_point() -> None:
    page = document("😷 Masks on. Wash.")
    assert texts(SPLITTER.split([page]), [page]) == ["😷 Masks on.", "Wash."]


@pytest.mark.parametrize("documents", [[], [Document("", "", "", " ", (), is_html=False)]])
def test_without_blocks_there_are_no_sentences(documents: list[Document]) -> None:
    batch = SPLITTER.split(documents)
    assert len(batch) == 0
    assert batch.token_offsets.tolist() == [0]


def test_a_document_without_blocks_takes_no_sentence_of_its_neighbours() -> None:
    text = Document("", "", "", "Rest.", (Block(0, 5, BlockKind.PARAGRAPH, 0, 0),), is_html=False)
    batch = SPLITTER.split([text, Document("", "", "", "", (), is_html=False), text])
    assert batch.document.tolist() == [0, 2]


@given(DOCUMENTS)
def test_tokens_have_their_places_in_the_text_of_the_batch(documents: list[Document]) -> None:
    tokens, text = SPLITTER.split(documents).tokens, batch_text(documents)
    found = [text[start:end] for start, end in zip(tokens.start, tokens.end, strict=True)]
    assert [get_string_id(token) for token in found] == tokens.orth.tolist()


def test_a_splitter_that_was_broken_off_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    splitter, page = SentenceSplitter(), document("Drink tea. Rest.")
    monkeypatch.setattr("pipeline.preprocess.lexemes.token_kind", int)
    with pytest.raises(ValueError, match="invalid literal"):
        splitter.split([page])
    monkeypatch.undo()
    assert equal(splitter.split([page]), SPLITTER.split([page]))
