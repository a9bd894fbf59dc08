"""The manifest of a model folder, which names every other file with its SHA-256; reading it needs nothing heavy."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ModelError

MANIFEST: Final = "manifest.json"
FORMAT_VERSION: Final = 4

FEATURE_VERSION: Final = 2
"""Raised whenever `features` would give the same sentence another row; features of another version are refused."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a manifest holds.

    Raises:
        ModelError: if it is missing, is none, is of another version, or names a file outside the folder.
    """
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


def verified(folder: Path, name: str, digest: str) -> bytes:
    """The content of a file whose digest the manifest names.

    Raises:
        ModelError: if it is missing or does not match.
    """
    content = _read_bytes(folder, name)
    if content_digest(content) != digest:
        raise ModelError(f"{folder / name}: does not match the SHA-256 in {MANIFEST}; the model is refused")
    return content


def read_document(folder: Path, name: str) -> str | None:
    """The text of a document that was saved beside the classifier; None if there was none of that name.

    Raises:
        ModelError: if it is missing or does not match its digest.
    """
    digest = read_manifest(folder)["sha256"].get(name)
    return None if digest is None else verified(folder, name, digest).decode()


def model_digest(folder: Path) -> str:
    """SHA-256 of the manifest: names the model, since the manifest names every other file's content."""
    return content_digest(_read_bytes(folder, MANIFEST))


def content_digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def remove_named(folder: Path) -> None:
    """Remove the files of the model that was there, in any format; what a manifest does not name is not ours."""
    if not (folder / MANIFEST).exists():
        return
    try:
        names = json.loads((folder / MANIFEST).read_bytes())["sha256"]
    except (ValueError, KeyError, TypeError):
        return
    for name in [*names, MANIFEST]:
        if Path(name).name == name:
            (folder / name).unlink(missing_ok=True)


def _read_bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"{folder / name}: cannot read the model ({reason}); make one with train.py") from error
