"""Any bytes give pages or clear failures, and fuzzed pages keep their offsets."""

import io
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
from any_bytes import MAX_PAGE_BYTES, do_bytes, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from page_samples import FILES, parquet

from pipeline.jobs.account import Account
from pipeline.jobs.job import UNEXPECTED, Job
from pipeline.jobs.models import find_model
from pipeline.jobs.runs import GroupResult, run
from pipeline.preprocess.pages import read_stream
from pipeline.schema import LABELS, WANTED_LABELS

FUZZ: Final = Path(__file__).with_name("fuzz.py")
INTERESTING: Final = (
    *(
        b"",
        b"\0",
        b"\n",
        b"\r",
        b'"',
        b"{",
        b"[",
        b"<",
        b"</div>",
        b"<!--",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
    ),
    *(
        b"Content-Length: -1",
        b"18446744073709551616",
        b"\\ud800",
        b"\x1b[2J",
        b"WARC/1.0\r\n",
        b"PAR1",
        b"\x1f\x8b\x08",
    ),
)
_PARQUET: Final = parquet({"text": ["a"]})
FOUND: Final[dict[str, bytes]] = {
    "second.warc": b"WARC/1.0\r\n\r\n\r\n",
    "url.warc": b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: a\r\x17\0b\r\nContent-Length: 9\r\n\r\n",
    "half.jsonl": b'{"text": "\xed\xa0\x80\\ud800"}',
    "rule.txt": b"a" + b"-" * 50_000 + b"a",
    "type.parquet": _PARQUET[:-9] + b"\x1f" + _PARQUET[-8:],  # Arrow quotes a control byte of it
}
"""Bytes that once did harm, or might."""


@st.composite
def mutated_files(draw: st.DrawFn) -> tuple[bytes, str]:
    """A sound file in which pieces are cut out, doubled, moved, or replaced by something that means something."""
    data, name = draw(st.sampled_from(seeds())), draw(st.sampled_from([*FILES, "x"]))
    for _ in range(draw(st.integers(1, 4))):
        first, last = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        piece = draw(st.sampled_from(INTERESTING) | st.binary(max_size=6) | st.just(data[first:last] * 2))
        data = data[:first] + piece + data[min(last, first + draw(st.integers(0, 40))) :]
    return data, name


@settings(max_examples=400)
@given(mutated_files())
def test_a_mutated_file_gives_pages_whose_sentences_cover_them_or_failures_of_one_line(file: tuple[bytes, str]) -> None:
    do_bytes(*file)


@settings(max_examples=100)
@given(mutated_files())
def test_a_mutated_file_gives_labelled_rows_and_an_account_that_balances(
    model_folder: Path, file: tuple[bytes, str]
) -> None:
    account, result = Account(), GroupResult()
    pages = read_stream(io.BytesIO(file[0]), file[1], max_page_bytes=MAX_PAGE_BYTES)
    for group in run(pages, find_model(model_folder), Job(frozenset(WANTED_LABELS)), account, workers=1):
        result.extend(group)
    account.check()
    assert [failure.reason for failure in result.failures if failure.reason == UNEXPECTED] == []
    rows = [row for batch in result.rows for row in batch.to_pylist()]
    assert [row for row in rows if row["label"] not in LABELS or not 0 < row["score"] <= 1] == []
    assert [row for row in rows if not 0 < len(row["text"]) == row["end"] - row["start"]] == []


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(name: str) -> None:
    do_bytes(FOUND[name], name)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed: pip install atheris")
@pytest.mark.parametrize("target", ["html", "warc", "jsonl", "splitter"])
def test_a_short_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    command = [sys.executable, str(FUZZ), target, "-runs=300", "-max_len=2000", "-timeout=20", "-seed=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - ours
    assert (done.returncode, list(tmp_path.iterdir())) == (0, []), done.stderr[-2000:]
