"""The command `classify`, installed as `winnow`: scraped pages in, labelled sentences or cleaned documents out.

Nothing heavy is imported before the call is known to be right: `--help` does not wait for spaCy.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.commands.options import ClassifyOptions, build_parser, parse_options
from pipeline.commands.plain import plain_line
from pipeline.errors import WinnowError
from pipeline.jobs.garbage import rare_collections
from pipeline.preprocess.readers.streams import is_url

INTERRUPTED: Final = 130
WRONG_USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one call and return its exit status.

    Args:
        arguments: as on the command line; None to take them from there.

    Raises:
        SystemExit: after `--help` and `--version`.
    """
    try:
        options = parse_options(arguments)
        if not options.has_work:
            build_parser().print_usage(sys.stderr)
            return WRONG_USAGE
        with rare_collections():
            return _classify(options)
    except WinnowError as error:
        say(error)
        return error.exit_status
    except KeyboardInterrupt as interruption:
        say(str(interruption) or "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _let_standard_output_go()
        return 0


def say(message: object) -> None:
    """Print one line on standard error."""
    print(f"winnow: {plain_line(str(message))}", file=sys.stderr, flush=True)


def _classify(options: ClassifyOptions) -> int:
    # Each imports what it needs and no other does: the plan needs no model.
    if options.dry_run:
        from pipeline.commands.plan import print_plan  # noqa: PLC0415 - see above

        return print_plan(options, say)
    if options.audit.result:
        from pipeline.commands.audit_result import print_estimate  # noqa: PLC0415 - see above

        folder = Path(options.output) if options.output else None
        return print_estimate(options.audit.result, folder, say)
    if options.output:
        return _into_folder(options, options.output)
    if options.audit.looks_at_run:
        from pipeline.commands.stream_audit import audit_stream  # noqa: PLC0415 - see above

        return audit_stream(options, say)
    from pipeline.commands.standard_output import print_results  # noqa: PLC0415 - see above

    return print_results(options, say)


def _into_folder(options: ClassifyOptions, output: str) -> int:
    from pipeline.commands.folder import write_results  # noqa: PLC0415 - see `_classify`
    from pipeline.commands.report import print_report  # noqa: PLC0415 - see `_classify`
    from pipeline.commands.run_audit import audit_run, refuse_unwritable  # noqa: PLC0415 - see `_classify`

    refuse_unwritable(options, Path(output))
    status = write_results(options, output, say) if options.inputs else 0
    if not is_url(output):
        audit_run(options, Path(output), say)
    if options.report:  # last: it shows the comparison, too
        print_report(options, Path(output))
    return status


def _let_standard_output_go() -> None:
    """Whoever read the results has seen enough; without this Python complains when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
