from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINE_WORDS, LINES, MIXED, NEWS, NOISE, TREATMENT, document, page
from numpy.typing import NDArray

from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.vocabulary import Vocabulary
from pipeline.errors import InputError, ModelError, UsageError
from pipeline.jobs.models import load_model
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import LABELS

LINE = st.sampled_from([line for lines in LINES.values() for line in lines])
TEXT = st.lists(LINE | st.text(max_size=20), min_size=1, max_size=6).map("\n".join)


class ConstantClassifier:
    """Gives every sentence the same probabilities."""

    def __init__(self, **probabilities: float) -> None:
        self.classes_ = np.array(list(probabilities))
        self._row = list(probabilities.values())

    def predict_proba(self, X: sp.csr_matrix, *, pages: NDArray[np.int32]) -> NDArray[np.floating[Any]]:
        assert len(pages) == X.shape[0]
        return np.tile(self._row, (X.shape[0], 1))


@pytest.fixture(scope="module")
def tagger(model_folder: Path) -> Tagger:
    return load_model(model_folder)


def rows_of(batches: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
    return [row for batch in batches for row in batch.to_pylist()]


def test_sentences_of_a_mixed_page_get_their_labels(tagger: Tagger) -> None:
    rows = rows_of(tagger.tag([page(MIXED)]))
    assert [row["label"] for row in rows] == ["noise", "treatment", "news", "clinical_research"]


def test_pages_and_extracted_documents_give_the_same_rows(tagger: Tagger) -> None:
    assert rows_of(tagger.tag([page(MIXED)])) == rows_of(tagger.tag([document(MIXED)]))


def test_a_page_that_cannot_be_read_is_raised(tagger: Tagger) -> None:
    with pytest.raises(InputError, match="no visible text"):
        list(tagger.tag([page("<p> </p>", is_html=True)]))


def test_failures_go_to_the_caller_who_asks_and_the_rest_goes_on(tagger: Tagger) -> None:
    failures: list[InputError] = []
    missing = InputError("gone.txt", "missing", "no such file")
    pages = (missing, page(" ", "blank"), page(NEWS, "good"))
    rows = rows_of(tagger.tag(pages, on_error=failures.append))
    assert [failure.reason for failure in failures] == ["missing", "no_text"]
    assert [row["doc_id"] for row in rows] == ["good"]


def test_no_pages_give_no_batches(tagger: Tagger) -> None:
    assert list(tagger.tag([])) == []


def test_cleaning_leaves_noise_out(tagger: Tagger) -> None:
    cleaned = tagger.clean(page(f"{NOISE}\n{TREATMENT}"))
    assert cleaned.text.strip() == TREATMENT
    assert cleaned.label_counts == {"treatment": 1}


def test_cleaning_keeps_the_labels_asked_for(tagger: Tagger) -> None:
    assert tagger.clean(document(f"{NOISE}\n{TREATMENT}\n{NEWS}"), keep=["news"]).text.strip() == NEWS


def test_cleaning_refuses_an_unknown_label(tagger: Tagger) -> None:
    with pytest.raises(UsageError, match="weather"):
        tagger.clean(document(NEWS), keep=["weather"])


def test_columns_follow_the_names_of_the_classes_and_not_their_order() -> None:
    classifier = ConstantClassifier(news=0.5, noise=0.125, clinical_research=0.25, treatment=0.125)
    _, probabilities = Tagger(SentenceSplitter(), classifier).label([document("One.")])
    assert probabilities.tolist() == [[0.125, 0.25, 0.5, 0.125]]


def test_a_label_the_model_never_met_has_no_probability() -> None:
    _, probabilities = Tagger(SentenceSplitter(), ConstantClassifier(news=0.75, noise=0.25)).label([document("One.")])
    assert probabilities.tolist() == [[0, 0, 0.75, 0.25]]


def test_a_class_that_is_no_label_is_refused() -> None:
    with pytest.raises(ModelError, match="weather"):
        Tagger(SentenceSplitter(), ConstantClassifier(weather=1))


def test_probabilities_have_six_decimals() -> None:
    _, probabilities = Tagger(SentenceSplitter(), ConstantClassifier(news=2 / 3, noise=1 / 3)).label([document("One.")])
    assert probabilities.tolist()[0][2:] == [float(np.float32(0.666667)), float(np.float32(0.333333))]


@settings(max_examples=40)
@given(st.lists(TEXT, max_size=6), st.data())
def test_a_page_does_not_depend_on_what_else_is_in_the_batch(
    tagger: Tagger, texts: list[str], data: st.DataObject
) -> None:
    documents = [document(text, str(number)) for number, text in enumerate(texts)]
    alone = {one.id: rows_of(tagger.tag([one])) for one in documents}
    shuffled = data.draw(st.permutations(documents))
    assert rows_of(tagger.tag(shuffled)) == [row for one in shuffled for row in alone[one.id]]


@settings(max_examples=40)
@given(TEXT)
def test_start_and_end_are_where_the_sentence_stands(tagger: Tagger, text: str) -> None:
    rows = rows_of(tagger.tag([document(text)]))
    assert [text[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert "".join("".join(row["text"].split()) for row in rows) == "".join(text.split())


@settings(max_examples=20)
@given(TEXT)
def test_probabilities_of_a_sentence_sum_to_one(tagger: Tagger, text: str) -> None:
    _, probabilities = tagger.label([document(text)])
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_sentences_below_the_threshold_are_uncertain_and_left_out_of_the_cleaned_document(
    line_classifier: SentenceClassifier,
) -> None:
    scores = Tagger(SentenceSplitter(), line_classifier, words=LINE_WORDS).label([document(MIXED)])[1].max(axis=1)
    cautious = Tagger(SentenceSplitter(), line_classifier, words=LINE_WORDS, threshold=float(np.median(scores)))
    rows = rows_of(cautious.tag([page(MIXED)]))
    assert [row["uncertain"] for row in rows] == (scores < np.median(scores)).tolist()
    cleaned = cautious.clean(page(MIXED), keep=LABELS)
    assert cleaned.text.split("\n") == [row["text"] for row in rows if not row["uncertain"]]
    assert cleaned.characters_uncertain > 0


def test_every_sentence_of_all_documents_is_explained_in_order(tagger: Tagger) -> None:
    documents = [document(MIXED), document(f"{NEWS}\n{NOISE}")]
    explained = tagger.explain(documents)
    assert [explanation.label for explanation in explained] == [row["label"] for row in rows_of(tagger.tag(documents))]


def test_of_equally_likely_labels_the_one_given_is_explained(tagger: Tagger) -> None:
    sentences, probabilities = tagger.label([document(NOISE)])
    (explanation,) = tagger.explain_labelled([document(NOISE)], sentences, np.full_like(probabilities, 0.25))
    assert explanation.label == "treatment"


def test_nothing_needs_no_explanation(tagger: Tagger) -> None:
    assert tagger.explain([]) == []
    assert tagger.explain([document("")]) == []


def test_names_in_the_vocabulary_tell_collisions(measured_model_folder: Path, model_folder: Path) -> None:
    text = document("Xq12 zzyy. " * 300)
    parts = [part for folder in (measured_model_folder, model_folder) for part in collisions(load_model(folder), text)]
    assert parts == []
    line = "Take the tablets with food twice a day."
    renamed = Vocabulary(dict.fromkeys(range(2**20), ("word", "else")))
    loaded = load_model(model_folder)
    tagger = Tagger(SentenceSplitter(), loaded.classifier, words=loaded.words, read_vocabulary=lambda: renamed)
    assert set(collisions(tagger, document(line))) == {"word else"}


def collisions(tagger: Tagger, text: Document) -> list[str]:
    return [part.collides_with for one in tagger.explain([text]) for part in one.parts if part.collides_with]


def test_a_classifier_without_networks_cannot_be_explained() -> None:
    with pytest.raises(ModelError, match=r"a ConstantClassifier cannot be explained; use a model of train\.py"):
        Tagger(SentenceSplitter(), ConstantClassifier(news=1)).explain([document("One.")])
