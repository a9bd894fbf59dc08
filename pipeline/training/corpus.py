"""Labelled pages as JSONL, checked line by line: what the classifier learns from.

    {"id", "source", "license", "units": [{"text", "label", "kind"?}], "spliced_from"?: [one source a unit]}

A unit whose label is null has neighbours but no label. A spliced page says for each unit where it comes from, so that a
test on unseen sources can leave it out.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import CorpusError
from pipeline.preprocess.document import Block, Document
from pipeline.preprocess.page import without_surrogates
from pipeline.schema import LABELS, BlockKind


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or fragment with the label people gave it, None where they gave none.

    Attributes:
        text: with single spaces.
        label: one of `LABELS`, or None.
        kind: what the layout says.
        source: the site it comes from.
        is_silver: whether the label is one to learn from that nothing is tested on, see `silver`.
    """

    text: str
    label: str | None
    kind: BlockKind
    source: str
    is_silver: bool = False


@dataclass(frozen=True, slots=True)
class LabelledPage:
    id: str
    source: str
    license: str
    units: tuple[Unit, ...]

    @property
    def sources(self) -> frozenset[str]:
        """Every site that a unit of the page comes from."""
        return frozenset(unit.source for unit in self.units)

    @property
    def is_spliced(self) -> bool:
        return self.sources != {self.source}

    def document(self, *, with_kinds: bool = True) -> Document:
        """The units as a document of one block each; without kinds, as a page of plain text would be read."""
        blocks, start = [], 0
        for unit in self.units:
            end = start + len(unit.text)
            kind = unit.kind if with_kinds else BlockKind.PARAGRAPH
            blocks.append(Block(start, end, kind, 0, 0))
            start = end + 1
        return Document(self.id, "", self.source, "\n".join(unit.text for unit in self.units), tuple(blocks), False)


def find_corpora(paths: Iterable[Path]) -> list[Path]:
    """The JSONL files behind files and folders, those of a folder sorted by name.

    Raises:
        CorpusError: if a path is missing or a folder holds none.
    """
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.jsonl")) if path.is_dir() else [path] if path.is_file() else []
        if not found:
            raise CorpusError(f"{path}: no labelled pages here; give a .jsonl file or a folder that holds some")
        files += found
    return files


def read_corpus(paths: Iterable[Path]) -> list[LabelledPage]:
    """Read labelled pages.

    Raises:
        CorpusError: naming file, line and reason, if a line is not a labelled page or an id stands twice.
    """
    pages: list[LabelledPage] = []
    places: dict[str, str] = {}
    for place, line in numbered_lines(find_corpora(paths)):
        page = _parse(line, place)
        if page.id in places:
            raise CorpusError(f"{place}: id {page.id!r} stands in {places[page.id]} already")
        places[page.id] = place
        pages.append(page)
    return pages


def numbered_lines(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield the place, for messages, and the text of every line that is not blank.

    Raises:
        CorpusError: if a file cannot be read.
    """
    for path in files:
        try:
            with path.open(encoding="utf-8") as lines:
                yield from ((f"{path}, line {number}", line) for number, line in enumerate(lines, 1) if line.strip())
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"{path}: cannot be read as UTF-8 text ({error})") from error


def _parse(line: str, place: str) -> LabelledPage:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise CorpusError(f"{place}: not JSON ({error})") from error
    if not isinstance(record, dict):
        raise CorpusError(f"{place}: expected an object with id, source, license and units")
    for name, kind in (("id", str), ("source", str), ("license", str), ("units", list)):
        if not isinstance(record.get(name), kind):
            raise CorpusError(f"{place}: {name!r} must be a {kind.__name__}")
    origins = record.get("spliced_from") or [record["source"]] * len(record["units"])
    if not isinstance(origins, list) or len(origins) != len(record["units"]):
        raise CorpusError(f"{place}: 'spliced_from' must name one source for each of the {len(record['units'])} units")
    units = tuple(_unit(unit, origin, place) for unit, origin in zip(record["units"], origins, strict=True))
    return LabelledPage(record["id"], record["source"], record["license"], units)


def _unit(unit: Any, origin: str, place: str) -> Unit:  # noqa: ANN401 - it comes from JSON
    if not isinstance(unit, dict) or not isinstance(unit.get("text"), str) or not unit["text"].strip():
        raise CorpusError(f"{place}: every unit needs a 'text' that is not blank")
    label, kind = unit.get("label"), unit.get("kind", BlockKind.PARAGRAPH)
    if label is not None and label not in LABELS:
        raise CorpusError(f"{place}: label {label!r} is none of {', '.join(LABELS)} or null")
    if kind not in list(BlockKind):
        raise CorpusError(f"{place}: kind {kind!r} is none of {', '.join(BlockKind)}")
    # The origin of a spliced unit may name the page behind a colon; sites are what tests keep apart.
    return Unit(
        " ".join(without_surrogates(unit["text"]).split()), label, BlockKind(kind), str(origin).partition(":")[0]
    )
