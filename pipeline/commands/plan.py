"""The plan of a run: which files would be read, as what, and how large they are."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.commands.options import SOME_FAILED, ClassifyOptions
from pipeline.commands.plain import plain_line
from pipeline.errors import InputError
from pipeline.preprocess.readers.compression import DecompressedStream, codec_of
from pipeline.preprocess.readers.files import FileOrError, InputFile, find_files
from pipeline.preprocess.readers.sniffing import sniff
from pipeline.preprocess.readers.streams import HEAD_BYTES, STANDARD_INPUT, open_source, peek, unreadable


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that would be read.

    Attributes:
        source: its name.
        kind: what it is, with its compression behind; `unknown` for standard input, which is not touched.
        size: bytes as stored; None if unknown.
    """

    source: str
    kind: str
    size: int | None


def print_plan(options: ClassifyOptions, say: Callable[[object], None]) -> int:
    """Print which files a call would read; return its exit status."""
    planned = plan(find_files(options.inputs))
    failures = [entry for entry in planned if isinstance(entry, InputError)]
    for failure in failures:
        say(failure)
    for line in plan_lines([entry for entry in planned if isinstance(entry, PlannedFile)]):
        print(line)
    return SOME_FAILED if failures else 0


def plan(files: Sequence[FileOrError]) -> list[PlannedFile | InputError]:
    """Look at the beginning of every file."""
    return [file if isinstance(file, InputError) else _planned(file) for file in files]


def plan_lines(planned: Sequence[PlannedFile]) -> Iterator[str]:
    """Yield one line for each file, then the sum."""
    kinds = max((len(file.kind) for file in planned), default=0)
    for file in planned:
        size = "?" if file.size is None else f"{file.size:,}"
        yield f"{size:>15} bytes  {file.kind:<{kinds}}  {plain_line(file.source)}"
    total = sum(file.size or 0 for file in planned)
    yield f"{total:>15,} bytes  in {len(planned)} {'file' if len(planned) == 1 else 'files'}"


def _planned(file: InputFile) -> PlannedFile | InputError:
    if file.source == STANDARD_INPUT:
        return PlannedFile(file.source, "unknown", None)
    try:
        return PlannedFile(file.source, _kind_of(file.source), file.size)
    except InputError as failure:
        return failure
    except OSError as error:
        return unreadable(file.source, error)


def _kind_of(source: str) -> str:
    with open_source(source) as stream:
        head, whole = peek(stream)
        codec = codec_of(head)
        if codec is None:
            return sniff(head, source)
        inside = DecompressedStream(whole, codec)
        head, _ = peek(io.BufferedReader(inside, HEAD_BYTES))
        if inside.damage is not None and not head:
            raise InputError(source, inside.damage.reason, inside.damage.detail)
        return f"{sniff(head, source)}, {codec.name}"
