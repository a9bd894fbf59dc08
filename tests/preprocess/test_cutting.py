"""Parts of a file, read one by one, give the pages of the whole file, whatever is in it."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_samples import COMPRESSIONS, conversion, response, warc_record

from pipeline.errors import InputError
from pipeline.preprocess.cutting import CutFile, cut_file
from pipeline.preprocess.file_parts import ChangedInputError, read_part
from pipeline.preprocess.pages import read_file
from pipeline.preprocess.readers.files import InputFile

LIMIT = 300  # bytes of a page


def cut(path: Path, part_bytes: int = 100) -> CutFile:
    return cut_file(InputFile(str(path), path.stat().st_size), part_bytes=part_bytes, max_page_bytes=LIMIT)


def by_parts(path: Path, part_bytes: int = 100) -> list[str]:
    parts = cut(path, part_bytes).parts
    return [repr(page) for part in parts for page in read_part(part, max_page_bytes=LIMIT)]


def whole(path: Path) -> list[str]:
    return [repr(page) for page in read_file(str(path), max_page_bytes=LIMIT)]


def jsonl(n_rows: int = 40) -> bytes:
    return "".join(
        json.dumps({"text": f"Row {number} ünd"}, ensure_ascii=False) + "\n" for number in range(n_rows)
    ).encode()


def warc(n_records: int = 12) -> list[bytes]:
    return [
        warc_record("warcinfo", "", b"software: mine", "text/plain"),
        *(response(f"https://a.example/{number}", b"<p>Rest.</p>" * number) for number in range(n_records)),
        conversion("https://a.example/text", "Rest."),
    ]


def row_groups(n_rows: int = 50) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [f"Row {number}" for number in range(n_rows)]}), file, row_group_size=7)
    return file.getvalue()


FILES = {
    "rows.jsonl": jsonl(),
    "rows.csv": b"id,text\n" + b"".join(b'%d,"Take\none, ""%d"""\n' % (n, n) for n in range(40)),
    "stray.tsv": b"text\turl\n" + b"".join(b'5" tall %d\tx"y\n' % n for n in range(40)),
    "mark.jsonl": b"\xef\xbb\xbf" + jsonl(),
    "legacy.jsonl": jsonl().decode().encode("latin-1"),
    "blank.jsonl": jsonl().replace(b"\n", b"\n\n \xe3\x80\x80\n"),
    "long.jsonl": jsonl(9) + b'{"text": "' + b"x" * 2 * LIMIT + b'"}\n' + jsonl(9),
    "faulty.jsonl": jsonl(9) + b"no json\n" + jsonl(9) + b'{"text": "no line end"}',
    "archive.warc": b"".join(warc()),
    "cut.warc": b"".join(warc())[:-20],
    "rows.parquet": row_groups(),
}


@pytest.mark.parametrize("name", FILES)
def test_parts_give_the_pages_of_the_whole_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    assert len(cut(tmp_path / name).parts) > 2
    assert by_parts(tmp_path / name) == whole(tmp_path / name)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("name", [name for name in FILES if "jsonl" in name or "sv" in name])
