import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINE_WORDS, LINES, MIXED, NOISE, TREATMENT, document

from pipeline.classifier.explanation import N_PARTS, Explanation, Part, explain
from pipeline.classifier.features import CHANNELS, column_of, sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.vocabulary import Vocabulary
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceSplitter, batch_text
from pipeline.preprocess.tokenizer import string_keys

LINE = st.sampled_from([line for lines in LINES.values() for line in lines])
TEXT = st.lists(LINE | st.text(max_size=20), min_size=1, max_size=6).map("\n".join).filter(str.strip)


def explained(
    classifier: SentenceClassifier, *documents: Document, vocabulary: Vocabulary | None = None
) -> list[Explanation]:
    """Of the likeliest labels."""
    sentences = SentenceSplitter().split(documents)
    proba = classifier.predict_proba(sentence_features(sentences, LINE_WORDS), pages=sentences.document)
    return explain(
        classifier,
        sentences,
        batch_text(documents),
        proba.argmax(axis=1),
        vocabulary=vocabulary or Vocabulary(),
        vectors=LINE_WORDS,
    )


@settings(max_examples=40, deadline=None)
@given(TEXT)
def test_the_parts_of_every_sentence_add_up_to_its_logit(line_classifier: SentenceClassifier, text: str) -> None:
    for explanation in explained(line_classifier, document(text)):
        assert sum(part.weight for part in explanation.parts) == pytest.approx(explanation.logit, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(TEXT)
def test_the_logit_is_that_of_the_label_against_the_others(line_classifier: SentenceClassifier, text: str) -> None:
    sentences = SentenceSplitter().split([document(text)])
    read = line_classifier.stage_inputs(sentence_features(sentences, LINE_WORDS), pages=sentences.document)
    logits = line_classifier.second_.logits(read.context, read.added, read.page)
    expected = (4 * logits.max(axis=1) - logits.sum(axis=1)) / 3
    found = [explanation.logit for explanation in explained(line_classifier, document(text))]
    assert found == pytest.approx(expected.tolist(), abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4), st.data())
def test_a_page_is_explained_the_same_whatever_else_is_in_the_batch(
    line_classifier: SentenceClassifier, texts: list[str], data: st.DataObject
) -> None:
    alone = [explained(line_classifier, document(text)) for text in texts]
    order = data.draw(st.permutations(range(len(texts))))
    together = explained(line_classifier, *(document(texts[number]) for number in order))
    assert together == [explanation for number in order for explanation in alone[number]]


def test_parts_are_the_weightiest_first_and_what_is_left_last(line_classifier: SentenceClassifier) -> None:
    for explanation in explained(line_classifier, document(MIXED)):
        *told, other = explanation.parts
        weights = [abs(part.weight) for part in told]
        assert len(told) == N_PARTS
        assert weights == sorted(weights, reverse=True)
        assert other.kind == "other"


def test_a_sentence_is_explained_by_its_own_ngrams_and_by_neighbours_that_are_there(
    line_classifier: SentenceClassifier,
) -> None:
    first, second = explained(line_classifier, document(f"{TREATMENT}\n{NOISE}"))
    assert {part.name for part in first.parts if part.kind == "neighbour"} <= {1}
    assert {part.name for part in second.parts if part.kind == "neighbour"} <= {-1}
    words = {str(part.name) for part in second.parts if part.kind in {"word", "first_word", "last_word"}}
    assert words
    assert words <= {"accept", "all", "cookies"}


def test_the_label_that_is_explained_is_the_one_asked_for(line_classifier: SentenceClassifier) -> None:
    sentences = SentenceSplitter().split([document(NOISE)])
    label = line_classifier.classes_.tolist().index("news")
    (explanation,) = explain(
        line_classifier, sentences, NOISE, np.array([label]), vocabulary=Vocabulary(), vectors=LINE_WORDS
    )
    assert explanation.label == "news"
    assert explanation.logit < 0


def test_an_ngram_whose_column_is_better_known_for_another_is_marked(line_classifier: SentenceClassifier) -> None:
    column = int(column_of("word", string_keys(("cookies",)))[0])
    vocabulary = Vocabulary({column: ("shape", "XX:d")})
    (explanation,) = explained(line_classifier, document(NOISE), vocabulary=vocabulary)
    marked = {(part.kind, part.name): part.collides_with for part in explanation.parts if part.collides_with}
    assert marked == {("word", "cookies"): "shape XX:d"}


def test_json_has_kind_name_and_weight_of_each_part_and_what_it_collides_with() -> None:
    parts = (Part("word", "fièvre", 1.25, "suffix ness"), Part("neighbour", -1, -0.5), Part("other", "", 0.25))
    assert json.loads(Explanation("news", 1.0, parts).as_json()) == {
        "label": "news",
        "logit": 1.0,
        "parts": [
            ["word", "fièvre", 1.25, {"collides_with": "suffix ness"}],
            ["neighbour", -1, -0.5],
            ["other", "", 0.25],
        ],
    }


def test_every_kind_of_part_is_a_channel_or_has_a_name_of_its_own(line_classifier: SentenceClassifier) -> None:
    kinds = {part.kind for one in explained(line_classifier, document(MIXED)) for part in one.parts}
    assert kinds <= {*CHANNELS, "meaning", "neighbour", "page", "look", "rest", "other"}


def test_a_word_is_told_by_its_vector_too(line_classifier: SentenceClassifier) -> None:
    (explanation,) = explained(line_classifier, document("casino casino"))
    assert [part.name for part in explanation.parts if part.kind == "meaning"] == ["casino"]
