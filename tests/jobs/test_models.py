import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from labelled_lines import NEWS, page

import pipeline
from pipeline.errors import ModelError
from pipeline.jobs.models import find_model, load_model


@pytest.fixture
def empty_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the package stand where there are no models."""
    monkeypatch.setattr(pipeline, "__file__", str(tmp_path / "pipeline" / "__init__.py"))
    return tmp_path


def test_a_model_is_found_by_its_folder(model_folder: Path) -> None:
    model = find_model(model_folder)
    assert model.name == "small"
    assert len(model.digest) == 64


def test_a_model_is_found_by_its_name_beside_the_package(empty_checkout: Path, model_folder: Path) -> None:
    shutil.copytree(model_folder, empty_checkout / "models" / "mine")
    assert find_model("mine").path == (empty_checkout / "models" / "mine").resolve()


@pytest.mark.parametrize("place", ["models/default", "pipeline/models/default"])
def test_the_shipped_model_is_taken_by_default(empty_checkout: Path, model_folder: Path, place: str) -> None:
    shutil.copytree(model_folder, empty_checkout / place)
    assert find_model().path == (empty_checkout / place).resolve()


def test_without_a_shipped_model_one_is_told_to_train(empty_checkout: Path) -> None:
    assert empty_checkout.exists()
    with pytest.raises(ModelError, match=r"run `python train\.py`"):
        load_model()


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere: no such model"):
        load_model(tmp_path / "nowhere")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json"):
        load_model(tmp_path)


def test_a_file_that_was_changed_is_refused(model_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)
    (copy / "idf.npy").write_bytes(b"changed")
    with pytest.raises(ModelError, match="does not match"):
        load_model(copy)


def test_a_model_of_other_features_is_refused(model_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "n_features": manifest["n_features"] - 1}))
    with pytest.raises(ModelError, match=r"the model does not fit .*; train it again"):
        load_model(copy)


def test_a_loaded_model_tags(model_folder: Path) -> None:
    (rows,) = pipeline.load_model(model_folder).tag([page(NEWS)])
    assert rows.column("label").to_pylist() == ["news"]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import pipeline, sys; print({'spacy', 'sklearn', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - fixed code
    assert done.stdout == "set()\n"


def test_the_package_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_everything'"):
        pipeline.load_everything  # noqa: B018 - the access is what is tested


@pytest.mark.parametrize(("max_error", "threshold"), [(0.05, 0.99), (0.5, 0.2), (0.01, math.inf)])
def test_a_measured_model_abstains_where_its_curve_says(
    measured_model_folder: Path, max_error: float, threshold: float
) -> None:
    assert find_model(measured_model_folder).abstaining(max_error).threshold == threshold
    assert load_model(measured_model_folder, max_error=max_error).threshold == threshold


def test_without_a_maximal_error_all_is_decided(measured_model_folder: Path) -> None:
    assert load_model(measured_model_folder).threshold == 0


def test_a_model_that_was_not_measured_cannot_abstain(model_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"it has no abstention\.json, .* train it again without --no-evaluation"):
        load_model(model_folder, max_error=0.05)


@pytest.mark.parametrize("name", ["abstention.json", "vocabulary.json"])
def test_a_document_that_was_changed_is_refused(measured_model_folder: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(measured_model_folder, copy)
    (copy / name).write_text("{}")
    with pytest.raises(ModelError, match="does not match"):
        load_model(copy)
