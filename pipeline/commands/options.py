"""The options of `classify`: what may be written on the command line, and what it comes to."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import Final, NoReturn

from pipeline.commands.audit_options import (
    AuditOptions,
    add_audit_options,
    audit_options,
    positive,
    refuse_audit_contradictions,
)
from pipeline.commands.option_values import label_names, share
from pipeline.commands.run_options import PAGE_BYTES, PAGE_SECONDS, SHARD_BYTES, add_run_options
from pipeline.errors import UsageError
from pipeline.preprocess.readers.streams import is_url
from pipeline.schema import WANTED_LABELS

SOME_FAILED: Final = 1
"""Exit status of a call some of whose inputs failed."""


class Format(StrEnum):
    """What is written to standard output."""

    JSONL = "jsonl"
    TEXT = "text"
    MARKDOWN = "markdown"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class ClassifyOptions:
    """One call of `classify`.

    Attributes:
        inputs: files, folders, URLs, `-` for standard input; empty in a call about a finished run or without arguments.
        output: folder for results, or its URL; None for standard output.
        format: None for the table on a terminal and rows of JSON elsewhere.
        keep: labels that cleaned documents keep, in the order of `schema.LABELS`.
        split: one cleaned document for each label.
        max_error: share of wrong labels among decided sentences; None to decide all.
        explain: say of every sentence why it got its label.
        model: name or folder; None for the shipped one.
        workers: processes; None to decide by the amount of work.
        limit: pages to do; None for all.
        scheduler: address of a Dask cluster; None for this machine.
        page_seconds: a page that takes longer fails.
        page_bytes: a page that is larger fails.
        shard_bytes: bytes of input that are done, recorded and repeated together.
        dry_run: print the plan alone.
        report: make a report for people of the folder of results.
        resume: keep what is done of the same inputs and options.
        quiet: print nothing but results and errors.
        audit: what people are to look at.
    """

    inputs: tuple[str, ...]
    output: str | None = None
    format: Format | None = None
    keep: tuple[str, ...] = WANTED_LABELS
    split: bool = False
    max_error: float | None = None
    explain: bool = False
    model: str | None = None
    workers: int | None = None
    limit: int | None = None
    report: bool = False
    scheduler: str | None = None
    page_seconds: float = PAGE_SECONDS
    page_bytes: int = PAGE_BYTES
    shard_bytes: int = SHARD_BYTES
    dry_run: bool = False
    resume: bool = True
    quiet: bool = False
    audit: AuditOptions = field(default_factory=AuditOptions)

    @property
    def has_work(self) -> bool:
        """Whether there is something to do: pages, or a finished run to look at."""
        looks_at_run = self.report or self.audit.looks_at_run
        return bool(self.inputs or self.audit.result or (self.output and looks_at_run))


def parse_options(arguments: Sequence[str] | None = None) -> ClassifyOptions:
    """Read the command line; `--help` and `--version` print and exit.

    Raises:
        UsageError: an option is unknown, lacks its value, or contradicts another.
    """
    given = build_parser().parse_args(arguments)
    _refuse_contradictions(given)
    return ClassifyOptions(
        inputs=tuple(given.inputs),
        output=given.output,
        format=given.format,
        keep=given.keep or WANTED_LABELS,
        split=given.split,
        max_error=given.max_error,
        explain=given.explain,
        model=given.model,
        workers=given.workers,
        limit=given.limit,
        report=given.report,
        scheduler=given.scheduler,
        page_seconds=given.page_seconds,
        page_bytes=given.page_bytes,
        shard_bytes=given.shard_bytes,
        dry_run=given.dry_run,
        resume=not given.no_resume,
        quiet=given.quiet,
        audit=audit_options(given),
    )


def build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="winnow",
        description="Takes scraped pages apart: labels every sentence as treatment, clinical_research, news or noise.",
        epilog="Exit status: 0 all done; 1 some inputs failed, the rest is done; 2 wrong usage or unreadable model; "
        "3 the account does not balance; 130 interrupted.",
    )
    _add_input_options(parser)
    _add_output_options(parser)
    _add_label_options(parser)
    add_run_options(parser)
    _add_talk_options(parser)
    add_audit_options(parser)
    return parser


def _add_input_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help="file, folder, URL, or - for standard input: HTML, text, Markdown, JSONL, CSV, Parquet, WARC or WET, "
        "compressed or not",
    )
    parser.add_argument("--model", metavar="NAME", help="name or folder of a model (default: the shipped one)")
    parser.add_argument("--limit", type=positive, metavar="N", help="stop after N pages")


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="write results into this folder or URL, not to standard output"
    )
    parser.add_argument(
        "--format",
        type=_format,
        metavar="{" + ",".join(Format) + "}",
        help="on standard output: sentences as JSON lines or as a table, or cleaned documents as text or Markdown "
        "(default: table on a terminal, otherwise jsonl)",
    )
    parser.add_argument(
        "--keep",
        type=label_names,
        metavar="LABELS",
        help=f"labels that cleaned documents keep, with commas between (default: {','.join(WANTED_LABELS)})",
    )
    parser.add_argument("--report", action="store_true", help="also write DIR/report.html, to look at and correct")
    parser.add_argument("--split", action="store_true", help="make one cleaned document for each label")


def _add_label_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-error",
        type=share,
        metavar="E",
        help="leave sentences uncertain so that of those decided, on sites never seen, at most this share is wrong",
    )
    parser.add_argument(
        "--explain", action="store_true", help="say which words, neighbours and looks pushed towards each label"
    )


def _add_talk_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing but results and errors")
    parser.add_argument("--version", action="version", version=f"winnow {winnow_version()}")


def winnow_version() -> str:
    try:
        return version("winnow")
    except PackageNotFoundError:
        return "(not installed)"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


def _refuse_contradictions(given: argparse.Namespace) -> None:
    if given.output and given.format:
        raise UsageError("--format is for standard output and -o for a folder; leave one out")
    documents = given.output or given.format in {Format.TEXT, Format.MARKDOWN}
    for option, value in (("--keep", given.keep), ("--split", given.split)):
        if value and not documents:
            raise UsageError(f"{option} is about cleaned documents; add --format text, --format markdown or -o DIR")
    if given.explain and given.format in {Format.TEXT, Format.MARKDOWN}:
        raise UsageError("--explain is about sentences; add --format jsonl, --format table or -o DIR")
    if given.report and not given.output:
        raise UsageError("--report shows a folder of results; add -o DIR")
    if given.no_resume and not given.output:
        raise UsageError("--no-resume is about a folder of results; add -o DIR")
    if given.scheduler and not given.output:
        raise UsageError("--scheduler is for results in a folder that all workers reach; add -o DIR")
    if given.scheduler and given.workers:
        raise UsageError("--workers is for this machine and --scheduler for a cluster; leave one out")
    refuse_audit_contradictions(given)
    looks = given.report or given.review or given.audit or given.compare or given.drift
    if looks and is_url(given.output or ""):
        raise UsageError(f"{given.output}: only results on this machine can be looked at; copy them first")


def _format(text: str) -> Format:
    try:
        return Format(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(Format)}") from error
