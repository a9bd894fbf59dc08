"""Shards: the pieces of a run that are done, recorded and repeated by themselves.

Their names and limits follow from the inputs alone, so that a run that is taken up again, on any number of workers,
finds the same shards; and a file that is added, changed or taken away touches only the shard it is in.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pipeline.preprocess.cutting import PART_BYTES, CutFile
from pipeline.preprocess.file_parts import FilePart

MAX_FILES: Final = 1024
"""Files in a shard."""

_FILES_ON_AVERAGE: Final = 256
_NAME_CHARACTERS: Final = 60
_UNFIT_FOR_NAMES: Final = re.compile(r"[^A-Za-z0-9.-]+")
_NO_PAGES: Final = "no-pages"


@dataclass(frozen=True, slots=True)
class Shard:
    """Some files, or a part of one.

    Attributes:
        name: of its files of results; unique in a run.
        parts: what it reads, in order.
        limit: pages that it stops after; None for all.
    """

    name: str
    parts: tuple[FilePart, ...]
    limit: int | None = None

    @property
    def size(self) -> int:
        """Bytes to read, a measure of the work."""
        return sum(part.size for part in self.parts)


def shards_of(files: Iterable[CutFile], shard_bytes: int = PART_BYTES) -> Iterator[Shard]:
    """Yield the shards of files, in order: each part of a large file, and small files together.

    Where one shard of small files ends and the next begins is decided by the files' names as long as shards do not
    become too large (content-defined chunking, as in Muthitacharoen et al., "A low-bandwidth network file system",
    SOSP 2001), so that a new file does not move all later ones into other shards. There is always one shard.
    """
    seen: Counter[str] = Counter()
    for parts in _grouped(files, shard_bytes):
        name = _name(parts[0])
        seen[name] += 1
        yield Shard(name if seen[name] == 1 else f"{name}~{seen[name]}", parts)
    if not seen:
        yield Shard(_NO_PAGES, ())


def limited(shard: Shard, limit: int) -> Shard:
    """The same shard, ending after so many pages."""
    return replace(shard, limit=limit)


def _grouped(files: Iterable[CutFile], shard_bytes: int) -> Iterator[tuple[FilePart, ...]]:
    together: list[FilePart] = []
    size = 0
    for file in files:
        is_cut = len(file.parts) > 1
        part = file.parts[0]
        is_full = len(together) >= MAX_FILES or size + part.size > shard_bytes
        if together and (is_cut or is_full or _begins_a_shard(part.source)):
            yield tuple(together)
            together, size = [], 0
        if is_cut:
            yield from ((part,) for part in file.parts)
        else:
            together.append(part)
            size += part.size
    if together:
        yield tuple(together)


def _begins_a_shard(source: str) -> bool:
    return int(_digest(source), 16) % _FILES_ON_AVERAGE == 0


def _name(part: FilePart) -> str:
    stem = _UNFIT_FOR_NAMES.sub("_", part.source.rpartition("/")[2])[:_NAME_CHARACTERS].lstrip("._-") or "input"
    place = f"-{part.span.start.position:014}" if part.span else ""
    return f"{stem}-{_digest(part.source)}{place}"


def _digest(source: str) -> str:
    return hashlib.blake2b(source.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
