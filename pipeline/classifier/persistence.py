"""`models/NAME/`: arrays and a manifest, nothing that can run code.

    manifest.json   format and feature version, parameters, classes, and the SHA-256 of every other file
    *.npy           the fitted arrays, read with `allow_pickle=False`
    abstention.json, vocabulary.json   what `--max-error` and `--explain` need
    README.md, metrics.json   for people

A file that does not match its digest, or that the manifest does not name, is refused before it is parsed.
"""

import hashlib
import json
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.features import FEATURE_VERSION
from pipeline.classifier.first_stage import LinearModel, Weighting
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.second_stage import Networks
from pipeline.errors import ModelError

FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"


def save_classifier(classifier: SentenceClassifier, folder: Path, documents: dict[str, str]) -> None:
    """Write a fitted classifier and, beside it, `documents` (file name -> text); the manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{name}.npy": _npy_bytes(array) for name, array in _arrays(classifier).items()}
    contents |= {name: text.encode() for name, text in documents.items()}
    manifest = {
        "format_version": FORMAT_VERSION,
        "feature_version": FEATURE_VERSION,
        "classes": [str(label) for label in classifier.classes_],
        "n_features": int(classifier.n_features_in_),
        "parameters": classifier.get_params(),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def load_classifier(folder: Path) -> SentenceClassifier:
    """Read a model folder.

    Raises:
        ModelError: if a file is missing, does not match its digest, or is of another version.
    """
    manifest = _read_manifest(folder)
    contents = {name: _verified(folder, name, digest) for name, digest in manifest["sha256"].items()}
    arrays = {name: _array(folder / name, content) for name, content in contents.items() if name.endswith(".npy")}
    try:
        classifier = SentenceClassifier(**manifest["parameters"])
        classifier.classes_ = np.array(manifest["classes"])
        classifier.n_features_in_ = manifest["n_features"]
        _attach(classifier, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder}: not a winnow model ({error}); train it again with train.py") from error
    return classifier


def read_document(folder: Path, name: str) -> str | None:
    """The text of a document that was saved beside the classifier; None if there was none of that name.

    Raises:
        ModelError: if it is missing or does not match its digest.
    """
    digest = _read_manifest(folder)["sha256"].get(name)
    return None if digest is None else _verified(folder, name, digest).decode()


def model_digest(folder: Path) -> str:
    """SHA-256 of the manifest: names the model, since the manifest names every other file's content."""
    return hashlib.sha256(_read_bytes(folder, MANIFEST)).hexdigest()


def _arrays(classifier: SentenceClassifier) -> dict[str, NDArray[Any]]:
    weighting, linear, networks = classifier.weighting_, classifier.linear_, classifier.networks_
    return {
        "columns": weighting.columns.astype(np.int32),
        "idf": weighting.idf,
        "coef": linear.coef.astype(np.float16),
        "intercept": linear.intercept,
        "projection": classifier.projection_.astype(np.float16),
        **{f"network_{field.name}": getattr(networks, field.name) for field in fields(Networks)},
    }


def _attach(classifier: SentenceClassifier, arrays: dict[str, NDArray[Any]]) -> None:
    classifier.weighting_ = Weighting(arrays["columns.npy"].astype(np.int64), arrays["idf.npy"])
    classifier.linear_ = LinearModel(arrays["coef.npy"].astype(np.float32), arrays["intercept.npy"])
    classifier.projection_ = arrays["projection.npy"].astype(np.float32)
    classifier.networks_ = Networks(*(arrays[f"network_{field.name}.npy"] for field in fields(Networks)))


def _npy_bytes(array: NDArray[Any]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _array(path: Path, content: bytes) -> NDArray[Any]:
    try:
        # `np.load` would also open zip archives; this reads nothing but one array.
        return np.asarray(np.lib.format.read_array(BytesIO(content), allow_pickle=False))
    except ValueError as error:
        raise ModelError(f"{path}: not a plain array; the model is refused") from error


def _read_bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{folder / name}: cannot read the model ({reason}); make one with train.py") from error


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(_read_bytes(folder, MANIFEST))
        versions = manifest["format_version"], manifest["feature_version"]
        names = list(manifest["sha256"].keys())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder / MANIFEST}: not a model manifest; make one with train.py") from error
    if versions != (FORMAT_VERSION, FEATURE_VERSION):
        raise ModelError(
            f"{folder / MANIFEST}: format and feature version {versions[0]} and {versions[1]}, this winnow reads "
            f"{FORMAT_VERSION} and {FEATURE_VERSION}; train the model again with train.py"
        )
    for name in names:
        if Path(name).name != name:
            raise ModelError(f"{folder / MANIFEST}: names {name!r}, which is outside the model's folder")
    return dict(manifest)


def _verified(folder: Path, name: str, digest: str) -> bytes:
    content = _read_bytes(folder, name)
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{folder / name}: does not match the SHA-256 in {MANIFEST}; the model is refused")
    return content
