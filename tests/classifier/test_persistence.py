import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labelled_lines import LINE_WORDS
from toy_pages import fit_small, toy_pages

from pipeline.classifier.manifest import FEATURE_VERSION, FORMAT_VERSION, MANIFEST, model_digest, read_document
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import (
    load_classifier,
    load_word_vectors,
    save_classifier,
    save_word_vectors,
)
from pipeline.errors import ModelError

UNSEEN = toy_pages(n_pages=9, seed=1)
DOCUMENTS = {"README.md": "# Small – für Tests\n", "metrics.json": "{}\n"}


class Payload:
    """Unpickling it leaves a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


@pytest.fixture(scope="module")
def fitted() -> SentenceClassifier:
    return fit_small(toy_pages())


@pytest.fixture(scope="module")
def saved(fitted: SentenceClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "toy"
    save_classifier(fitted, folder, DOCUMENTS)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(saved, tmp_path / "toy"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def change_manifest(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | changes), "utf-8")


def replace(folder: Path, name: str, content: bytes) -> None:
    """Put other content in a file's place, with its digest in the manifest."""
    (folder / name).write_bytes(content)
    digests = json.loads((folder / MANIFEST).read_text("utf-8"))["sha256"]
    change_manifest(folder, sha256=digests | {name: hashlib.sha256(content).hexdigest()})


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_classifier(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def files_of(suffix: str) -> list[str]:
    networks = ["mean", "scale", "hidden", "hidden_bias", "output", "output_bias"]
    own = ["columns", "idf", "coef", "intercept", "projection_steps", "projection_step"]
    words = ["keys", "weights", "steps", "step"]
    arrays = [
        *own,
        *(f"{part}_network_{name}" for part in ("first", "passage", "spliced", "gate") for name in networks),
        *(f"passage_{name}" for name in ("mean", "scale", "views")),
        *(f"word_{name}" for name in words),
    ]
    return [f"{name}.npy" for name in arrays] if suffix == ".npy" else [*files_of(".npy"), *DOCUMENTS]


def test_saving_and_loading_changes_no_prediction(fitted: SentenceClassifier, saved: Path) -> None:
    loaded = load_classifier(saved)
    assert loaded.classes_.tolist() == fitted.classes_.tolist()
    for pages in (UNSEEN.pages, None):
        assert np.array_equal(loaded.predict_proba(UNSEEN.X, pages=pages), fitted.predict_proba(UNSEEN.X, pages=pages))


def test_a_loaded_model_has_its_parameters(fitted: SentenceClassifier, saved: Path) -> None:
    assert load_classifier(saved).get_params() == fitted.get_params()


def test_saving_twice_gives_the_same_bytes(fitted: SentenceClassifier, saved: Path, tmp_path: Path) -> None:
    save_classifier(fitted, tmp_path / "again", DOCUMENTS)
    assert contents(tmp_path / "again") == contents(saved)


def test_saving_what_was_loaded_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    save_classifier(load_classifier(saved), tmp_path / "again", DOCUMENTS)
    assert contents(tmp_path / "again") == contents(saved)


def test_a_model_folder_holds_arrays_documents_and_their_manifest(saved: Path) -> None:
    manifest = json.loads((saved / MANIFEST).read_text("utf-8"))
    assert sorted(contents(saved)) == sorted([*files_of(""), MANIFEST])
    assert sorted(manifest["sha256"]) == sorted(files_of(""))
    assert (saved / "README.md").read_text("utf-8") == DOCUMENTS["README.md"]


def test_the_digest_names_the_manifest(saved: Path, folder: Path) -> None:
    assert model_digest(saved) == hashlib.sha256((saved / MANIFEST).read_bytes()).hexdigest()
    replace(folder, "README.md", b"another card")
    assert model_digest(folder) != model_digest(saved)


@pytest.mark.parametrize("name", files_of(""))
def test_a_changed_byte_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    assert refusal(folder) == f"{folder / name}: does not match the SHA-256 in manifest.json; the model is refused"


@pytest.mark.parametrize("name", [*files_of(""), MANIFEST])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder) == (
        f"{folder / name}: cannot read the model (No such file or directory); make one with train.py"
    )


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").startswith(f"{tmp_path / 'nowhere' / MANIFEST}: cannot read the model")


@pytest.mark.parametrize(
    "changes",
    [{"format_version": FORMAT_VERSION + 1}, {"feature_version": FEATURE_VERSION + 1}, {"format_version": "1"}],
)
def test_another_version_is_refused(folder: Path, changes: dict[str, object]) -> None:
    change_manifest(folder, **changes)
    message = refusal(folder)
    assert message.startswith(f"{folder / MANIFEST}: format and feature version")
    assert message.endswith(
        f"this winnow reads {FORMAT_VERSION} and {FEATURE_VERSION}; train the model again with train.py"
    )


