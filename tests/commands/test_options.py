from pathlib import Path

import pytest

from pipeline.commands.audit_options import AuditOptions
from pipeline.commands.options import ClassifyOptions, Format, parse_options
from pipeline.errors import UsageError
from pipeline.jobs.job import PAGE_SECONDS
from pipeline.preprocess.cutting import PART_BYTES
from pipeline.preprocess.page import MAX_PAGE_BYTES


def test_inputs_alone_take_every_default() -> None:
    assert parse_options(["a.html", "-"]) == ClassifyOptions(
        inputs=("a.html", "-"),
        output=None,
        format=None,
        keep=("treatment", "clinical_research", "news"),
        split=False,
        max_error=None,
        explain=False,
        report=False,
        model=None,
        workers=None,
        limit=None,
        scheduler=None,
        page_seconds=30.0,
        page_bytes=20_000_000,
        shard_bytes=16_000_000,
        dry_run=False,
        resume=True,
        quiet=False,
    )


def test_every_option_has_its_place() -> None:
    words = (
        "a -o out --keep noise,news --split --max-error 0.05 --explain --model m --workers 3 --limit 5 "
        "--page-seconds 1.5 --page-bytes 6 --shard-bytes 7 --dry-run --no-resume --quiet --report "
        "--review r.csv --review-size 7 --audit 9 --audit-file s.csv --compare o --drift"
    )
    assert parse_options(words.split()) == ClassifyOptions(
        inputs=("a",),
        output="out",
        keep=("news", "noise"),
        split=True,
        max_error=0.05,
        explain=True,
        model="m",
        workers=3,
        limit=5,
        report=True,
        page_seconds=1.5,
        page_bytes=6,
        shard_bytes=7,
        dry_run=True,
        resume=False,
        quiet=True,
        audit=AuditOptions(
            review=Path("r.csv"), review_size=7, sample=9, sample_file=Path("s.csv"), compare="o", drift=True
        ),
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", False),
        ("a", True),
        ("-o out", False),
        ("-o out --audit 5", True),
        ("-o out --compare m", True),
        ("--review f.csv", False),
        ("--audit-result f.csv", True),
    ],
)
def test_a_call_without_inputs_has_work_if_it_is_about_a_finished_run(words: str, *, expected: bool) -> None:
    assert parse_options(words.split()).has_work is expected


@pytest.mark.parametrize("name", ["jsonl", "text", "markdown", "table"])
def test_formats_go_by_their_names(name: str) -> None:
    assert parse_options(["a", "--format", name]).format is Format(name)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("a --format xml", "argument --format: 'xml' is none of jsonl, text, markdown, table; see --help"),
        ("a --keep weather,news --format text", "'weather': choose from treatment"),
        ("a --keep= --format text", "'': choose from treatment"),
        ("a --workers 0", "argument --workers: '0' is no whole number above 0"),
        ("a --workers two", "'two' is no whole number above 0"),
        ("a --limit -1", "argument --limit"),
        ("a --page-seconds 0", "argument --page-seconds: '0' is no number of seconds above 0"),
        ("a --page-seconds nan", "'nan' is no number of seconds above 0"),
        ("a --scheduler tcp://a:1", "--scheduler is for results in a folder"),
        ("a -o out --scheduler tcp://a:1 --workers 2", "--workers is for this machine and --scheduler for a cluster"),
        ("a --max-error 0", "argument --max-error: '0' is no number between 0 and 1"),
        ("a --max-error 5%", "'5%' is no number between 0 and 1"),
        ("a --max-error nan", "'nan' is no number between 0 and 1"),
        ("a --colour", "unrecognized arguments: --colour"),
        ("a --model", "argument --model: expected one argument"),
        ("a -o out --format text", "--format is for standard output and -o for a folder"),
        ("a --keep news", "--keep is about cleaned documents"),
        ("a --split --format jsonl", "--split is about cleaned documents"),
        ("a --explain --format text", "--explain is about sentences; add --format jsonl, --format table or -o DIR"),
        ("a --report", "--report shows a folder of results; add -o DIR"),
        ("a --no-resume", "--no-resume is about a folder of results"),
        ("a --review-size 5", "--review-size is about --review FILE"),
        ("a -o out --audit-file f.csv", "--audit-file is about --audit N"),
        ("a --audit 5", "--audit is about a run in a folder; add -o DIR"),
        ("a --drift", "--drift is about a run in a folder; add -o DIR"),
        ("a --audit 0", "argument --audit: '0' is no whole number above 0"),
        ("--audit-result f.csv --drift -o out", "--audit-result stands alone, but for -o DIR"),
        ("- --compare m", "--compare reads the pages twice, which standard input cannot be"),
        ("a --review f.csv --compare m", "--review and --compare together take a folder"),
        ("a --review f.csv --format jsonl", "--review and --compare take the place of the sentences"),
        ("a --compare m --explain", "--review and --compare take the place of the sentences"),
    ],
)
def test_a_wrong_call_is_told_what_to_do(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_options(words.split())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_keep_and_split_are_for_folders_and_for_both_document_formats() -> None:
    for where in ("-o out", "--format text", "--format markdown"):
        assert parse_options(f"a --keep news --split {where}".split()).split


def test_a_scheduler_goes_with_a_folder_at_a_url() -> None:
    options = parse_options("a -o s3://bucket/out --scheduler tcp://host:8786".split())
    assert (options.output, options.scheduler) == ("s3://bucket/out", "tcp://host:8786")


def test_defaults_are_those_of_the_library() -> None:
    options = parse_options(["a"])
    assert (options.page_seconds, options.page_bytes, options.shard_bytes) == (PAGE_SECONDS, MAX_PAGE_BYTES, PART_BYTES)
