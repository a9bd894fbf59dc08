"""`models/NAME/`: arrays and a manifest, nothing that can run code.

    manifest.json   format and feature version, parameters, classes, and the SHA-256 of every other file
    *.npy           the fitted arrays and the word vectors, read with `allow_pickle=False`
    abstention.json, vocabulary.json   what `--max-error` and `--explain` need
    README.md, metrics.json   for people

A file that does not match its digest, or that the manifest does not name, is refused before it is parsed.
"""

import json
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.array_audit import (
    FIRST_NETWORK,
    GATE_NETWORK,
    PASSAGE,
    PASSAGE_NETWORK,
    SPLICED_NETWORK,
    WORD_FORMS,
    audit_arrays,
    audit_ascending,
    plain_array,
)
from pipeline.classifier.first_stage import FirstStage, LinearModel
from pipeline.classifier.manifest import (
    FEATURE_VERSION,
    FORMAT_VERSION,
    MANIFEST,
    content_digest,
    read_manifest,
    remove_named,
    verified,
)
from pipeline.classifier.model_description import ModelDescription
from pipeline.classifier.networks import Networks
from pipeline.classifier.passage import PassageReader
from pipeline.classifier.projection import in_steps
from pipeline.classifier.second_stage import SecondStage
from pipeline.classifier.stages import FittedStages
from pipeline.classifier.weighting import Weighting
from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from pipeline.classifier.model import SentenceClassifier


def save_classifier(
    classifier: "SentenceClassifier",
    folder: Path,
    documents: dict[str, str],
    words: WordVectors = NO_WORD_VECTORS,
) -> None:
    """Write a fitted classifier and, beside it, `documents` (file name -> text).

    Args:
        classifier: fitted.
        folder: written into, made where missing.
        documents: file name -> text.
        words: the word vectors of its feature rows.
    """
    description = {
        "classes": [str(label) for label in classifier.classes_],
        "n_features": int(classifier.n_features_in_),
        "parameters": classifier.get_params(),
    }
    arrays = _arrays(classifier) | _word_arrays(words)
    _save(folder, description, arrays, {name: text.encode() for name, text in documents.items()})


def save_word_vectors(words: WordVectors, folder: Path) -> None:
    """Write a table of word vectors that belongs to no classifier yet."""
    _save(folder, {}, _word_arrays(words), {})


def load_word_vectors(folder: Path) -> WordVectors:
    """Read the word vectors of a model, or of `save_word_vectors`.

    Raises:
        ModelError: if a file is missing, does not match its digest, or is of another version.
    """
    digests = read_manifest(folder)["sha256"]
    try:
        arrays = {
            name: _array(folder / f"{name}.npy", verified(folder, f"{name}.npy", digests[f"{name}.npy"]))
            for name in WORD_FORMS
        }
        audit_arrays(arrays, WORD_FORMS)
        audit_ascending("word_keys", arrays["word_keys"])
    except KeyError as error:
        raise ModelError(f"{folder}: its manifest names no {error}; make it again with train.py") from error
    except ValueError as error:
        raise ModelError(f"{folder}: not a winnow model ({error}); make it again with train.py") from error
    return WordVectors(*(arrays[f"word_{field.name}"] for field in fields(WordVectors)))


