from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import CorpusError
from pipeline.training.encoder import EncodingFile, text_keys


class LengthEncoder:
    """Encodes a text as its length, and remembers what it was asked."""

    max_seq_length = 0

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, sentences: list[str], **_: object) -> np.ndarray:
        self.asked += sentences
        return np.array([[len(sentence)] for sentence in sentences], np.float32)


def test_encodings_are_in_the_order_of_the_texts(tmp_path: Path) -> None:
    encodings = EncodingFile(tmp_path / "encodings.npz").encode(["three", "a", "three"], LengthEncoder())
    assert encodings.tolist() == [[5], [1], [5]]


def test_no_text_is_encoded_twice(tmp_path: Path) -> None:
    encoder, file = LengthEncoder(), EncodingFile(tmp_path / "encodings.npz")
    file.encode(["one", "three"], encoder)
    assert file.encode(["three", "fifteen"], encoder).tolist() == [[5], [7]]
    assert sorted(encoder.asked) == ["fifteen", "one", "three"]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encodings.npz").write_text("no arrays")
    with pytest.raises(CorpusError, match=r"encodings\.npz: not a file of encodings"):
        EncodingFile(tmp_path / "encodings.npz").encode(["one"], LengthEncoder())


def test_keys_of_texts_are_the_same_on_every_machine() -> None:
    assert text_keys(["", "stroke"]).tolist() == text_keys(["", "stroke"]).tolist()
    assert len(set(text_keys(["", "stroke", "Stroke"]).tolist())) == 3
