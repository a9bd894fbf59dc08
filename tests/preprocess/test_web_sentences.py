import pickle

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.errors import UsageError
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.preprocess.web_sentences import WebSentences, set_sentence_starts

ENGLISH = spacy.blank("en")
COMPONENT = WebSentences()
TEXTS = st.text(max_size=60) | st.text(alphabet="ab A1.?!…。)”-\n ", max_size=60)
PIECES = (
    "We the Rest rest can't it's Dr. e.g. p.m. No. 4 12 1. [12] ( ) “ ” ' \" . ... ? ! … , ; : - * — • :) 😊 。 i A. "
    "www.a.example b@c.example U.S. mg. ** == $ % /"
).split()
PIECES += [" "] * len(PIECES)
WRAPPED = (
    "Many people who snore have a blocked nose and would do well to see\n"
    "a doctor about it before they spend money on straps, sprays and\n"
    "pillows. Some of them help. Most do not.\n"
)


def split(text: str) -> list[str]:
    return [sentence.text for sentence in COMPONENT(ENGLISH(text)).sents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Amsel rang. She said to rest.", ["Dr. Amsel rang.", "She said to rest."]),
        ("A heading without a stop\nThen a line.", ["A heading without a stop\n", "Then a line."]),
        ("One line only", ["One line only"]),
        ("We met at 5 p.m. on Monday, etc. and left.", ["We met at 5 p.m. on Monday, etc. and left."]),
        ("i don't know.it hurts. they can't help.", ["i don't know.it hurts.", "they can't help."]),
        ("It rained.\n=====\nWe stayed in.", ["It rained.\n", "=====\n", "We stayed in."]),
    ],
)
def test_web_sentences_cuts_a_doc_of_the_english_tokenizer(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_lines_that_were_wrapped_at_a_regular_width_are_read_on() -> None:
    assert [sentence.split()[0] for sentence in split(WRAPPED)] == ["Many", "Some", "Most"]


def test_web_sentences_can_be_added_to_any_pipeline_by_name() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("web_sentences")
    assert [len(list(doc.sents)) for doc in nlp.pipe(["Eins. Zwei.", "", "  \n "])] == [2, 0, 1]


@settings(deadline=None)  # a new component for every text takes its time on a busy machine
@given(st.lists(TEXTS, max_size=5))
def test_a_doc_is_cut_the_same_whatever_else_is_in_the_batch(texts: list[str]) -> None:
    together = [[token.is_sent_start for token in doc] for doc in COMPONENT.pipe(map(ENGLISH, texts))]
    assert together == [[token.is_sent_start for token in WebSentences()(ENGLISH(text))] for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "We can't stay. it's late. They don't.",
        "Is it “safe.”Now, take 5 mg. Then rest… ok",
        "2. Rest. a) Eat? ! (Why.) Sleep",
        "See www.a.example/b.C. Ask Ann.B@c.example. It is (http://a.example/). Rest.",
        "It fell [12,13]. We left. It rose.1 The end. All have rights. 4 Even so",
        "It helps :) Thanks 😊 They do. 它有效。好 *** == a -- b",
        "Home About Us Contact We are open. U.S. E. coli, Dr. A. Low et al. p < .05",
        " ".join(["We rested."] * 120),
        "Two  spaces. Then\ttabs. ",
        ". . ?! Then.",
    ],
)
def test_a_doc_by_itself_is_cut_as_in_a_batch(text: str) -> None:
    (doc,) = COMPONENT.pipe([ENGLISH(text)])
    assert [token.is_sent_start for token in COMPONENT(ENGLISH(text))] == [token.is_sent_start for token in doc]


@settings(deadline=None)  # as above
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_whatever_is_put_together_a_doc_by_itself_is_cut_as_in_a_batch(pieces: list[str]) -> None:
    text = "".join(pieces)
    (doc,) = COMPONENT.pipe([ENGLISH(text)])
    assert [token.is_sent_start for token in COMPONENT(ENGLISH(text))] == [token.is_sent_start for token in doc]


@settings(deadline=None)  # as above
@given(st.lists(TEXTS, max_size=3))
def test_what_is_forgotten_changes_nothing(texts: list[str]) -> None:
    forgetful = WebSentences(max_tokens=0)
    assert [list(map(str, forgetful(ENGLISH(text)).sents)) for text in texts] == list(map(split, texts))


@pytest.mark.parametrize("text", ["See Dr. Amsel. Rest.\nEat well.", "It is safe.Try it.\n\n• Eat", WRAPPED, "3. a\nb"])
def test_the_component_cuts_where_the_splitter_does(text: str) -> None:
    batch = SentenceSplitter().split([Document("", "", "", text, read_markdown(text), is_html=False)])
    assert [sentence.start_char for sentence in COMPONENT(ENGLISH(text)).sents] == batch.start.tolist()


def test_docs_of_several_vocabularies_may_share_a_batch() -> None:
    docs = [spacy.blank(code)("Alder birch. Cedar.") for code in ("en", "de")]
    assert [len(list(doc.sents)) for doc in COMPONENT.pipe(docs)] == [2, 2]


def test_a_parsed_doc_is_refused() -> None:
    doc = Doc(ENGLISH.vocab, ["It", "hurts"], heads=[1, 1], deps=["nsubj", "ROOT"])
    with pytest.raises(UsageError, match="before"):
        COMPONENT(doc)


def test_the_component_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(WebSentences(max_tokens=7))).max_tokens == 7  # noqa: S301 - our own bytes


def test_a_sentence_that_begins_inside_a_token_begins_with_the_next() -> None:
    doc = ENGLISH("rest well")
    assert set_sentence_starts(doc, np.array([0, 2, 5])).tolist() == [0, 2]
    assert [sentence.text for sentence in doc.sents] == ["rest", "well"]
