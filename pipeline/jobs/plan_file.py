"""`plan.jsonl` of a run's folder: the files that were found and how they were cut, then the names of the shards."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pipeline.preprocess.cutting import CutFile
from pipeline.preprocess.file_parts import FilePart, Span
from pipeline.preprocess.readers.places import Place
from pipeline.preprocess.readers.sniffing import Kind

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """What an earlier run had planned in a folder.

    Attributes:
        files: by their names, as they were cut.
        shards: names.
    """

    files: Mapping[str, CutFile] = field(default_factory=dict)
    shards: frozenset[str] = frozenset()


def plan_lines(how: Mapping[str, object], files: Iterable[CutFile], shards: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the file.

    Args:
        how: settings by which files are cut.
        files: in the order of the inputs.
        shards: names, in order.
    """
    yield _line({"version": VERSION, **how})
    for file in files:
        yield _line({"file": asdict(file)})
    for name in shards:
        yield _line({"shard": name})


def read_plan(content: bytes | None, how: Mapping[str, object]) -> EarlierPlan:
    """Read an earlier plan; of one that was made with other settings the files are left out.

    A file that is damaged, or of another version, counts as none: the inputs are then read again.
    """
    try:
        rows = [json.loads(line) for line in (content or b"").splitlines()]
        if not rows:
            return EarlierPlan()
        shards = frozenset(str(row["shard"]) for row in rows[1:] if "shard" in row)
        if rows[0] != {"version": VERSION, **how}:
            return EarlierPlan(shards=shards)
        files = [_cut_file(row["file"]) for row in rows[1:] if "file" in row]
    except (ValueError, KeyError, TypeError, AttributeError):
        return EarlierPlan()
    return EarlierPlan({file.source: file for file in files}, shards)


def _line(row: dict[str, object]) -> str:
    return json.dumps(row) + "\n"  # in ASCII, for names may hold bytes that are no text


def _cut_file(row: dict[str, Any]) -> CutFile:
    return CutFile(row["source"], row["stamp"], tuple(_part(part) for part in row["parts"]))


def _part(row: dict[str, Any]) -> FilePart:
    return FilePart(**{**row, "span": row["span"] and _span(row["span"])})


def _span(row: dict[str, Any]) -> Span:
    return Span(Kind(row["kind"]), Place(**row["start"]), row["end"] and Place(**row["end"]), row["codec"])
