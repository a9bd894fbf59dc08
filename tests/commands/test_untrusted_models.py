"""Models that are not what they say: refused by the command in one line, with status 2, and no code of theirs runs."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from pipeline.commands.classify import main


class Payload:
    """Unpickling it leaves a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def change(folder: Path, **changes: object) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest_of(folder) | changes))


def put(folder: Path, name: str, content: bytes) -> None:
    """Put content in a file's place, with its digest in the manifest."""
    (folder / name).write_bytes(content)
    change(folder, sha256=manifest_of(folder)["sha256"] | {name: hashlib.sha256(content).hexdigest()})


def put_array(folder: Path, name: str, change_array: Callable[[Any], Any]) -> None:
    """Change an array, with its digest in the manifest."""
    file = BytesIO()
    np.save(file, change_array(np.load(folder / name)))
    put(folder, name, file.getvalue())


def endless_array() -> bytes:
    """The header alone of forty terabytes."""
    file = BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (10**13,)})
    return file.getvalue()


def change_last_byte(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def pickled_array(folder: Path) -> bytes:
    file = BytesIO()
    np.save(file, np.array([Payload(folder.parent / "trace")], object), allow_pickle=True)
    return file.getvalue()


SPOILT: Final[dict[str, Callable[[Path], object]]] = {
    "a changed weight": lambda folder: change_last_byte(folder / "coef.npy"),
    "no array": lambda folder: (folder / "coef.npy").write_bytes(b"x"),
    "a changed byte of the word vectors": lambda folder: (folder / "word_keys.npy").write_bytes(b"x"),
    "a missing file": lambda folder: (folder / "word_steps.npy").unlink(),
    "a missing manifest": lambda folder: (folder / "manifest.json").unlink(),
    "a pickle for an array": lambda folder: put(folder, "coef.npy", pickled_array(folder)),
    "a pickle for a table of words": lambda folder: put(folder, "word_weights.npy", pickled_array(folder)),
    "a bare pickle": lambda folder: put(folder, "idf.npy", pickle.dumps(Payload(folder.parent / "trace"))),
    "a pickle for a manifest": lambda folder: (folder / "manifest.json").write_bytes(
        pickle.dumps(Payload(folder.parent / "trace"))
    ),
    "an array of another shape": lambda folder: put(folder, "idf.npy", b"\x93NUMPY\x01\x00"),
    "an array that claims more than there is": lambda folder: put(folder, "idf.npy", endless_array()),
    "a column less": lambda folder: put_array(folder, "idf.npy", lambda idf: idf[:-1]),
    "columns that are none": lambda folder: put_array(folder, "columns.npy", lambda columns: columns + 2**30),
    "columns below zero": lambda folder: put_array(folder, "columns.npy", lambda columns: -columns[::-1]),
    "weights that are no numbers": lambda folder: put_array(folder, "coef.npy", lambda coef: coef * np.float16("nan")),
    "weights of another type": lambda folder: put_array(folder, "idf.npy", lambda idf: idf.astype(complex)),
    "a division by zero": lambda folder: put_array(folder, "spliced_network_scale.npy", lambda scale: scale * 0),
    "views of other units": lambda folder: put_array(folder, "passage_views.npy", lambda views: views[..., 1:]),
    "words out of order": lambda folder: put_array(folder, "word_keys.npy", lambda keys: keys[::-1]),
    "a class twice": lambda folder: change(folder, classes=["noise", "noise", "news", "treatment"]),
    "classes that are no list": lambda folder: change(folder, classes="noise"),
    "no number of columns": lambda folder: change(folder, n_features="many"),
    "columns fewer than none": lambda folder: change(
        folder, parameters=manifest_of(folder)["parameters"] | {"n_dense": -3}
    ),
    "an unknown format": lambda folder: change(folder, format_version=99),
    "another feature version": lambda folder: change(folder, feature_version=0),
    "a file outside": lambda folder: put(folder, "../outside.npy", (folder / "idf.npy").read_bytes()),
    "a parameter that is none": lambda folder: change(folder, parameters={"__class__": "os.system"}),
}


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the model that a test may spoil, beside a page in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.txt").write_text("Rest helps.")
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


IN_OTHER_CALLS: Final = ("a changed weight", "a missing manifest", "a pickle for an array", "a column less")


@pytest.mark.parametrize(
    ("spoilt", "options"),
    [
        *((spoilt, []) for spoilt in SPOILT),
        *((spoilt, ["-o", "out"]) for spoilt in IN_OTHER_CALLS),
        *((spoilt, ["--dry-run"]) for spoilt in IN_OTHER_CALLS),
    ],
)
def test_a_spoilt_model_is_refused_in_one_line_and_runs_nothing(
    spoilt: str,
    options: list[str],
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    SPOILT[spoilt](folder)
    assert main(["page.txt", f"--model={folder}", *options, "--quiet"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n"), str(folder) in printed.err) == ("", 1, True)
    assert not (tmp_path / "trace").exists()
