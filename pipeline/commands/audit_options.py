"""The options of `classify` by which people look, estimate and compare."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError

REVIEW_SIZE: Final = 200
AUDIT_FILE: Final = "audit.csv"


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What people are to look at.

    Attributes:
        review: file for sentences worth a look.
        review_size: how many.
        sample: sentences to draw for an estimate.
        sample_file: file for them; None for `audit.csv` in the run's folder.
        result: files of such sentences, labelled.
        compare: another model, by name or folder.
        drift: print how the run differs from the model's card.
    """

    review: Path | None = None
    review_size: int = REVIEW_SIZE
    sample: int | None = None
    sample_file: Path | None = None
    result: tuple[Path, ...] = ()
    compare: str | None = None
    drift: bool = False

    @property
    def looks_at_run(self) -> bool:
        """Whether something is asked for that a finished run can answer."""
        return bool(self.review or self.sample or self.compare or self.drift)


def add_audit_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "review and audit", "of the pages given, or, without INPUT, of the finished run in DIR"
    )
    group.add_argument(
        "--review",
        type=Path,
        metavar="FILE",
        help="write sentences worth a look, for people to label: .jsonl, .csv, .labelstudio.json, .doccano.jsonl or "
        ".prodigy.jsonl",
    )
    group.add_argument(
        "--review-size", type=positive, metavar="N", help=f"how many sentences --review picks (default: {REVIEW_SIZE})"
    )
    group.add_argument(
        "--audit",
        type=positive,
        metavar="N",
        help="draw about N sentences at random, kept and removed, to estimate by them what is wrong in DIR",
    )
    group.add_argument(
        "--audit-file",
        type=Path,
        metavar="FILE",
        help=f"where --audit writes them, in the formats of --review (default: DIR/{AUDIT_FILE})",
    )
    group.add_argument(
        "--audit-result",
        type=Path,
        nargs="+",
        default=(),
        metavar="FILE",
        help="print what the sentences of --audit, labelled, say of the whole run: wanted text removed, noise kept",
    )
    group.add_argument("--compare", metavar="MODEL", help="print which sentences another model labels otherwise")
    group.add_argument(
        "--drift", action="store_true", help="print the labels and scores of the run in DIR beside the model's card"
    )


def audit_options(given: argparse.Namespace) -> AuditOptions:
    return AuditOptions(
        review=given.review,
        review_size=given.review_size or REVIEW_SIZE,
        sample=given.audit,
        sample_file=given.audit_file,
        result=tuple(given.audit_result),
        compare=given.compare,
        drift=given.drift,
    )


def refuse_audit_contradictions(given: argparse.Namespace) -> None:
    """Check the options against one another.

    Raises:
        UsageError: they do not go together.
    """
    if given.review_size and not given.review:
        raise UsageError("--review-size is about --review FILE")
    if given.audit_file and not given.audit:
        raise UsageError("--audit-file is about --audit N")
    if given.audit_result and (given.inputs or given.review or given.audit or given.compare or given.drift):
        raise UsageError("--audit-result stands alone, but for -o DIR; leave the rest out")
    if given.compare and "-" in given.inputs:
        raise UsageError("--compare reads the pages twice, which standard input cannot be; save them first")
    if not given.output:
        _refuse_without_folder(given)


def _refuse_without_folder(given: argparse.Namespace) -> None:
    for option, value in (("--audit", given.audit), ("--drift", given.drift)):
        if value:
            raise UsageError(f"{option} is about a run in a folder; add -o DIR")
    if given.review and given.compare:
        raise UsageError("--review and --compare together take a folder; add -o DIR")
    if (given.review or given.compare) and (given.format or given.explain):
        raise UsageError("without -o, --review and --compare take the place of the sentences; add -o DIR")


def positive(text: str) -> int:
    """A whole number above 0.

    Raises:
        argparse.ArgumentTypeError: the text is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
