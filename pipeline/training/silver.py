"""Silver labels: what a reader said of units that the annotators of a corpus left without a label.

One line of the file for each page, with a letter for each of its units, `t` for treatment, `c` for clinical_research,
`n` for news, `x` for noise:

    {"id": "B0060", "labels": "xxtttttnnx", "blind": false}

They stand apart from the corpus, whose own labels decide wherever there are some: those are what is tested. Of a page
that is `blind` the reader had seen no label, so that it shows how well readers and annotators agree.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline.errors import CorpusError
from pipeline.training.corpus import LabelledPage, Unit, numbered_lines

LABEL_OF_LETTER: Final = {"t": "treatment", "c": "clinical_research", "n": "news", "x": "noise"}


def read_silver_labels(path: Path) -> dict[str, tuple[str, ...]]:
    """The labels of each page, by its id.

    Raises:
        CorpusError: naming file, line and reason, if a line holds no labels or a page stands twice.
    """
    labels: dict[str, tuple[str, ...]] = {}
    for place, line in numbered_lines([path]):
        page, given = _parse(line, place)
        if page in labels:
            raise CorpusError(f"{place}: page {page!r} stands in the file already")
        labels[page] = given
    return labels


def with_silver_labels(pages: Sequence[LabelledPage], labels: Mapping[str, Sequence[str]]) -> list[LabelledPage]:
    """The same pages, where units without a label have the reader's.

    Raises:
        CorpusError: labels are of a page that is not there, or that has another number of units.
    """
    missing = labels.keys() - {page.id for page in pages}
    if missing:
        raise CorpusError(f"silver labels of page {min(missing)!r}, which no corpus holds; give its corpus, too")
    return [_completed(page, labels[page.id]) if page.id in labels else page for page in pages]


def _parse(line: str, place: str) -> tuple[str, tuple[str, ...]]:
    try:
        record: Any = json.loads(line)
        page, letters = record["id"], record["labels"]
        return str(page), tuple(LABEL_OF_LETTER[letter] for letter in letters)
    except (ValueError, TypeError, KeyError) as error:
        raise CorpusError(f'{place}: expected {{"id": ..., "labels": letters of t, c, n and x}} ({error})') from error


def _completed(page: LabelledPage, labels: Sequence[str]) -> LabelledPage:
    if len(labels) != len(page.units):
        raise CorpusError(f"page {page.id!r} has {len(page.units)} units, but {len(labels)} silver labels")
    return replace(page, units=tuple(map(_with_label, page.units, labels)))


def _with_label(unit: Unit, label: str) -> Unit:
    return unit if unit.label is not None else replace(unit, label=label, is_silver=True)
