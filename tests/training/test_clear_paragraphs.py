import gzip
import random
from pathlib import Path

import pytest

from pipeline.errors import CorpusError
from pipeline.training.clear_paragraphs import clear_paragraphs, clear_sentences, read_texts

CLEAR = ["The clinic was built in 1990.", "It has forty beds and a garden.", "“Most people like that.”", "Do you?"]


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - reproducible, not secret


def test_a_line_is_cut_where_no_boundary_is_in_doubt() -> None:
    assert clear_sentences(" ".join(CLEAR)) == CLEAR


@pytest.mark.parametrize(
    "line",
    [
        "It was built by Dr. Hale and his sons in 1990. It has forty beds and a garden.",
        "It was built by the firm of Hale Inc. It has forty beds, a garden and a pond.",
        "It was built in 1990. it has forty beds, a garden and a pond of its own here.",
        "It was built in 1990. It has forty beds, a garden and a pond of its own here",
        "Too short. Really.",
    ],
)
def test_a_line_with_a_doubtful_boundary_is_left_out(line: str) -> None:
    assert clear_sentences(line) == []


def test_headings_are_found_before_paragraphs_and_by_themselves() -> None:
    texts = [f"Our Clinic\n{' '.join(CLEAR)}\n"] * 60
    found = clear_paragraphs(texts, 1000, chance(1))
    assert {tuple(sentences) for sentences in found} == {("Our Clinic",), tuple(CLEAR), ("Our Clinic", *CLEAR)}
    assert len(clear_paragraphs(texts, 7, chance(1))) == 7


def test_texts_are_read_from_gzipped_lines(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one"}\n{"text": "two"}\n'))
    assert list(read_texts(path)) == ["one", "two"]
    path.write_bytes(gzip.compress(b'{"words": "one"}\n'))
    with pytest.raises(CorpusError, match="a text in each line"):
        list(read_texts(path))
