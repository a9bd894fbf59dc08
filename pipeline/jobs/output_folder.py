"""A folder for results, on disk or at a URL, in which files appear whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

from pipeline.errors import InputError, OutputError, UsageError, WinnowError
from pipeline.preprocess.readers.streams import filesystem_of, is_url, one_line

if TYPE_CHECKING:
    import fsspec  # type: ignore[import-untyped]  # fsspec ships no types

TEMPORARY_SUFFIX: Final = ".tmp"
_LOCAL_SCHEME: Final = "file://"


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder; cheap to send to another process.

    On disk a file is written under a temporary name, flushed to the disk and renamed. At a URL it is written to a
    temporary file on this machine and then stored in one piece, which object stores such as S3 do atomically.

    Attributes:
        url: a path, or a URL that fsspec knows.
    """

    url: str

    @classmethod
    def at(cls, path_or_url: str) -> "OutputFolder":
        """The folder under a name that holds from any working directory."""
        if is_url(path_or_url) and not path_or_url.startswith(_LOCAL_SCHEME):
            return cls(path_or_url.rstrip("/"))
        return cls(str(Path(path_or_url.removeprefix(_LOCAL_SCHEME)).absolute()))

    @property
    def path(self) -> Path | None:
        """Where it is on this machine; None if it is at a URL."""
        return None if is_url(self.url) else Path(self.url)

    @contextmanager
    def new_file(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for writing; it appears, or takes an older one's place, when the block ends without error.

        Raises:
            OutputError: the system refuses to write.
        """
        with self._system_errors():
            if self.path is None:
                yield from self._stored_file(name)
            else:
                yield from _renamed_file(self.path / name)

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file.

        Raises:
            OutputError: the system refuses to write.
        """
        with self.new_file(name) as file:
            file.write(content)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None if there is none.

        Raises:
            OutputError: it cannot be read.
        """
        with self._errors():
            try:
                if self.path is not None:
                    return (self.path / name).read_bytes()
                filesystem, root = self._filesystem()
                return bytes(filesystem.cat_file(f"{root}/{name}"))
            except FileNotFoundError:
                return None

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the names of the files in a folder of this one, and their bytes; empty if there is none."""
        with self._errors():
            try:
                if self.path is not None:
                    with os.scandir(self.path / folder) as entries:
                        return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
                filesystem, root = self._filesystem()
                found = filesystem.ls(f"{root}/{folder}", detail=True)
            except FileNotFoundError:
                return {}
            return {entry["name"].rpartition("/")[2]: entry["size"] or 0 for entry in found if entry["type"] == "file"}

    def size(self, name: str) -> int:
        """Return the bytes of a file that is there."""
        with self._errors():
            if self.path is not None:
                return (self.path / name).stat().st_size
            filesystem, root = self._filesystem()
            return int(filesystem.size(f"{root}/{name}"))

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with self._errors():
            try:
                if self.path is not None:
                    (self.path / name).unlink()
                    return
                filesystem, root = self._filesystem()
                filesystem.rm_file(f"{root}/{name}")
            except FileNotFoundError:
                pass

    def remove_temporary_files(self, folder: str) -> None:
        """Remove what writers that were killed have left behind in a folder of this one."""
        if self.path is not None:
            for name in self.sizes(folder):
                if name.startswith(".") and name.endswith(TEMPORARY_SUFFIX):
                    self.remove(f"{folder}/{name}" if folder else name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of a folder on disk; however this process ends, the lock ends with it.

        Raises:
            UsageError: another run is going on in it.
            OutputError: the folder cannot be made, or there is no such bucket.
        """
        if self.path is None:
            self._refuse_unknown_bucket()
            yield
            return
        with self._errors():
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            _lock(lock, self.url)
            yield
            self.remove(".lock")
        finally:
            os.close(lock)

    def _stored_file(self, name: str) -> Iterator[BinaryIO]:
        filesystem, root = self._filesystem()
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder) / "file"
            with local.open("wb") as file:
                yield file
            path = f"{root}/{name}"
            with self._errors():
                if not _is_in_bucket(path):  # stores of objects have no folders, but would make the bucket
                    filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
                filesystem.put_file(str(local), path)

    def _refuse_unknown_bucket(self) -> None:
        """A bucket whose name is mistyped is not made, and told before anything is read."""
        with self._errors():
            filesystem, root = self._filesystem()
            bucket = root.partition("/")[0]
            if _is_in_bucket(root) and not filesystem.exists(bucket):
                raise OutputError(f"{self.url}: there is no bucket {bucket}; check its name, or create it first")

    def _filesystem(self) -> "tuple[fsspec.AbstractFileSystem, str]":
        try:
            filesystem, root = filesystem_of(self.url)
        except InputError as error:
            raise OutputError(str(error)) from error
        # Other processes write here too: a listing that the file system remembers may lack what they have written.
        filesystem.invalidate_cache()
        return filesystem, root.rstrip("/")

    @contextmanager
    def _system_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"{error.filename or self.url}: cannot be written: {_reason(error)}") from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with self._system_errors():
                yield
        except WinnowError:
            raise
        except Exception as error:
            if self.path is not None:
                raise
            raise OutputError(f"{self.url}: cannot be written: {one_line(error)}") from error  # of the store's library


def _is_in_bucket(path: str) -> bool:
    """Whether a path of a file system is one of a store of objects: there, no root stands before the bucket."""
    return not path.startswith("/")


def _renamed_file(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}.{uuid4().hex}{TEMPORARY_SUFFIX}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _flush_folder(path: Path) -> None:
    """Make a renaming last: without this a power cut may undo it."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(file: int, name: str) -> None:
    try:
        import fcntl  # noqa: PLC0415 - not on every system; without it nobody is kept out
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{name}: another run is going on in it; wait for it, or choose another folder") from error


def _reason(error: OSError) -> str:
    return error.strerror or one_line(error)


def copy_to_file(stream: BinaryIO, folder: OutputFolder) -> Path:
    """Keep a stream that cannot be read twice in a temporary file, in the folder if that is on this machine.

    Raises:
        OutputError: the system refuses to write.
    """
    path = (folder.path or Path(tempfile.gettempdir())) / f".standard-input.{uuid4().hex}{TEMPORARY_SUFFIX}"
    try:
        with path.open("xb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputError(f"{path.parent}: standard input cannot be kept in it: {_reason(error)}") from error
        raise
    return path
