"""`train.py`: labelled pages in, a measured model folder out."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import WinnowError


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="train.py", description="Fit and measure a sentence classifier on labelled pages."
    )
    parser.add_argument(
        "corpus", nargs="*", type=Path, help="JSONL files, or folders of them, with labelled pages (default: corpus/)"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("models/local"),
        help="model folder to write (default: models/local)",
    )
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument(
        "--evaluate",
        action="store_true",
        help="only cross-validate by source and print the figures; write no model",
    )
    parser.add_argument(
        "--words",
        type=Path,
        metavar="DIR",
        default=Path("models/words"),
        help="table of word vectors (default: models/words)",
    )
    parser.add_argument(
        "--test-on",
        type=Path,
        metavar="PATH",
        help="measure on the pages of this corpus alone: by cross-validation if they are among those given, "
        "otherwise as pages that nothing is learned from",
    )
    parser.add_argument(
        "--silver",
        type=Path,
        metavar="FILE",
        help="labels for units that the corpora leave without one: learned from with less weight, never tested on",
    )
    extent.add_argument(
        "--no-evaluation", action="store_true", help="fit without measuring: faster, the card has no figures"
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="learn from what reviewers decided, too: corrections.jsonl, a labelled --review or --audit file, or an "
        "export of Label Studio (JSON), doccano or Prodigy (JSONL); may be given again",
    )
    parser.add_argument(
        "--allow-worse",
        action="store_true",
        help="write the model even if corrections make it worse, or if that is not measured",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="the same corpora and seed give the same bytes (default: 0)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="parallel fits (default: 2)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.allow_worse and not options.corrections:
        parser.error("--allow-worse is about --corrections")
    if options.corrections and options.no_evaluation and not options.allow_worse:
        parser.error(
            "corrections are measured before a model is written; leave out --no-evaluation or add --allow-worse"
        )
    from pipeline.commands.training import train  # noqa: PLC0415 - --help must be quick

    try:
        train(options, " ".join(["python train.py", *map(shlex.quote, arguments or sys.argv[1:])]))
    except WinnowError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("train.py: interrupted, no model was written", file=sys.stderr)
        return 130
    return 0
