"""What is done with every page, and what is said of one with which that fails; importing it needs nothing heavy."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pipeline.errors import InputError
from pipeline.jobs.groups import Item

if TYPE_CHECKING:
    from pipeline.jobs.tagging import Tagger

UNEXPECTED: Final = "unexpected"
"""Reason of a page on which the program itself failed."""

TOO_MUCH_MEMORY: Final = "it needs more memory than a worker may take; leave it out, or raise --page-bytes"
"""Detail of a page with which a process met its limit."""

PAGE_SECONDS: Final = 30.0
"""Default limit to the time that a page takes."""


class LoadableModel(Hashable, Protocol):
    """A model that a worker process can load; hashable, and cheap to pickle."""

    def load(self) -> "Tagger": ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every page.

    Attributes:
        keep: labels of the sentences that cleaned documents keep.
        split: make one cleaned document for each label instead of one.
        documents: hand out the cleaned documents; they are counted in any case.
        explain: say of every sentence why it got its label.
        page_seconds: a page that takes longer fails; `inf` for no limit.
        may_die: end this process, which is a worker, if a page that takes too long cannot be ended otherwise.
    """

    keep: frozenset[str]
    split: bool = False
    documents: bool = True
    explain: bool = False
    page_seconds: float = PAGE_SECONDS
    may_die: bool = False


def failed_page(page: Item, reason: str, detail: str) -> InputError:
    """Say why a page that could be read could not be done."""
    if isinstance(page, InputError):
        return InputError(page.source, reason, detail, page.place)
    return InputError(page.source, reason, detail, "" if page.id == page.source else f"page {page.id}")
