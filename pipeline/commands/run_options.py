"""The options of `classify` by which a run is parted among workers, limited and taken up again."""

import argparse
from typing import Final

from pipeline.commands.audit_options import positive
from pipeline.commands.option_values import number_of_seconds

# As in `jobs.runs`, `preprocess.page` and `preprocess.cutting`, which are too heavy to be asked.
PAGE_SECONDS: Final = 30.0
PAGE_BYTES: Final = 20_000_000
SHARD_BYTES: Final = 16_000_000


def add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes (default: the cores, if there is enough to do)"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="do the work on the Dask cluster of this scheduler (tcp://host:8786)"
    )
    parser.add_argument(
        "--page-seconds",
        type=number_of_seconds,
        default=PAGE_SECONDS,
        metavar="S",
        help="a page that takes longer fails (default: 30)",
    )
    parser.add_argument(
        "--page-bytes",
        type=positive,
        default=PAGE_BYTES,
        metavar="N",
        help="a page that is larger fails (default: 20,000,000)",
    )
    parser.add_argument(
        "--shard-bytes",
        type=positive,
        default=SHARD_BYTES,
        metavar="N",
        help="bytes of input that are done, recorded and repeated together (default: 16,000,000)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print shards, bytes and an estimate of the time, and stop"
    )
    parser.add_argument("--no-resume", action="store_true", help="do again what is done, and overwrite DIR")
