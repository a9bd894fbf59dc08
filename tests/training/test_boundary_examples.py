from pathlib import Path

import pytest

from pipeline.errors import CorpusError
from pipeline.training.boundary_examples import Paragraph, join_sentences, read_examples, read_paragraphs

SHIPPED = Path(__file__).parents[2] / "corpus" / "boundaries"


def test_sentences_are_put_in_a_row_with_a_space_unless_one_is_glued() -> None:
    assert join_sentences(["One.", "Two.¬", "Three"]) == Paragraph("One. Two.Three", (5, 9))
    assert join_sentences(["One."]) == Paragraph("One.", ())


def test_a_blank_line_parts_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text("\nOne.\nTwo \n\n\n  Three\n", "utf-8")
    assert read_paragraphs(path) == [["One.", "Two"], ["Three"]]
    assert [paragraph.text for paragraph in read_examples(tmp_path)] == ["One. Two", "Three"]


def test_a_folder_without_examples_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="folder of annotated examples"):
        read_examples(tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xff")
    with pytest.raises(CorpusError, match=r"bad\.txt"):
        read_examples(tmp_path)


def test_the_shipped_examples_can_be_read() -> None:
    assert sum(len(paragraph.starts) for paragraph in read_examples(SHIPPED)) > 1_000
