from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINES

from pipeline.classifier.features import sentence_features
from pipeline.classifier.persistence import load_stages, load_word_vectors
from pipeline.classifier.reading import SentenceReader
from pipeline.classifier.stages import FittedStages
from pipeline.classifier.word_vectors import WordVectors
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter
from pipeline.schema import BLOCK_KINDS

Model = tuple[FittedStages, WordVectors]

LINE = st.sampled_from([line for lines in LINES.values() for line in lines])
MENU = st.sampled_from(["Home", "- Home", "# Home", "Home  page", "Home page", "| Home | Page |", "Contact us. Home"])
PAGE = st.lists(LINE | MENU | st.text(max_size=20), min_size=1, max_size=6).map("\n".join)
KINDS = st.lists(st.integers(0, len(BLOCK_KINDS) - 1), min_size=1, max_size=5)
BATCHES = st.lists(st.tuples(st.lists(PAGE, min_size=1, max_size=3), KINDS), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def model(model_folder: Path) -> Model:
    return load_stages(model_folder), load_word_vectors(model_folder)


def sentences_of(pages: list[str]) -> SentenceBatch:
    return SentenceSplitter().split([Document("", "", "", text, read_markdown(text), is_html=False) for text in pages])


def without_memory(model: Model, batch: SentenceBatch) -> bytes:
    """What the estimator says of feature rows, nothing remembered."""
    stages, words = model
    return stages.predict_proba(sentence_features(batch, words), pages=batch.document).tobytes()


@settings(max_examples=50)
@given(BATCHES, st.sampled_from([0, 5_000, 64_000_000]))
def test_a_reader_says_to_the_bit_what_the_estimator_does_whatever_it_has_read_before_and_forgotten(
    model: Model, batches: list[tuple[list[str], list[int]]], max_bytes: int
) -> None:
    reader = SentenceReader(*model, max_bytes=max_bytes)
    for pages, kinds in [*batches, *reversed(batches)]:
        batch = sentences_of(pages)
        batch = replace(batch, kind=np.resize(np.array(kinds, np.int8), len(batch)))
        if len(batch):
            assert reader.predict_proba(batch).tobytes() == without_memory(model, batch)


def test_a_sentence_that_was_read_before_is_not_read_again(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, batch = SentenceReader(*model), sentences_of(["Home\nContact us\nHome", "Home"])
    reader.read(batch)
    size = reader.n_bytes
    monkeypatch.setattr(reader, "_add", None)
    reader.read(batch)
    assert reader.n_bytes == size


def test_the_kind_of_block_and_the_length_tell_sentences_of_the_same_words_apart(model: Model) -> None:
    batch = sentences_of(["Home  page", "Home page", "Home page"])
    surface = SentenceReader(*model).read(replace(batch, kind=np.array([0, 0, 1], np.int8))).surface
    assert len(np.unique(surface, axis=0)) == 3


def test_beyond_its_bound_a_reader_forgets(model: Model) -> None:
    reader = SentenceReader(*model, max_bytes=20_000)
    for number in range(300):
        reader.read(sentences_of([f"Page {number} of many"]))
        assert reader.n_bytes < 40_000


def test_a_reader_that_was_broken_off_begins_anew(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, batch = SentenceReader(*model), sentences_of(["Home\nContact us"])
    reader.read(sentences_of(["Home"]))
    monkeypatch.setattr("pipeline.classifier.reading.surface_columns", None)
    with pytest.raises(TypeError):
        reader.read(batch)
    monkeypatch.undo()
    assert reader.predict_proba(batch).tobytes() == without_memory(model, batch)


def test_word_vectors_of_another_width_are_refused(model: Model) -> None:
    narrow = replace(model[1], steps=model[1].steps[:, :-1], step=model[1].step[:-1])
    with pytest.raises(ValueError, match="the model is expecting"):
        SentenceReader(model[0], narrow).read(sentences_of(["Home"]))
