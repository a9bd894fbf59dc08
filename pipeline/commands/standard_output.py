"""`classify` without a folder: results to standard output."""

import sys
from collections.abc import Callable
from io import TextIOWrapper

from pipeline.commands.job import chosen_model, do_job
from pipeline.commands.options import SOME_FAILED, ClassifyOptions, Format
from pipeline.commands.printing import printer_for
from pipeline.jobs.account import Account


def print_results(options: ClassifyOptions, say: Callable[[object], None]) -> int:
    """Do the pages of a call and print the results as they come.

    Args:
        options: the call.
        say: prints a failure.

    Returns:
        The exit status.
    """
    on_terminal = sys.stdout.isatty()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    printer = printer_for(options.format or (Format.TABLE if on_terminal else Format.JSONL), sys.stdout)
    model, account = chosen_model(options, say), Account()
    for result in do_job(options, model, account, page_by_page=on_terminal):
        printer.print(result)
        for failure in result.failures:
            say(failure)
    printer.finish()
    return SOME_FAILED if account.pages_failed else 0
