import io
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]  # fsspec ships no types
import pytest
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # the same

from pipeline.errors import OutputError, UsageError
from pipeline.jobs.output_folder import OutputFolder, copy_to_file


@pytest.fixture(params=["disk", "url"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> OutputFolder:
    return OutputFolder.at(str(tmp_path / "out") if request.param == "disk" else f"memory://winnow{tmp_path}/out")


def test_what_is_written_is_there_until_it_is_removed(folder: OutputFolder) -> None:
    folder.write("sentences/a", b"first")
    folder.write("sentences/a", b"other!")
    assert (folder.read("sentences/a"), folder.size("sentences/a")) == (b"other!", 6)
    assert folder.sizes("sentences") == {"a": 6}
    folder.remove("sentences/a")
    folder.remove("sentences/a")
    assert (folder.read("sentences/a"), folder.sizes("nowhere")) == (None, {})


class RememberingFileSystem(LocalFileSystem):  # type: ignore[misc]  # it has no type
    """Looks files up in the listings that it remembers, as those of object stores do."""

    protocol = "remembering"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("remembering://")))

    def ls(self, path: str, detail: bool = False, **options: Any) -> Any:  # noqa: ANN401, FBT001, FBT002 - as fsspec has it
        if path not in self.dircache:
            self.dircache[path] = super().ls(path, detail=True, **options)
        return self.dircache[path] if detail else [entry["name"] for entry in self.dircache[path]]

    def cat_file(self, path: str, **options: Any) -> bytes:  # noqa: ANN401 - the same
        if path not in self.ls(self._parent(path)):
            raise FileNotFoundError(path)
        return bytes(super().cat_file(path, **options))

    def invalidate_cache(self, path: str | None = None) -> None:
        self.dircache.pop(path, None) if path else self.dircache.clear()


def test_what_another_process_writes_is_seen_at_once(tmp_path: Path) -> None:
    fsspec.register_implementation("remembering", RememberingFileSystem, clobber=True)
    folder = OutputFolder.at(f"remembering://{tmp_path}")
    folder.write("shards/a", b"here")
    assert folder.sizes("shards") == {"a": 4}
    (tmp_path / "shards" / "b").write_bytes(b"there")
    assert folder.read("shards/b") == b"there"


def fail_at_writing(folder: OutputFolder, name: str) -> None:
    with folder.new_file(name) as file:
        file.write(b"half")
        raise ZeroDivisionError


def test_a_file_whose_writing_fails_leaves_the_older_one(folder: OutputFolder) -> None:
    folder.write("a", b"older")
    with pytest.raises(ZeroDivisionError):
        fail_at_writing(folder, "a")
    assert (folder.read("a"), folder.sizes("")) == (b"older", {"a": 5})


def test_only_temporary_files_of_writers_are_removed(tmp_path: Path) -> None:
    for name in (".a.0f.tmp", "a.tmp", ".a"):
        (tmp_path / name).touch()
    OutputFolder.at(str(tmp_path)).remove_temporary_files("")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a", "a.tmp"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match=r"out: cannot be written: File exists"):
        OutputFolder.at(str(tmp_path / "out")).write("a", b"")


def test_a_lock_keeps_others_out_and_ends_with_its_block(tmp_path: Path) -> None:
    folder = OutputFolder.at(str(tmp_path))
    with folder.locked(), pytest.raises(UsageError, match="another run is going on in it"), folder.locked():
        pass
    with folder.locked():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_stream_is_kept_in_the_folder(tmp_path: Path) -> None:
    path = copy_to_file(io.BytesIO(b"pages"), OutputFolder.at(str(tmp_path)))
    assert (path.parent, path.read_bytes()) == (tmp_path, b"pages")
