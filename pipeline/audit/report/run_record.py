"""What a run folder says of its run: `run.json` and the first lines of `errors.jsonl`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pipeline.errors import UsageError
from pipeline.schema import LABELS

MAX_FAILURES: Final = 200
"""Failures that are told one by one; all of them are counted."""

_IDENTITY: Final = ("inputs", "files", "options", "model")


@dataclass(frozen=True, slots=True)
class Host:
    """Sentences of one site.

    Attributes:
        name: `""` for pages of unknown origin.
        sentences: in the order of `schema.LABELS`.
        hosts: how many sites the row sums up; 1 but for the last row of a long list.
    """

    name: str
    sentences: tuple[int, ...]
    hosts: int = 1


@dataclass(frozen=True, slots=True)
class Failure:
    source: str
    place: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The account of a run.

    Attributes:
        id: the same for runs of the same inputs, options and model.
        inputs: as the caller gave them.
        model: name and short digest.
        keep: labels that cleaned documents keep.
        options: as `run.json` holds them.
        versions: of winnow, Python and libraries.
        seconds: wall-clock time.
        pages: `in`, `done`, `failed`.
        characters: `in`, `kept`, `removed`, `uncertain`, in code points.
        sentences: by label.
        hosts: the site with the most sentences first.
        reasons: failures by reason.
        failures: the first `MAX_FAILURES` of them.
    """

    id: str
    inputs: tuple[str, ...]
    model: str
    keep: tuple[str, ...]
    options: Mapping[str, object]
    versions: Mapping[str, str]
    seconds: float
    pages: Mapping[str, int]
    characters: Mapping[str, int]
    sentences: Mapping[str, int]
    hosts: tuple[Host, ...]
    reasons: Mapping[str, int]
    failures: tuple[Failure, ...]


def read_run_record(folder: Path) -> RunRecord:
    """Read the account of a finished run.

    Raises:
        UsageError: the folder holds no finished run, or one that is not understood.
    """
    path = folder / "run.json"
    try:
        return _record(json.loads(path.read_text(encoding="utf-8")), _failures(folder / "errors.jsonl"))
    except OSError as error:
        raise UsageError(f"{error.filename or path}: cannot be read ({error.strerror}); give a finished run") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not the account of a run of this version; add --no-resume to do it again") from error


def _record(run: dict[str, Any], failures: tuple[Failure, ...]) -> RunRecord:
    identity = json.dumps([run[part] for part in _IDENTITY], sort_keys=True)
    return RunRecord(
        id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        inputs=tuple(run["inputs"]),
        model=f"{run['model']['name']}@{run['model']['digest'][:12]}",
        keep=tuple(run["options"]["keep"]),
        options=run["options"],
        versions=run["versions"],
        seconds=run["seconds"],
        pages={name: run["pages"][name] for name in ("in", "done", "failed")},
        characters={name: run["characters"][name] for name in ("in", "kept", "removed", "uncertain")},
        sentences={label: run["sentences"][label] for label in LABELS},
        hosts=tuple(_host(row) for row in run["hosts"]),
        reasons=run["failures"],
        failures=failures,
    )


def _host(row: dict[str, Any]) -> Host:
    return Host(row["host"], tuple(row[label] for label in LABELS), row.get("hosts", 1))


def _failures(path: Path) -> tuple[Failure, ...]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, MAX_FAILURES)]
    return tuple(Failure(row["source"], row["place"], row["reason"], row["detail"]) for row in rows)
