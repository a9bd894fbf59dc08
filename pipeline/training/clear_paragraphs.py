"""Paragraphs of unlabelled text whose sentence boundaries are beyond doubt: silver examples.

A paragraph is clear if every stop before a space either ends it or stands between an ordinary word and a capital. A
short line without a stop, before it or by itself, is taken for a heading, one sentence of its own.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.errors import CorpusError

_BOUNDARY: Final = re.compile(
    r"(?:(?<=[a-z]{3}[.!?])|(?<=[a-z]{3}[.!?][\"”)])|(?<=[a-z]{3}[\"”)\]%][.!?])|(?<=\d\d[.!?])|(?<=[A-Z]{3}[.!?]))"
    r" (?=[\"“(]?[A-Z])"
)
_ABBREVIATION: Final = re.compile(
    r"\b(?:[A-Z][a-z]{2,3}|[A-Z]{2,}|etc|[Pp]rof|[Cc]apt|[Dd]ept|[Aa]ssoc|[Ii]nc|[Cc]orp|[Gg]ov|[Aa]ve|[Bb]lvd|[Uu]niv|"
    r"[Ff]igs?|approx|[Nn]os?|[Vv]ols?|[Mm]on|[Tt]ues?|[Ww]ed|[Tt]hurs?|[Ff]ri|[Ss]at|[Ss]un|min|max|hrs?|lbs?|mins?|"
    r"tsp|tbsp|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec)\.\Z"
)
_STOP_INSIDE: Final = re.compile(r"[.!?](?=\s|[\"”’)\]]\s)")
_ENDS: Final = re.compile(r"[.!?][\"”)]?\Z")
_NO_HEADING: Final = re.compile(r"[.!?:,;]\Z")
_LENGTHS: Final = range(61, 1500)
_LONGEST_HEADING: Final = 70
_MOST_HEADING_WORDS: Final = 10
_PARAGRAPHS_OF_A_TEXT: Final = 9
_HEADINGS_OF_A_TEXT: Final = 6
_HEADING_BEFORE: Final = 0.35
_HEADING_ALONE: Final = 0.4


def read_texts(path: Path) -> Iterator[str]:
    """Yield the `text` of every line of a gzipped JSONL file.

    Raises:
        CorpusError: the file cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]
    except (OSError, ValueError, KeyError) as error:
        raise CorpusError(f"{path}: cannot be read ({error!r}); give gzipped JSONL with a text in each line") from error


def clear_paragraphs(texts: list[str], n_paragraphs: int, chance: random.Random) -> list[list[str]]:
    """The sentences of clear paragraphs and headings, a few of each text, texts in random order."""
    found: list[list[str]] = []
    for text in chance.sample(texts, len(texts)):
        found += _clear_paragraphs_of([line.strip() for line in text.split("\n") if line.strip()], chance)
        if len(found) >= n_paragraphs:
            break
    return found[:n_paragraphs]


def _clear_paragraphs_of(lines: list[str], chance: random.Random) -> Iterator[list[str]]:
    n_paragraphs = n_headings = 0
    for before, line in zip(["", *lines], lines, strict=False):
        if n_headings < _HEADINGS_OF_A_TEXT and _is_heading(line) and chance.random() < _HEADING_ALONE:
            n_headings += 1
            yield [line]
        elif n_paragraphs < _PARAGRAPHS_OF_A_TEXT and len(sentences := clear_sentences(line)) > 1:
            n_paragraphs += 1
            yield [before, *sentences] if _is_heading(before) and chance.random() < _HEADING_BEFORE else sentences


def clear_sentences(line: str) -> list[str]:
    """The sentences of a line, none if any boundary is in doubt."""
    if len(line) not in _LENGTHS or not _ENDS.search(line):
        return []
    sentences = _BOUNDARY.split(line)
    doubtful = any(_STOP_INSIDE.search(sentence) or _ABBREVIATION.search(sentence) for sentence in sentences)
    return [] if doubtful else sentences


def _is_heading(line: str) -> bool:
    short = 0 < len(line) < _LONGEST_HEADING and len(line.split()) <= _MOST_HEADING_WORDS
    return short and line[0].isupper() and not _NO_HEADING.search(line)
