"""Files cut by workers: one that gets stuck in a reader, or kills its worker, fails alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from pipeline.errors import InputError, Reason
from pipeline.jobs.job import PAGE_SECONDS, UNEXPECTED
from pipeline.jobs.slots import Slot, WorkerDiedError
from pipeline.jobs.time_limit import TimeLimitExceeded, within
from pipeline.jobs.timed_reading import read_in_time, reading_seconds, too_slow_to_read
from pipeline.preprocess.cutting import PART_BYTES, CutFile, cut_file, stamp_of
from pipeline.preprocess.file_parts import FilePart
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page
from pipeline.preprocess.readers.files import FileOrError, InputFile
from pipeline.preprocess.readers.streams import STANDARD_INPUT, one_line, printable


@dataclass(frozen=True, slots=True)
class Cutting:
    """How files are cut.

    Attributes:
        shard_bytes: a shard is full beyond so many bytes.
        max_page_bytes: a page that is larger fails.
        standard_input: what is opened in its stead.
        page_seconds: the time limit of a page; reading a file may take the time for its bytes on top.
        may_die: end this process, which is a worker, if a reader that is stuck cannot be ended otherwise.
    """

    shard_bytes: int = PART_BYTES
    max_page_bytes: int = MAX_PAGE_BYTES
    standard_input: str = ""
    page_seconds: float = PAGE_SECONDS
    may_die: bool = False

    def as_json(self) -> dict[str, object]:
        """What of it decides where files are cut."""
        return {"shard_bytes": self.shard_bytes, "max_page_bytes": self.max_page_bytes}

    def opened(self, file: InputFile) -> str:
        """What is opened to read a file."""
        return self.standard_input if file.source == STANDARD_INPUT and self.standard_input else file.source


@dataclass(frozen=True, slots=True)
class CuttingTask:
    """Some files to cut; cheap to send to another process.

    Attributes:
        files: in order.
        cutting: how they are cut.
        known: those of them that were cut before, by their names.
    """

    files: tuple[FileOrError, ...]
    cutting: Cutting
    known: Mapping[str, CutFile] = field(default_factory=dict)


def cut_in_worker(slot: Slot, task: CuttingTask) -> list[CutFile | InputError]:
    """Cut files; those over which a worker dies, twice and alone, become failures.

    Raises:
        SlotStoppedError: the slot was stopped.
    """
    try:
        return slot.call(cut_files, task)
    except WorkerDiedError:
        pass
    if len(task.files) > 1:
        halves = (task.files[: len(task.files) // 2], task.files[len(task.files) // 2 :])
        return [file for half in halves for file in cut_in_worker(slot, CuttingTask(half, task.cutting, task.known))]
    try:
        return slot.call(cut_files, task)
    except WorkerDiedError as death:
        reason, detail = death_while_reading(death, task.cutting.page_seconds)
        return [InputError(printable(file.source), reason, detail) for file in task.files]


def death_while_reading(death: WorkerDiedError, page_seconds: float) -> tuple[str, str]:
    """Reason and detail of an input whose reader ended its worker."""
    if death.was_too_slow:
        return too_slow_to_read(page_seconds)
    return (
        Reason.KILLED_WORKER,
        f"the process that reads it dies{death.bracketed}; leave it out, and please report this",
    )


def cut_files(task: CuttingTask) -> list[CutFile | InputError]:
    """Cut files in this process; those that have not changed are taken as they were cut before."""
    return [
        file if isinstance(file, InputError) else _cut_in_time(file, task.cutting, task.known.get(file.source))
        for file in task.files
    ]


def is_unchanged(file: InputFile, earlier: CutFile | None, cutting: Cutting) -> bool:
    """Whether a file is certainly the one that was cut before.

    Raises:
        InputError: it is gone.
    """
    return earlier is not None and bool(earlier.stamp) and earlier.stamp == stamp_of(cutting.opened(file))


def count_pages_in_worker(slot: Slot, part: FilePart, at_most: int, cutting: Cutting) -> int:
    """Count the pages of a part that can be read, up to a number; none if a worker dies over it."""
    try:
        return slot.call(_count_pages, part, at_most, cutting)
    except WorkerDiedError:
        return 0


def _count_pages(part: FilePart, at_most: int, cutting: Cutting) -> int:
    n_pages = 0
    pages = read_in_time(part, cutting.page_seconds, max_page_bytes=cutting.max_page_bytes, or_die=cutting.may_die)
    while n_pages < at_most and (page := next(pages, None)) is not None:
        n_pages += isinstance(page, Page)
    return n_pages


def _cut_in_time(file: InputFile, cutting: Cutting, earlier: CutFile | None) -> CutFile | InputError:
    seconds = reading_seconds(file.size or 0, cutting.page_seconds)
    try:
        return within(seconds, partial(_cut, file, cutting, earlier), or_die=cutting.may_die)
    except TimeLimitExceeded:
        return InputError(printable(file.source), *too_slow_to_read(cutting.page_seconds))
    except Exception as error:  # noqa: BLE001 - an input must not take the others with it
        what = f"the program failed on reading it ({type(error).__name__}: {one_line(error)}); please report this"
        return InputError(printable(file.source), UNEXPECTED, what)


def _cut(file: InputFile, cutting: Cutting, earlier: CutFile | None) -> CutFile | InputError:
    try:
        if earlier is not None and is_unchanged(file, earlier, cutting):
            return earlier
        path = cutting.opened(file) if cutting.opened(file) != file.source else ""
        return cut_file(file, path=path, part_bytes=cutting.shard_bytes, max_page_bytes=cutting.max_page_bytes)
    except InputError as failure:
        return failure
