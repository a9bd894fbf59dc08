"""Paragraphs with the places where their sentences begin: the annotated examples of `corpus/boundaries`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import CorpusError

GLUE: Final = "¬"
"""At the end of a line: no space follows, as where a scraper has lost it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text without line breaks.

    Attributes:
        text: of one or more sentences.
        starts: code points at which sentences begin, ascending, the first (0) left out.
    """

    text: str
    starts: tuple[int, ...]


def join_sentences(sentences: Sequence[str]) -> Paragraph:
    """Put sentences in a row, a space after each that does not end in `GLUE`."""
    text, starts = "", []
    for number, sentence in enumerate(sentences):
        if number:
            starts.append(len(text))
        text += sentence.removesuffix(GLUE) if sentence.endswith(GLUE) else f"{sentence} "
    return Paragraph(text.removesuffix(" "), tuple(starts))


def read_paragraphs(path: Path) -> list[list[str]]:
    """Read sentences, one a line, from a file whose paragraphs have a blank line between them.

    Raises:
        CorpusError: the file cannot be read.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}); give a text file, one sentence a line") from error
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def read_examples(folder: Path) -> list[Paragraph]:
    """Read the paragraphs of every `*.txt` of a folder, in the order of the names.

    Raises:
        CorpusError: there is no such file, or one cannot be read.
    """
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise CorpusError(f"{folder}: there is no *.txt; give the folder of annotated examples")
    return [join_sentences(paragraph) for path in paths for paragraph in read_paragraphs(path)]
