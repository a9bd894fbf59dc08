import pickle
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINES, MIXED, NEWS, NOISE, TREATMENT
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.errors import ModelError, UsageError
from pipeline.jobs import component

ROOT = Path(__file__).parents[2]
LINE = st.sampled_from([line for lines in LINES.values() for line in lines])
TEXT = st.lists(LINE | st.text(max_size=12), max_size=5).map("\n".join)


@pytest.fixture(scope="module")
def nlp(model_folder: Path) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("winnow", config={"model": str(model_folder)})
    return nlp


def labelled(doc: Doc) -> list[tuple[str, str]]:
    return [(sentence.text.strip(), sentence._.label) for sentence in doc.sents]


def test_sentences_of_a_doc_are_labelled(nlp: Language) -> None:
    assert labelled(nlp(f"{NOISE}\n{TREATMENT} {NEWS}")) == [
        (NOISE, "noise"),
        (TREATMENT, "treatment"),
        (NEWS, "news"),
    ]


def test_the_score_is_the_probability_of_the_label(nlp: Language) -> None:
    scores = [sentence._.score for sentence in nlp(MIXED).sents]
    assert len(scores) == 4
    assert all(0.25 <= score <= 1 for score in scores)


def test_many_docs_at_once_are_labelled_as_one_at_a_time(nlp: Language) -> None:
    texts = [MIXED, "", NEWS, " \n", NOISE]
    assert [labelled(doc) for doc in nlp.pipe(texts, batch_size=2)] == [labelled(nlp(text)) for text in texts]


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_every_token_belongs_to_one_sentence_that_has_a_label(nlp: Language, texts: list[str]) -> None:
    for doc, text in zip(nlp.pipe(texts), texts, strict=True):
        sentences = list(doc.sents) if len(doc) else []
        assert [token.i for sentence in sentences for token in sentence] == list(range(len(doc)))
        if text.strip():
            assert all(sentence._.label for sentence in sentences)


def test_a_sentence_that_begins_inside_a_token_of_the_doc_is_not_seen(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Rest", "well.\nSleep", "well."], spaces=[True, True, False])
    assert [sentence.text for sentence in nlp.get_pipe("winnow")(doc).sents] == ["Rest well.\nSleep", "well."]


def test_text_that_extraction_would_repair_keeps_its_places(nlp: Language) -> None:
    doc = nlp(f"donâ€™t wait.\n{NEWS}")
    assert [sentence.text for sentence in doc.sents][-1] == NEWS


def test_a_parsed_doc_is_refused(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Rest", "."], heads=[0, 0], deps=["ROOT", "punct"])
    with pytest.raises(UsageError, match='before="parser"'):
        nlp.get_pipe("winnow")(doc)


def test_a_saved_pipeline_gives_the_same_labels(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    assert labelled(spacy.load(tmp_path / "pipeline")(MIXED)) == labelled(nlp(MIXED))


def test_the_component_can_be_sent_to_another_process(nlp: Language) -> None:
    copy = pickle.loads(pickle.dumps(nlp.get_pipe("winnow")))  # noqa: S301 - our own bytes
    assert labelled(copy(nlp.make_doc(MIXED))) == labelled(nlp(MIXED))


def test_a_doc_keeps_its_labels_in_bytes(nlp: Language) -> None:
    doc = nlp(MIXED)
    assert labelled(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == labelled(doc)


def test_a_model_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelError, match="no such model"):
        spacy.blank("en").add_pipe("winnow", config={"model": "nowhere"})


def test_another_component_s_label_is_left_alone(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(component, "EXTENSIONS", ("grade",))
    Span.set_extension("grade", getter=len)
    try:
        with pytest.raises(UsageError, match=r"span\._\.grade is already defined"):
            component.WinnowComponent(str(model_folder))
    finally:
        Span.remove_extension("grade")


def test_the_entry_point_names_the_factory() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["entry-points"]["spacy_factories"]["winnow"].partition(":")
    assert getattr(import_module(module), function) is component.create_winnow_component


def test_an_installed_winnow_needs_no_import(model_folder: Path, tmp_path: Path) -> None:
    about = tmp_path / "winnow-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: winnow\nVersion: 0\n")
    (about / "entry_points.txt").write_text(
        "[spacy_factories]\nwinnow = pipeline.jobs.component:create_winnow_component\n"
    )
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import spacy; nlp = spacy.blank('en'); "
        f"nlp.add_pipe('winnow', config={{'model': {str(model_folder)!r}}}); "
        f"print([s._.label for s in nlp({NEWS!r}).sents])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - fixed code
    assert done.stdout == "['news']\n"
