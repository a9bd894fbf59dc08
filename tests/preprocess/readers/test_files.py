import os
from pathlib import Path

import fsspec  # type: ignore[import-untyped]  # fsspec ships no types
import pytest

from pipeline.errors import InputError, UsageError
from pipeline.preprocess.readers.files import InputFile, find_files


def test_inputs_stay_in_order_with_their_sizes(tmp_path: Path) -> None:
    second, first = tmp_path / "b.txt", tmp_path / "a.txt"
    second.write_bytes(b"12345")
    first.write_bytes(b"123")
    assert find_files([second, "-", str(first)]) == [
        InputFile(str(second), 5),
        InputFile("-", None),
        InputFile(str(first), 3),
    ]


def test_a_folder_is_named_as_the_caller_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"1")
    monkeypatch.chdir(tmp_path)
    assert find_files(["./in/"]) == [InputFile("./in/a.txt", 1)]
    assert find_files(["."]) == [InputFile("./in/a.txt", 1)]


def test_a_hidden_file_is_read_when_it_is_named(tmp_path: Path) -> None:
    hidden = tmp_path / ".a.txt"
    hidden.write_bytes(b"1")
    assert find_files([hidden]) == [InputFile(str(hidden), 1)]


def test_a_folder_without_files_says_so(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_bytes(b"1")
    (failure,) = find_files([tmp_path])
    assert isinstance(failure, InputError)
    assert str(failure) == f"{tmp_path}: the folder holds no files; hidden ones are skipped"


def test_linked_folders_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.txt").write_bytes(b"1")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert find_files([tmp_path]) == [InputFile(f"{tmp_path}/a/a.txt", 1)]


def test_a_pipe_is_refused_in_a_folder_and_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for given in (tmp_path, tmp_path / "pipe"):
        (failure,) = find_files([given])
        assert isinstance(failure, InputError)
        assert (failure.source, failure.reason) == (f"{tmp_path}/pipe", "unsupported")


def test_a_device_is_refused() -> None:
    (failure,) = find_files(["/dev/zero"])
    assert str(failure) == "/dev/zero: a pipe, socket or device; hand its content over on standard input"


def test_a_pipe_that_a_shell_has_opened_is_read() -> None:
    reading, writing = os.pipe()
    try:
        assert find_files([f"/dev/fd/{reading}"]) == [InputFile(f"/dev/fd/{reading}", None)]
    finally:
        os.close(reading)
        os.close(writing)


def test_a_broken_link_in_a_folder_is_missing(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (failure,) = find_files([tmp_path])
    assert isinstance(failure, InputError)
    assert (failure.source, failure.reason) == (f"{tmp_path}/gone.txt", "missing")


@pytest.mark.parametrize("name", ["no/such/file", "nul\0byte", "memory://no/such"])
def test_what_is_not_there_stands_in_its_place(name: str) -> None:
    (failure,) = find_files([name])
    assert isinstance(failure, InputError)
    assert failure.source == name


def test_a_remote_folder_is_listed_like_a_local_one() -> None:
    filesystem = fsspec.filesystem("memory")
    for name in ("b.txt", "a/c.txt", ".hidden/d.txt"):
        filesystem.pipe_file(f"/listed/{name}", b"12")
    assert find_files(["memory://listed/"]) == [
        InputFile("memory://listed/a/c.txt", 2),
        InputFile("memory://listed/b.txt", 2),
    ]


def test_a_single_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="give a list of inputs, not a single one"):
        find_files("a.html")
