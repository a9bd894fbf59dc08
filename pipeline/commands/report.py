"""`classify --report`: the folder of a finished run as one page for people."""

from pathlib import Path

from pipeline.commands.options import ClassifyOptions
from pipeline.commands.plain import plain_line
from pipeline.errors import OutputError


def print_report(options: ClassifyOptions, folder: Path) -> None:
    """Write `report.html` into the folder of a finished run, and say so.

    Raises:
        UsageError: the folder holds no finished run of this version.
        OutputError: the system refuses to write.
    """
    from pipeline.audit.report.writing import write_report  # noqa: PLC0415 - most runs need no templates

    path = write_report(folder)
    if not options.quiet:
        print(f"{plain_line(str(path))}: look and correct")


def remove_outdated_report(folder: Path) -> None:
    """Remove the report of results that have been replaced: it would show sentences that are no longer there.

    Raises:
        OutputError: the system refuses.
    """
    path = folder / "report.html"
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed, though its results are outdated: {error.strerror}") from error
