"""Which files stand behind the inputs of a call."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.errors import InputError, Reason, UsageError
from pipeline.preprocess.readers.streams import STANDARD_INPUT, filesystem_of, is_url, unreadable


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read.

    Attributes:
        source: what `read_file` opens: a path, a URL, or `-`; for a file found in a folder, the folder as the
            caller gave it and the path in it, with `/` between.
        size: bytes as stored, compressed or not; None when unknown, as for pipes.
    """

    source: str
    size: int | None


FileOrError: TypeAlias = InputFile | InputError


def find_files(inputs: Iterable[str | os.PathLike[str]]) -> list[FileOrError]:
    """List the files behind the inputs, in the order given.

    A folder's files are sorted by path, hidden ones skipped.
    An input that is missing, or a folder without files, stands in the list as an InputError.

    Raises:
        UsageError: `inputs` is a single path instead of several.
    """
    if isinstance(inputs, str | os.PathLike):
        raise UsageError(f"{os.fspath(inputs)}: give a list of inputs, not a single one")
    return [file for given in inputs for file in _files_of(os.fspath(given))]


def _files_of(source: str) -> list[FileOrError]:
    if source == STANDARD_INPUT:
        return [InputFile(source, None)]
    try:
        return _files_at_url(source) if is_url(source) else _files_at_path(source)
    except InputError as error:
        return [error]


def _files_at_path(source: str) -> list[FileOrError]:
    try:
        status = os.stat(source)  # noqa: PTH116 - a Path would normalise the caller's name
    except (OSError, ValueError) as error:
        raise unreadable(source, error) from error
    if not stat.S_ISDIR(status.st_mode):
        return [InputFile(source, status.st_size if stat.S_ISREG(status.st_mode) else None)]
    return _in_order(source, _walk(source))


def _walk(folder: str) -> Iterator[FileOrError]:
    """Yield the regular files below a folder; linked folders are followed, each once."""
    refused: list[OSError] = []
    visited: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=refused.append, followlinks=True):
        real_path = os.path.realpath(parent)
        if real_path in visited:
            folders.clear()
            continue
        visited.add(real_path)
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        paths = (f"{parent.rstrip(os.sep)}{os.sep}{name}" for name in names if not _is_hidden(name))
        yield from filter(None, map(_regular_file, paths))
    yield from (unreadable(_with_slashes(str(error.filename)), error) for error in refused)


def _regular_file(path: str) -> FileOrError | None:
    """Return the file; None for a pipe, socket or device, which would block whoever reads a folder."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path would normalise the caller's name
    except OSError as error:
        return unreadable(_with_slashes(path), error)
    return InputFile(_with_slashes(path), status.st_size) if stat.S_ISREG(status.st_mode) else None


def _with_slashes(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _files_at_url(source: str) -> list[FileOrError]:
    filesystem, path = filesystem_of(source)
    try:
        about = filesystem.info(path)
        found = filesystem.find(path, detail=True) if about["type"] == "directory" else None
    except Exception as error:  # each file system raises errors of its own
        raise unreadable(source, error) from error
    if found is None:
        return [InputFile(source, about.get("size"))]
    inside = {name.removeprefix(path).lstrip("/"): entry.get("size") for name, entry in found.items()}
    return _in_order(
        source,
        (InputFile(_below(source, name), size) for name, size in inside.items() if not _is_hidden(name)),
    )


def _below(folder: str, name: str) -> str:
    first, chained, rest = folder.partition("::")
    return f"{first.rstrip('/')}/{name}{chained}{rest}"


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _in_order(folder: str, files: Iterable[FileOrError]) -> list[FileOrError]:
    found = sorted(files, key=lambda file: file.source)
    return found or [InputError(folder, Reason.EMPTY, "the folder holds no files; hidden ones are skipped")]
