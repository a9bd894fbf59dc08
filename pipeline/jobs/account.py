"""The account of a run: what went in, what became of it, and whether that adds up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from pipeline.errors import AccountError, InputError
from pipeline.jobs.cleaning import CleanedDocument, LabelledSentences
from pipeline.preprocess.document import Document
from pipeline.schema import LABELS

MAX_HOSTS: Final = 1000
"""Hosts told apart in `run.json`; the others are summed up."""


@dataclass(slots=True)
class Account:
    """Counts that grow as a run goes on; counts of parts can be added up.

    Attributes:
        pages_in: pages and failures that the readers handed over.
        pages_done: pages that were tagged.
        failures: pages and files that failed, by reason.
        characters_in: code points of the texts of the pages done.
        characters_kept: those of sentences in the cleaned documents, separate documents for each label together.
        characters_removed: those that are in no cleaned document.
        characters_uncertain: those left out because the model abstains.
        sentences: by host and label, `""` for pages of unknown origin.
    """

    pages_in: int = 0
    pages_done: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    characters_in: int = 0
    characters_kept: int = 0
    characters_removed: int = 0
    characters_uncertain: int = 0
    sentences: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def pages_failed(self) -> int:
        return self.failures.total()

    def add_page(
        self,
        document: Document,
        sentences: LabelledSentences,
        cleaned: CleanedDocument,
        parts: Sequence[CleanedDocument],
    ) -> None:
        """Count a page that was done.

        Args:
            document: the page.
            sentences: its sentences.
            cleaned: what is kept of it.
            parts: the documents that are written: `cleaned` alone, or one for each label, which may leave out
                headings that `cleaned` keeps.
        """
        kept = sum(part.characters_kept for part in parts)
        self.pages_done += 1
        self.characters_in += len(document.text)
        self.characters_kept += kept
        self.characters_removed += cleaned.characters_removed + cleaned.characters_kept - kept
        self.characters_uncertain += cleaned.characters_uncertain
        counts = np.bincount(sentences.label, minlength=len(LABELS)).tolist()
        self._add_sentences(_host(document), dict(zip(LABELS, counts, strict=True)))

    def add_failure(self, failure: InputError) -> None:
        self.failures[str(failure.reason)] += 1

    def add(self, part: "Account") -> None:
        """Add the counts of a part of the run, except `pages_in`, which only the reader knows."""
        self.pages_done += part.pages_done
        self.failures.update(part.failures)
        self.characters_in += part.characters_in
        self.characters_kept += part.characters_kept
        self.characters_removed += part.characters_removed
        self.characters_uncertain += part.characters_uncertain
        for host, counts in part.sentences.items():
            self._add_sentences(host, counts)

    def counts(self) -> dict[str, object]:
        """Return all counts as JSON, every host among them."""
        return {
            "pages_in": self.pages_in,
            "pages_done": self.pages_done,
            "failures": dict(self.failures),
            "characters_in": self.characters_in,
            "characters_kept": self.characters_kept,
            "characters_removed": self.characters_removed,
            "characters_uncertain": self.characters_uncertain,
            "sentences": {host: [counts[label] for label in LABELS] for host, counts in self.sentences.items()},
        }

    @classmethod
    def from_counts(cls, counts: dict[str, Any]) -> "Account":
        """The reverse of `counts`."""
        sentences = {host: Counter(dict(zip(LABELS, row, strict=True))) for host, row in counts["sentences"].items()}
        return cls(**{**counts, "failures": Counter(counts["failures"]), "sentences": sentences})

    def by_label(self) -> dict[str, int]:
        return {label: sum(counts[label] for counts in self.sentences.values()) for label in LABELS}

    def check(self) -> None:
        """Compare both sides.

        Raises:
            AccountError: pages or characters are missing or counted twice.
        """
        _compare("pages", self.pages_in, done=self.pages_done, failed=self.pages_failed)
        _compare(
            "characters",
            self.characters_in,
            kept=self.characters_kept,
            removed=self.characters_removed,
            uncertain=self.characters_uncertain,
        )

    def as_json(self) -> dict[str, object]:
        """Return the account as `run.json` holds it."""
        return {
            "pages": {"in": self.pages_in, "done": self.pages_done, "failed": self.pages_failed},
            "failures": dict(sorted(self.failures.items())),
            "characters": {
                "in": self.characters_in,
                "kept": self.characters_kept,
                "removed": self.characters_removed,
                "uncertain": self.characters_uncertain,
            },
            "sentences": self.by_label(),
            "hosts": self._hosts_as_json(),
        }

    def _hosts_as_json(self) -> list[dict[str, object]]:
        """The hosts with the most sentences; the rest in one last row, whose `hosts` says how many they are."""
        ranked = sorted(self.sentences.items(), key=lambda item: (-item[1].total(), item[0]))
        rows: list[dict[str, object]] = [
            {"host": host, **{label: counts[label] for label in LABELS}} for host, counts in ranked[:MAX_HOSTS]
        ]
        others = ranked[MAX_HOSTS:]
        if others:
            sums = {label: sum(counts[label] for _, counts in others) for label in LABELS}
            rows.append({"host": "(others)", "hosts": len(others), **sums})
        return rows

    def _add_sentences(self, host: str, counts: dict[str, int] | Counter[str]) -> None:
        self.sentences.setdefault(host, Counter()).update(counts)


def _host(document: Document) -> str:
    try:
        return urlsplit(document.url or document.source).hostname or ""
    except ValueError:
        return ""


def _compare(what: str, going_in: int, **coming_out: int) -> None:
    if going_in != sum(coming_out.values()):
        parts = " + ".join(f"{count} {name}" for name, count in coming_out.items())
        raise AccountError(f"the account does not balance: {going_in} {what} in, but {parts}; please report this")
