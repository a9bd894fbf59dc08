"""The plan of a run: its inputs cut into shards, before any of them is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from pipeline.errors import InputError
from pipeline.jobs.shards import Shard, limited, shards_of
from pipeline.jobs.slot_queue import outcomes
from pipeline.jobs.slots import SameProcessSlot, Slot
from pipeline.jobs.supervised_cutting import (
    Cutting,
    CuttingTask,
    count_pages_in_worker,
    cut_in_worker,
    is_unchanged,
)
from pipeline.preprocess.cutting import PART_BYTES, CutFile
from pipeline.preprocess.readers.files import FileOrError, InputFile
from pipeline.preprocess.readers.streams import is_url

__all__ = ["Cutting", "Plan", "plan_run"]

_FILES_PER_CALL: Final = 64
_Batch: TypeAlias = list[tuple[int, FileOrError]]


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
        slots: where inputs are read; none for this process, which dies if a reader does.
        tick: called now and then with the number of bytes read.
    """
    at = slots or [SameProcessSlot()]
    cut = (
        _cut_all(found, cutting, known or {}, at, tick)
        if limit is None
        else _cut_until(found, cutting, known or {}, at[0], limit)
    )
    files = tuple(file for file in cut if isinstance(file, CutFile))
    failures = tuple(file for file in cut if isinstance(file, InputError))
    shards = shards_of(files, cutting.shard_bytes)
    chosen = shards if limit is None else _first_pages(shards, cutting, at[0], limit)
    return Plan(files, failures, tuple(chosen))


def _cut_all(
    found: Sequence[FileOrError],
    cutting: Cutting,
    known: Mapping[str, CutFile],
    slots: Sequence[Slot],
    tick: Callable[[int], object],
) -> list[CutFile | InputError]:
    """Cut files, those that are to be read in workers: a reader may get stuck or die."""
    done = {number: file for number, file in enumerate(map(partial(_settled, cutting, known), found)) if file}
    left = [(number, file) for number, file in enumerate(found) if number not in done]
    batches = list(_batches(left))
    n_bytes = sum(_size(found[number]) for number in done)
    tick(n_bytes)
    for batch, cut in _cut_batches(batches, cutting, known, slots):
        done.update(zip((number for number, _ in batch), cut, strict=True))
        n_bytes += sum(_size(file) for _, file in batch) if cut else 0
        tick(n_bytes)
    return [done[number] for number in range(len(found))]


def _settled(cutting: Cutting, known: Mapping[str, CutFile], file: FileOrError) -> CutFile | InputError | None:
    """What is known of a file without reading it, or asking over a network; None if nothing is."""
    if isinstance(file, InputError):
        return file
    earlier = known.get(file.source)
    try:
        return earlier if not is_url(file.source) and is_unchanged(file, earlier, cutting) else None
    except InputError as failure:
        return failure


def _cut_batches(
    batches: Sequence[_Batch], cutting: Cutting, known: Mapping[str, CutFile], slots: Sequence[Slot]
) -> Iterator[tuple[_Batch, list[CutFile | InputError]]]:
    def cut(slot: Slot, batch: _Batch) -> list[CutFile | InputError]:
        files = tuple(file for _, file in batch)
        of_these = {file.source: known[file.source] for file in files if file.source in known}
        return cut_in_worker(slot, CuttingTask(files, cutting, of_these))

    with closing(outcomes(cut, batches, slots)) as results:
        for outcome in results:
            if outcome is None:
                yield [], []
            elif outcome.error is not None:
                raise outcome.error
            else:
                yield outcome.item, outcome.result or []


def _batches(files: Iterable[tuple[int, FileOrError]]) -> Iterator[_Batch]:
    batch: _Batch = []
    size = 0
    for number, file in files:
        batch.append((number, file))
        size += _size(file)
        if len(batch) == _FILES_PER_CALL or size > PART_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(file: FileOrError) -> int:
    return (file.size or 0) if isinstance(file, InputFile) else 0


def _cut_until(
    found: Iterable[FileOrError], cutting: Cutting, known: Mapping[str, CutFile], slot: Slot, limit: int
) -> list[CutFile | InputError]:
    cut: list[CutFile | InputError] = []
    left = limit
    for file in found:
        if left <= 0:
            break
        cut += cut_in_worker(slot, CuttingTask((file,), cutting, known if file.source in known else {}))
        if isinstance(cut[-1], CutFile):
            left -= sum(count_pages_in_worker(slot, part, left, cutting) for part in cut[-1].parts[:limit])
    return cut


def _first_pages(shards: Iterable[Shard], cutting: Cutting, slot: Slot, limit: int) -> Iterator[Shard]:
    left = limit
    for shard in shards:
        if left <= 0:
            return
        n_pages = 0
        for part in shard.parts:
            n_pages += count_pages_in_worker(slot, part, left - n_pages, cutting) if n_pages < left else 0
        yield shard if n_pages < left else limited(shard, left)
        left -= n_pages
