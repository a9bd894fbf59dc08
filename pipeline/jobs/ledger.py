"""The ledger of a shard: what it was made from, what became of its pages, and which files hold that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import InputError, Reason
from pipeline.jobs.account import Account
from pipeline.jobs.shards import Shard

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Ledger:
    """Written when a shard is done, after its files of results.

    Attributes:
        shard: its name.
        made_from: `origin_of` the shard.
        page_seconds: the time limit of a page under which it was done.
        account: counts of its pages.
        failures: its pages and files that could not be done, in the order of the input.
        files: names of its files of results in the run's folder, and their bytes.
        seconds: that it took.
    """

    shard: str
    made_from: Mapping[str, object]
    page_seconds: float
    account: Account
    failures: tuple[InputError, ...]
    files: Mapping[str, int]
    seconds: float

    def covers(self, made_from: Mapping[str, object], page_seconds: float) -> bool:
        """Whether it is of a shard made from just that; another time limit matters only if one was exceeded."""
        too_slow = self.account.failures[Reason.TOO_SLOW]
        return self.made_from == made_from and (not too_slow or self.page_seconds == page_seconds)

    def as_json(self) -> str:
        row = {
            "version": VERSION,
            "shard": self.shard,
            "made_from": self.made_from,
            "page_seconds": self.page_seconds,
            "account": self.account.counts(),
            "failures": [[f.source, str(f.reason), f.detail, f.place] for f in self.failures],
            "files": dict(self.files),
            "seconds": round(self.seconds, 3),
        }
        return json.dumps(row, indent=1) + "\n"

    @classmethod
    def from_json(cls, content: bytes) -> "Ledger | None":
        """Read a ledger; None if it is damaged or of another version: the shard then counts as not done."""
        try:
            row = json.loads(content)
            if row["version"] != VERSION:
                return None
            return cls(
                row["shard"],
                row["made_from"],
                row["page_seconds"],
                Account.from_counts(row["account"]),
                tuple(InputError(*failure) for failure in row["failures"]),
                row["files"],
                row["seconds"],
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def origin_of(
    shard: Shard, model: Mapping[str, str], options: Mapping[str, object], code: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that a shard's results follow from, as JSON: two shards of equal origin have equal results."""
    origin = {
        "inputs": [
            {
                "source": part.source,
                "digest": part.digest,
                "bytes": part.size,
                "place": _place(part.span),
                "context": part.context,
            }
            for part in shard.parts
        ],
        "limit": shard.limit,
        "model": dict(model),
        "options": dict(options),
        "code": dict(code),
    }
    return dict(json.loads(json.dumps(origin)))


def _place(span: Any) -> list[int] | None:  # noqa: ANN401 - a Span or None
    if span is None:
        return None
    return [span.start.position, span.start.pages, span.start.lines]
