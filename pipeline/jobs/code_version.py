"""What besides inputs, model and options decides on the results: this program and the libraries it rests on."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import pipeline

LIBRARIES: Final = (
    "charset-normalizer", "fastwarc", "ftfy", "numpy", "pyarrow", "resiliparse", "scikit-learn", "scipy", "spacy",
)  # fmt: skip
_ROOMS: Final = ("preprocess", "classifier", "jobs")


@cache
def code_version() -> dict[str, str]:
    """Versions of winnow and of the libraries, and a digest of the code that makes results."""
    packages = {name: _version(name) for name in ("winnow", *LIBRARIES)}
    return {**packages, "code": _code_digest(Path(pipeline.__file__).parent)}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _code_digest(package: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in (package / "schema.py", *(path for room in _ROOMS for path in sorted((package / room).rglob("*.py")))):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
