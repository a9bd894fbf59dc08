"""The plan of a run: its inputs cut into shards, before any of them is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipeline.errors import InputError
from pipeline.jobs.shards import Shard, limited, shards_of
from pipeline.jobs.slot_queue import outcomes
from pipeline.jobs.slots import Slot
from pipeline.preprocess.cutting import PART_BYTES, CutFile, cut_file, stamp_of
from pipeline.preprocess.file_parts import FilePart, read_part
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page
from pipeline.preprocess.readers.files import FileOrError, InputFile
from pipeline.preprocess.readers.streams import STANDARD_INPUT

_FILES_PER_CALL: Final = 64
_BYTES_WORTH_WORKERS: Final = 256_000_000


@dataclass(frozen=True, slots=True)
class Cutting:
    """How files are cut.

    Attributes:
        shard_bytes: a shard is full beyond so many bytes.
        max_page_bytes: a page that is larger fails.
        standard_input: what is opened in its stead.
    """

    shard_bytes: int = PART_BYTES
    max_page_bytes: int = MAX_PAGE_BYTES
    standard_input: str = ""

    def as_json(self) -> dict[str, object]:
        return {"shard_bytes": self.shard_bytes, "max_page_bytes": self.max_page_bytes}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run consists of.

    Attributes:
        files: those that can be read, as they were cut, in the order of the inputs.
        failures: inputs that cannot be read.
        shards: in the order of the inputs.
    """

    files: tuple[CutFile, ...]
    failures: tuple[InputError, ...]
    shards: tuple[Shard, ...]

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(shard.size for shard in self.shards)


def plan_run(
    found: Sequence[FileOrError],
    cutting: Cutting,
    *,
    known: Mapping[str, CutFile] | None = None,
    limit: int | None = None,
    slots: Sequence[Slot] = (),
    tick: Callable[[int], object] = lambda _bytes: None,
) -> Plan:
    """Cut the files that were found into shards; each is read once, unless it is known.

    Args:
        found: what `find_files` returns.
        cutting: how files are cut.
        known: files cut before, by their names; they are taken as they are if their stamps have not changed.
        limit: pages after which the plan ends; failures of readers do not count. No file behind them is read.
        slots: where large inputs are read.
        tick: called now and then with the number of bytes read.
    """
    cut_one = partial(_cut, cutting=cutting, known=known or {})
    cut = _cut_all(found, cut_one, slots, tick) if limit is None else _cut_until(found, cut_one, limit)
    files = tuple(file for file in cut if isinstance(file, CutFile))
    failures = tuple(file for file in cut if isinstance(file, InputError))
    shards = shards_of(files, cutting.shard_bytes)
    chosen = shards if limit is None else _first_pages(shards, limit, cutting.max_page_bytes)
    return Plan(files, failures, tuple(chosen))


def _cut(file: FileOrError, cutting: Cutting, known: Mapping[str, CutFile]) -> CutFile | InputError:
    if isinstance(file, InputError):
        return file
    path = cutting.standard_input if file.source == STANDARD_INPUT else ""
    earlier = known.get(file.source)
    try:
        if earlier is not None and earlier.stamp and earlier.stamp == stamp_of(path or file.source):
            return earlier
        return cut_file(file, path=path, part_bytes=cutting.shard_bytes, max_page_bytes=cutting.max_page_bytes)
    except InputError as failure:
        return failure


def _cut_all(
    found: Sequence[FileOrError],
    cut_one: Callable[[FileOrError], CutFile | InputError],
    slots: Sequence[Slot],
    tick: Callable[[int], object],
) -> list[CutFile | InputError]:
    batches = list(_batches(found))
    done: dict[int, list[CutFile | InputError]] = {}
    n_bytes = 0
    for number, cut in _cut_batches(batches, cut_one, slots):
        if cut is not None:
            done[number] = cut
            n_bytes += sum(_size(file) for file in batches[number])
        tick(n_bytes)
    return [file for number in range(len(batches)) for file in done[number]]


def _cut_batches(
    batches: Sequence[Sequence[FileOrError]],
    cut_one: Callable[[FileOrError], CutFile | InputError],
    slots: Sequence[Slot],
) -> Iterator[tuple[int, list[CutFile | InputError] | None]]:
    cut_batch = partial(_cut_batch, cut_one=cut_one)
    if not slots or sum(_size(file) for batch in batches for file in batch) < _BYTES_WORTH_WORKERS:
        yield from ((number, cut_batch(batch)) for number, batch in enumerate(batches))
        return
    for outcome in outcomes(lambda slot, number: slot.call(cut_batch, batches[number]), range(len(batches)), slots):
        if outcome is None:
            yield -1, None
        elif outcome.error is not None:
            raise outcome.error
        else:
            yield outcome.item, outcome.result


def _cut_batch(
    batch: Sequence[FileOrError], cut_one: Callable[[FileOrError], CutFile | InputError]
) -> list[CutFile | InputError]:
    return [cut_one(file) for file in batch]


def _batches(found: Sequence[FileOrError]) -> Iterator[list[FileOrError]]:
    batch: list[FileOrError] = []
    for file in found:
        batch.append(file)
        if len(batch) == _FILES_PER_CALL or sum(map(_size, batch)) > PART_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _size(file: FileOrError) -> int:
    return (file.size or 0) if isinstance(file, InputFile) else 0


def _cut_until(
    found: Iterable[FileOrError], cut_one: Callable[[FileOrError], CutFile | InputError], limit: int
) -> list[CutFile | InputError]:
    cut: list[CutFile | InputError] = []
    left = limit
    for file in found:
        if left <= 0:
            break
        cut.append(cut_one(file))
        if isinstance(cut[-1], CutFile):
            left -= sum(_n_pages(part, left, MAX_PAGE_BYTES) for part in cut[-1].parts[:limit])
    return cut


def _first_pages(shards: Iterable[Shard], limit: int, max_page_bytes: int) -> Iterator[Shard]:
    left = limit
    for shard in shards:
        if left <= 0:
            return
        n_pages = 0
        for part in shard.parts:
            n_pages += _n_pages(part, left - n_pages, max_page_bytes)
        yield shard if n_pages < left else limited(shard, left)
        left -= n_pages


def _n_pages(part: FilePart, at_most: int, max_page_bytes: int) -> int:
    """Count the pages of a part that can be read, up to a number."""
    n_pages = 0
    if at_most > 0:
        for page in read_part(part, max_page_bytes=max_page_bytes):
            n_pages += isinstance(page, Page)
            if n_pages == at_most:
                break
    return n_pages
