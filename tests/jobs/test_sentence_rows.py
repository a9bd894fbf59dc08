import json

import numpy as np
from labelled_lines import document

from pipeline.classifier.explanation import Explanation, Part
from pipeline.jobs.sentence_rows import is_uncertain, json_lines, labelled_sentences, most_probable, sentence_rows
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import sentence_schema

DOCUMENTS = [
    document("# Rest\nSleep well.", "a", url="https://a.example/"),
    document("", "b"),
    document("Zoë 😀 left.", "c"),
]
SENTENCES = SentenceSplitter().split(DOCUMENTS)
PROBABILITIES = np.array([[0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]], np.float32)


def test_rows_follow_the_schema() -> None:
    rows = sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES)
    assert rows.schema == sentence_schema()
    assert rows.num_rows == 3


def test_a_row_says_where_its_sentence_stands_in_its_document() -> None:
    rows = sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES).to_pydict()
    assert rows["doc_id"] == ["a", "a", "c"]
    assert rows["url"] == ["https://a.example/", "https://a.example/", ""]
    assert rows["sent_id"] == [0, 1, 0]
    assert list(zip(rows["start"], rows["end"], strict=True)) == [(0, 6), (7, 18), (0, 11)]
    assert rows["text"] == ["# Rest", "Sleep well.", "Zoë 😀 left."]
    assert rows["kind"] == ["heading", "paragraph", "paragraph"]


def test_a_row_carries_the_likeliest_label_and_its_probability() -> None:
    rows = sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES).to_pydict()
    assert rows["label"] == ["treatment", "treatment", "noise"]
    assert np.allclose(rows["score"], [0.7, 0.25, 0.4])
    assert np.allclose(rows["p_news"], [0.1, 0.25, 0.3])
    assert rows["uncertain"] == [False, False, False]


def test_of_equally_likely_labels_the_first_is_taken() -> None:
    assert most_probable(np.array([[0.1, 0.4, 0.4, 0.1]], np.float32)).tolist() == [1]


def test_no_sentences_make_no_rows() -> None:
    nothing = SentenceSplitter().split([])
    rows = sentence_rows([], nothing, np.empty((0, 4), np.float32))
    assert rows.num_rows == 0
    assert rows.schema == sentence_schema()


def test_every_document_gets_its_own_labelled_sentences() -> None:
    first, empty, last = labelled_sentences(SENTENCES, PROBABILITIES, 3)
    assert (first.start.tolist(), first.end.tolist(), first.label.tolist()) == ([0, 7], [6, 18], [0, 0])
    assert len(empty.label) == 0
    assert last.label.tolist() == [3]


def test_json_has_six_decimals_and_every_column() -> None:
    lines = list(json_lines(sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES)))
    assert json.loads(lines[2]) == {
        "doc_id": "c",
        "url": "",
        "sent_id": 0,
        "start": 0,
        "end": 11,
        "text": "Zoë 😀 left.",
        "kind": "paragraph",
        "label": "noise",
        "score": 0.4,
        "uncertain": False,
        "p_treatment": 0.1,
        "p_clinical_research": 0.2,
        "p_news": 0.3,
        "p_noise": 0.4,
    }


WHY = [Explanation("news", weight, (Part("word", "é", weight),)) for weight in (0.5, 1.0, 1.5)]


def test_sentences_that_score_less_than_the_threshold_are_uncertain() -> None:
    rows = sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES, threshold=0.4).to_pydict()
    assert rows["uncertain"] == [False, True, False]
    labelled = labelled_sentences(SENTENCES, PROBABILITIES, 3, threshold=0.4)
    assert [sentences.uncertain.tolist() for sentences in labelled] == [[False, True], [], [False]]


def test_a_threshold_that_no_score_reaches_leaves_all_uncertain() -> None:
    assert is_uncertain(np.ones((2, 4), np.float32), float("inf")).tolist() == [True, True]


def test_explained_rows_have_their_explanations_as_json() -> None:
    rows = sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES, why=WHY)
    assert rows.schema == sentence_schema(explained=True)
    assert [json.loads(why)["logit"] for why in rows["why"].to_pylist()] == [0.5, 1.0, 1.5]


def test_in_json_lines_an_explanation_is_an_object() -> None:
    lines = [json.loads(line) for line in json_lines(sentence_rows(DOCUMENTS, SENTENCES, PROBABILITIES, why=WHY))]
    assert lines[2]["why"] == {"label": "news", "logit": 1.5, "parts": [["word", "é", 1.5]]}


def test_no_sentences_have_no_explanations() -> None:
    rows = sentence_rows([], SentenceSplitter().split([]), np.empty((0, 4), np.float32), why=[])
    assert rows.schema == sentence_schema(explained=True)
