from pathlib import Path

import pytest

from pipeline.audit.whole_file import written
from pipeline.errors import OutputError


def fail_to_write(path: Path) -> None:
    with written(path) as file:
        file.write("half")
        raise RuntimeError


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    with written(tmp_path / "a.json") as file:
        file.write("é\r\n")
        assert not (tmp_path / "a.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == "é\r\n".encode()


def test_after_a_failure_the_earlier_file_is_still_there(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("earlier")
    with pytest.raises(RuntimeError):
        fail_to_write(tmp_path / "a.json")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.json", "earlier")]


def test_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.json"
    with pytest.raises(OutputError, match=r"a\.json: cannot be written: No such file"), written(path):
        pass