def _save(folder: Path, description: dict[str, Any], arrays: dict[str, NDArray[Any]], more: dict[str, bytes]) -> None:
    """Write arrays and other files in place of those that a manifest names; the new manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_named(folder)
    contents = {f"{name}.npy": _npy_bytes(array) for name, array in arrays.items()} | more
    versions = {"format_version": FORMAT_VERSION, "feature_version": FEATURE_VERSION}
    digests = {name: content_digest(content) for name, content in sorted(contents.items())}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    manifest = json.dumps({**versions, **description, "sha256": digests}, indent=2)
    (folder / MANIFEST).write_text(manifest + "\n", encoding="utf-8")


def load_stages(folder: Path) -> FittedStages:
    """Read what a model folder needs to predict.

    Raises:
        ModelError: if a file is missing, does not match its digest, or is of another version.
    """
    return _load_stages(folder)[0]


def load_classifier(folder: Path) -> "SentenceClassifier":
    """Read a model folder as the estimator it was; needs scikit-learn.

    Raises:
        ModelError: if a file is missing, does not match its digest, or is of another version.
    """
    from pipeline.classifier.model import SentenceClassifier  # noqa: PLC0415 - predicting must not wait for scikit-learn

    stages, parameters = _load_stages(folder)
    try:
        classifier = SentenceClassifier(**parameters)
    except TypeError as error:
        raise ModelError(f"{folder}: not a winnow model ({error}); train it again with train.py") from error
    for field in fields(FittedStages):
        setattr(classifier, field.name, getattr(stages, field.name))
    return classifier


def _load_stages(folder: Path) -> tuple[FittedStages, dict[str, Any]]:
    """The fitted stages, and the parameters of the estimator."""
    manifest = read_manifest(folder)
    contents = {name: verified(folder, name, digest) for name, digest in manifest["sha256"].items()}
    arrays = {
        name.removesuffix(".npy"): _array(folder / name, content)
        for name, content in contents.items()
        if name.endswith(".npy")
    }
    try:
        description = ModelDescription.of(manifest)
        description.audit(arrays)
        stages = FittedStages(
            classes_=np.array(description.classes),
            weighting_=Weighting(arrays["columns"].astype(np.int64), arrays["idf"]),
            first_=_first_stage(arrays, has_network=description.has_dense),
            projection_=arrays["projection_steps"] * arrays["projection_step"],
            second_=_second_stage(arrays),
            n_features_in_=description.n_features,
            n_dense=description.n_dense,
            n_surface=description.n_surface,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder}: not a winnow model ({error}); train it again with train.py") from error
    return stages, dict(manifest["parameters"])


def _arrays(classifier: FittedStages) -> dict[str, NDArray[Any]]:
    weighting, first, second = classifier.weighting_, classifier.first_, classifier.second_
    passage = second.passage
    steps, step = in_steps(classifier.projection_)
    return {
        "columns": weighting.columns.astype(np.int32),
        "idf": weighting.idf,
        "coef": first.linear.coef.astype(np.float16),
        "intercept": first.linear.intercept,
        "projection_steps": steps,
        "projection_step": step,
        **({} if first.networks is None else _network_arrays(first.networks, FIRST_NETWORK)),
        f"{PASSAGE}_mean": passage.mean,
        f"{PASSAGE}_scale": passage.scale,
        f"{PASSAGE}_views": passage.views,
        **_network_arrays(passage.networks, PASSAGE_NETWORK),
        **_network_arrays(second.spliced, SPLICED_NETWORK),
        **_network_arrays(second.gate, GATE_NETWORK),
    }


def _network_arrays(networks: Networks, prefix: str) -> dict[str, NDArray[Any]]:
    return {f"{prefix}_{field.name}": getattr(networks, field.name) for field in fields(Networks)}


def _networks(arrays: dict[str, NDArray[Any]], prefix: str) -> Networks:
    return Networks(*(arrays[f"{prefix}_{field.name}"] for field in fields(Networks)))


def _second_stage(arrays: dict[str, NDArray[Any]]) -> SecondStage:
    mean, scale, views = (arrays[f"{PASSAGE}_{name}"] for name in ("mean", "scale", "views"))
    passage = PassageReader(mean, scale, views, _networks(arrays, PASSAGE_NETWORK))
    return SecondStage(passage, _networks(arrays, SPLICED_NETWORK), _networks(arrays, GATE_NETWORK))


def _first_stage(arrays: dict[str, NDArray[Any]], *, has_network: bool) -> FirstStage:
    linear = LinearModel(arrays["coef"].astype(np.float32), arrays["intercept"])
    return FirstStage(linear, _networks(arrays, FIRST_NETWORK) if has_network else None)


def _word_arrays(words: WordVectors) -> dict[str, NDArray[Any]]:
    return {f"word_{field.name}": getattr(words, field.name) for field in fields(WordVectors)}


def _npy_bytes(array: NDArray[Any]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _array(path: Path, content: bytes) -> NDArray[Any]:
    try:
        return plain_array(content)
    except ValueError as error:
        raise ModelError(f"{path}: not a plain array; the model is refused") from error