@pytest.mark.parametrize("name", ["../outside", "../outside.npy", "/etc/hostname", "inner/file.npy", "./coef.npy"])
def test_a_manifest_that_names_a_file_outside_is_refused(folder: Path, name: str) -> None:
    content = b"not yours"
    (folder.parent / "outside").write_bytes(content)
    change_manifest(folder, sha256={name: hashlib.sha256(content).hexdigest()})
    assert refusal(folder) == f"{folder / MANIFEST}: names {name!r}, which is outside the model's folder"


@pytest.mark.parametrize("name", ["..", ".", ""])
def test_a_manifest_that_names_a_folder_is_refused(folder: Path, name: str) -> None:
    change_manifest(folder, sha256={name: ""})
    assert refusal(folder).startswith(str(folder))


@pytest.mark.parametrize("name", files_of(".npy"))
def test_a_pickle_in_place_of_an_array_is_refused_and_does_not_run(folder: Path, tmp_path: Path, name: str) -> None:
    pickled = BytesIO()
    np.save(pickled, np.array([Payload(tmp_path / "trace")], object), allow_pickle=True)
    replace(folder, name, pickled.getvalue())
    assert refusal(folder) == f"{folder / name}: not a plain array; the model is refused"
    assert not (tmp_path / "trace").exists()


def test_the_payload_would_run_if_it_were_unpickled(tmp_path: Path) -> None:
    pickled = BytesIO()
    np.save(pickled, np.array([Payload(tmp_path / "trace")], object), allow_pickle=True)
    pickled.seek(0)
    np.load(pickled, allow_pickle=True)
    assert (tmp_path / "trace").exists()


def zipped() -> bytes:
    archive = BytesIO()
    np.savez(archive, coef=np.zeros(3))
    return archive.getvalue()


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04", zipped(), b"\x80\x04N."])
def test_what_is_no_array_is_refused(folder: Path, content: bytes) -> None:
    replace(folder, "coef.npy", content)
    assert refusal(folder) == f"{folder / 'coef.npy'}: not a plain array; the model is refused"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '{"format_version": 1}', "\x00"])
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text, "utf-8")
    assert refusal(folder) == f"{folder / MANIFEST}: not a model manifest; make one with train.py"


@pytest.mark.parametrize("digests", [None, [], ["coef.npy"], "coef.npy", 5])
def test_a_manifest_without_digests_is_refused(folder: Path, digests: object) -> None:
    change_manifest(folder, sha256=digests)
    assert refusal(folder) == f"{folder / MANIFEST}: not a model manifest; make one with train.py"


@pytest.mark.parametrize("changes", [{"parameters": {"colour": 1}}, {"parameters": None}, {"sha256": {}}])
def test_a_manifest_of_something_else_is_refused(folder: Path, changes: dict[str, object]) -> None:
    change_manifest(folder, **changes)
    assert refusal(folder).startswith(f"{folder}: not a winnow model (")


def test_a_file_that_the_manifest_does_not_name_is_not_read(folder: Path) -> None:
    (folder / "more.npy").write_bytes(b"anything")
    assert load_classifier(folder).classes_.tolist() == ["care", "paper", "press"]


def test_a_document_is_read_back(saved: Path) -> None:
    assert read_document(saved, "README.md") == DOCUMENTS["README.md"]


def test_a_document_that_was_not_saved_is_none(saved: Path) -> None:
    assert read_document(saved, "abstention.json") is None


def test_a_document_that_the_manifest_does_not_name_is_not_read(folder: Path) -> None:
    (folder / "abstention.json").write_text("{}")
    assert read_document(folder, "abstention.json") is None


def test_a_document_that_was_changed_is_refused(folder: Path) -> None:
    (folder / "README.md").write_text("another card")
    with pytest.raises(ModelError, match=r"README\.md: does not match the SHA-256"):
        read_document(folder, "README.md")


@pytest.mark.parametrize("with_classifier", [True, False])
def test_word_vectors_are_read_back_as_they_were(
    fitted: SentenceClassifier, tmp_path: Path, *, with_classifier: bool
) -> None:
    if with_classifier:
        save_classifier(fitted, tmp_path, {}, LINE_WORDS)
    else:
        save_word_vectors(LINE_WORDS, tmp_path)
    words = load_word_vectors(tmp_path)
    for name in ("keys", "weights", "steps", "step"):
        assert np.array_equal(getattr(words, name), getattr(LINE_WORDS, name))


def test_a_model_without_word_vectors_is_refused(folder: Path) -> None:
    digests = json.loads((folder / MANIFEST).read_text())["sha256"]
    change_manifest(folder, sha256={name: digest for name, digest in digests.items() if name != "word_keys.npy"})
    with pytest.raises(ModelError, match=r"its manifest names no 'word_keys\.npy'"):
        load_word_vectors(folder)


def test_saving_removes_the_files_of_the_model_that_was_there_and_no_others(
    fitted: SentenceClassifier, folder: Path
) -> None:
    replace(folder, "former.npy", b"of another format")
    (folder / "notes.txt").write_text("not of the model")
    save_classifier(fitted, folder, {"metrics.json": "{}"})
    assert not (folder / "former.npy").exists()
    assert not (folder / "README.md").exists()
    assert (folder / "notes.txt").exists()
