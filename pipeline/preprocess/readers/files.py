"""Which files stand behind the inputs of a call."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from pipeline.errors import InputError, Reason, UsageError
from pipeline.preprocess.readers.streams import STANDARD_INPUT, filesystem_of, is_url, printable, unreadable

_SHELL_PIPES: Final = "/dev/fd/"
"""Where a shell leaves what it writes as `<(command)`; both ends of such a pipe are open."""


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
    An input that is missing, a folder without files, and a pipe, socket or device stand in the list as an InputError;
    only a pipe that a shell has opened (`<(command)`) is read.

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
    if stat.S_ISDIR(status.st_mode):
        return _in_order(source, _walk(source))
    if stat.S_ISREG(status.st_mode):
        return [InputFile(source, status.st_size)]
    if stat.S_ISFIFO(status.st_mode) and source.startswith(_SHELL_PIPES):
        return [InputFile(source, None)]
    return [_no_file(source)]


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
        yield from map(_regular_file, paths)
    yield from (unreadable(_with_slashes(str(error.filename)), error) for error in refused)


def _regular_file(path: str) -> FileOrError:
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path would normalise the caller's name
    except OSError as error:
        return unreadable(_with_slashes(path), error)
    name = _with_slashes(path)
    return InputFile(name, status.st_size) if stat.S_ISREG(status.st_mode) else _no_file(name)


def _no_file(source: str) -> InputError:
    """Refuse what may never come to an end, or never begin."""
    detail = "a pipe, socket or device; hand its content over on standard input"
    return InputError(printable(source), Reason.UNSUPPORTED, detail)


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