def test_compressed_text_is_cut_where_it_is_quick(tmp_path: Path, name: str, suffix: str) -> None:
    (tmp_path / (name + suffix)).write_bytes(COMPRESSIONS[suffix](FILES[name]))
    assert len(cut(tmp_path / (name + suffix)).parts) > 2
    assert by_parts(tmp_path / (name + suffix)) == whole(tmp_path / (name + suffix))


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".bz2", ".xz"])
def test_an_archive_with_a_member_for_each_record_is_cut_between_members(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.warc{suffix}"
    path.write_bytes(b"".join(map(COMPRESSIONS[suffix], warc())))
    parts = cut(path).parts
    assert len(parts) > 2
    assert all(part.span is not None and part.span.start.stored is not None for part in parts)
    assert by_parts(path) == whole(path)


@pytest.mark.parametrize("damage", [slice(0, -9), slice(0, -30)])
@pytest.mark.parametrize(
    "join", [lambda data: COMPRESSIONS[".gz"](b"".join(data)), lambda data: b"".join(map(COMPRESSIONS[".gz"], data))]
)
def test_damage_is_told_once_and_after_the_pages_before_it(
    tmp_path: Path, damage: slice, join: Callable[[list[bytes]], bytes]
) -> None:
    for name, pieces in (("a.warc.gz", warc()), ("a.jsonl.gz", jsonl().splitlines(keepends=True))):
        (tmp_path / name).write_bytes(join(pieces)[damage])
        assert by_parts(tmp_path / name) == whole(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["small.jsonl", "page.html", "rows.json", "wide.jsonl", "rows.jsonl.bz2", "header.csv"]
)
def test_what_is_small_or_cannot_be_cut_is_one_part(tmp_path: Path, name: str) -> None:
    contents = {
        "small.jsonl": b'{"text": "Rest."}\n',
        "page.html": b"<!DOCTYPE html>" + b"<p>Rest.</p>" * 30,
        "rows.json": b'[{"text": "Rest."},' * 30,
        "wide.jsonl": jsonl().decode().encode("utf-16"),
        "rows.jsonl.bz2": COMPRESSIONS[".bz2"](jsonl()),
        "header.csv": b"id,text," + b"x," * 60,
    }
    (tmp_path / name).write_bytes(contents[name])
    assert [part.span for part in cut(tmp_path / name).parts] == [None]
    assert by_parts(tmp_path / name) == whole(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(['"', "\n", ",", "a", "ü", '""', " ", "\r\n", "x" * 40]), max_size=120), st.integers(1, 90)
)
def test_any_csv_is_read_alike_by_parts(tmp_path_factory: pytest.TempPathFactory, pieces: list[str], size: int) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(b"id,text\n" + "".join(pieces).encode())
    assert by_parts(path, size) == whole(path)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([b'{"text": "a"}', b"\n", b" ", b"\xa0", b"\xe9", b"x" * 400, b"\r"]), max_size=80),
    st.integers(1, 90),
)
def test_any_jsonl_is_read_alike_by_parts(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], size: int
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_bytes(b"".join(pieces) or b" ")
    assert by_parts(path, size) == whole(path)


def test_appended_rows_leave_the_parts_before_them_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(jsonl(40))
    before = cut(path).parts
    path.write_bytes(jsonl(60))
    assert cut(path).parts[: len(before) - 1] == before[:-1]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "archive.warc"])
def test_a_change_in_one_part_changes_the_digest_of_that_part_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    before = cut(path).parts
    old, new = {
        "rows.jsonl": (b"Row 39", b"Row 3!"),
        "rows.parquet": (b"Row 49", b"Row 4!"),
        "archive.warc": (b"Rest.\r", b"Rust.\r"),
    }[name]
    path.write_bytes(FILES[name].replace(old, new, 1) if name != "rows.parquet" else FILES[name].replace(old, new))
    after = cut(path).parts
    assert [old.digest == new.digest for old, new in zip(before, after, strict=True)] == [True] * (len(before) - 1) + [
        False
    ]


@pytest.mark.parametrize("name", [*FILES, "page.txt", "rows.jsonl.gz"])
def test_a_file_that_changed_since_it_was_cut_is_told(tmp_path: Path, name: str) -> None:
    content = {**FILES, "page.txt": b"Rest.", "rows.jsonl.gz": COMPRESSIONS[".gz"](jsonl())}[name]
    path = tmp_path / name
    path.write_bytes(content)
    part = cut(path).parts[0]
    path.write_bytes(
        content.replace(b"R", b"r").replace(b"t", b"d") if name != "rows.jsonl.gz" else COMPRESSIONS[".gz"](jsonl()[5:])
    )
    with pytest.raises(ChangedInputError, match="give the same command again"):
        list(read_part(part))
    path.unlink()
    with pytest.raises(ChangedInputError, match="no such file"):
        list(read_part(part))


def test_a_file_that_is_gone_is_no_part(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        cut_file(InputFile(str(tmp_path / "gone"), 3))


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Rest.")
    before = cut(path).stamp
    assert cut(path).stamp == before != ""
    os.utime(path, ns=(1, 1))
    assert cut(path).stamp != before
