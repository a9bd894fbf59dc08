"""A finished run -> `report.html` beside its results."""

from pathlib import Path
from typing import Final

from pipeline.audit.report.comparison import read_comparison, read_other_labels
from pipeline.audit.report.page_data import page_data
from pipeline.audit.report.page_sample import MAX_SITES, PageSampler
from pipeline.audit.report.rendering import Report, render_report
from pipeline.audit.report.run_record import read_run_record
from pipeline.audit.report.sentence_files import page_spans, read_rows, sentence_batches
from pipeline.audit.report.sentence_totals import SentenceTotals
from pipeline.errors import OutputError

REPORT_FILE: Final = "report.html"


def write_report(folder: Path) -> Path:
    """Write the report of a finished run into its folder and return the file.

    All sentences are counted, batch by batch; at most `page_sample.MAX_SENTENCES` or so are held and shown.

    Args:
        folder: of the run.

    Raises:
        UsageError: the folder holds no finished run of this version.
        OutputError: the system refuses to write.
    """
    report, path = make_report(folder), folder / REPORT_FILE
    unfinished = path.with_suffix(".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(render_report(report))
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def make_report(folder: Path) -> Report:
    """Read what a report tells.

    Raises:
        UsageError: the folder holds no finished run of this version.
    """
    record, totals = read_run_record(folder), SentenceTotals()
    sampler = PageSampler([host.name for host in record.hosts[:MAX_SITES] if host.hosts == 1])
    for span in page_spans(totals.counting(sentence_batches(folder))):
        sampler.offer(span)
    sample = sampler.sample()
    tables = read_rows(folder, [page.rows for page in sample.shown])
    comparison = read_comparison(folder, record.model)
    others = read_other_labels(folder, {page.span.doc_id for page in sample.shown}) if comparison else {}
    pages = tuple(
        page_data(page, rows, others.get(page.span.doc_id)) for page, rows in zip(sample.shown, tables, strict=True)
    )
    return Report(record, totals, sample, pages, comparison, is_explained=bool(record.options.get("explain")))
