"""Everything winnow raises on purpose.

    WinnowError
    ├── UsageError          the call itself is wrong (exit status 2)
    ├── InputError          a page or a file that cannot be read (the rest goes on; exit status 1)
    ├── OutputError         a result that cannot be written (exit status 1)
    ├── ModelError          a model that cannot be trusted or understood (exit status 2)
    ├── CorpusError         labelled pages that cannot be learned from (exit status 2)
    ├── AccountError        a run whose account does not balance (exit status 3)
    └── WorseModelError     a model that got worse and was not to be written then (exit status 4)

A message is one line that names the file, the place in it, and what is wrong or what to do.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a page could not be done: the fixed words that accounts count by."""

    MISSING = "missing"
    """No such file."""
    UNREADABLE = "unreadable"
    """The file is there, but the system or the network refuses to hand it over."""
    UNSUPPORTED = "unsupported"
    """A kind of file, or a kind of URL, that is not read here."""
    EMPTY = "empty"
    """A file, folder or record without content."""
    BINARY = "binary"
    """An image, a PDF, an office file or other bytes that are not text."""
    TOO_LARGE = "too_large"
    """One page larger than the limit."""
    TRUNCATED = "truncated"
    """The file or record ends before its own end."""
    CORRUPT = "corrupt"
    """The file or record contradicts its own format."""
    NOT_JSON = "not_json"
    """A line or item that is no JSON object."""
    NO_TEXT_COLUMN = "no_text_column"
    """No column that holds pages."""
    NO_TEXT = "no_text"
    """A row whose columns hold no text."""
    NOT_TEXT = "not_text"
    """A web response that claims to be something else than HTML or text, such as an image."""
    TOO_SLOW = "too_slow"
    """A page that takes longer than the time limit."""
    TOO_DEEP = "too_deep"
    """Markup nested deeper than the limit."""
    OUT_OF_MEMORY = "out_of_memory"
    """A page that needs more memory than a worker may take."""
    KILLED_WORKER = "killed_worker"
    """A page whose worker process dies, again and again, and with no other page."""
    CHANGED = "changed"
    """A file that is not, or no longer, what it was when the run was planned."""


class WinnowError(Exception):
    """Base of all errors a caller may want to catch."""

    exit_status = 1


class UsageError(WinnowError):
    exit_status = 2


class InputError(WinnowError):
    """A page that cannot be read.

    Attributes:
        source: the file or URL, as the caller gave it.
        place: where in it (`line 3`, `row 7`, `record at byte 512`); empty when it is the whole file.
        reason: a short fixed word for accounts, such as `truncated` or `no_text` (see `Reason`).
        detail: what is wrong and what to do, for people.
    """

    def __init__(self, source: str, reason: str, detail: str, place: str = "") -> None:
        self.source = source
        self.place = place
        self.reason = reason
        self.detail = detail
        where = f"{source}, {place}" if place else source
        super().__init__(f"{where}: {detail}")

    def at(self, place: str) -> "InputError":
        """Return the same failure with the place that only the caller knows."""
        failure = InputError(self.source, self.reason, self.detail, place)
        failure.__cause__ = self.__cause__
        return failure

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str, str]]:
        """Pickle by the four parts: workers in other processes send failures back."""
        return type(self), (self.source, self.reason, self.detail, self.place)


class OutputError(WinnowError):
    pass


class ModelError(WinnowError):
    exit_status = 2


class CorpusError(WinnowError):
    exit_status = 2


class AccountError(WinnowError):
    exit_status = 3


class WorseModelError(WinnowError):
    exit_status = 4
