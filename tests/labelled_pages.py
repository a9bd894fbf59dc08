"""Labelled pages of several sites, made of sentences by pattern, and their JSONL."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from labelled_lines import LINES

from pipeline.schema import BlockKind
from pipeline.training.corpus import LabelledPage, Unit

SITES: Final = ("alder", "birch", "cedar", "dogwood", "elm", "fir")


def labelled_page(
    name: str, source: str, units: Sequence[tuple[str, str | None]], origins: Sequence[str] = ()
) -> LabelledPage:
    """A page of paragraphs, each from its origin where there are any."""
    sources = origins or [source] * len(units)
    paragraphs = (
        Unit(text, label, BlockKind.PARAGRAPH, origin) for (text, label), origin in zip(units, sources, strict=True)
    )
    return LabelledPage(name, source, "CC0-1.0", tuple(paragraphs))


def site_units(site: str, number: int) -> list[tuple[str, str | None]]:
    """Units of one page of a site: two of each label and one without; no text stands on two sites."""
    lines = [(f"{LINES[label][(number + shift) % 3]} {site}", label) for label in LINES for shift in (0, 1)]
    return [*lines, (f"Part {number} of {site}", None)]


def small_corpus(sites: Iterable[str] = SITES, pages_of_a_site: int = 2) -> list[LabelledPage]:
    return [
        labelled_page(f"{site}-{number}", site, site_units(site, number))
        for site in sites
        for number in range(pages_of_a_site)
    ]


def record_of(page: LabelledPage) -> dict[str, Any]:
    units = [{"text": unit.text, "label": unit.label, "kind": unit.kind} for unit in page.units]
    return {"id": page.id, "source": page.source, "license": page.license, "units": units}


def write_corpus(path: Path, pages: Iterable[LabelledPage]) -> Path:
    lines = (json.dumps(record_of(page)) + "\n" for page in pages)
    path.write_text("".join(lines), "utf-8")
    return path
