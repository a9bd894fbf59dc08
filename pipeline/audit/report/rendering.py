"""The report as one HTML file, made from the templates, styles and scripts beside this module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.audit.report.charts import score_histograms, site_bars
from pipeline.audit.report.comparison import ModelComparison
from pipeline.audit.report.embedding import content_security_policy, json_for_html, visible
from pipeline.audit.report.numbers import counted, percent, plural, share_of, short_number
from pipeline.audit.report.page_sample import MAX_SITES, PageSample
from pipeline.audit.report.run_flow import LABEL_TITLES, label_shares, narrow_flow, wide_flow
from pipeline.audit.report.run_record import RunRecord
from pipeline.audit.report.sentence_totals import SentenceTotals
from pipeline.schema import LABELS

STYLES: Final = ("colours.css", "layout.css", "pictures.css", "pages.css", "inspector.css", "print.css")
SCRIPTS: Final = (
    "data.js",
    "visible_text.js",
    "corrections.js",
    "strip.js",
    "pages.js",
    "filters.js",
    "queue.js",
    "search_marks.js",
    "inspector.js",
    "corrections_file.js",
    "keyboard.js",
    "main.js",
)
"""In the order in which they run: each knows those before it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report tells.

    Attributes:
        record: the account of the run.
        totals: counts over all of its sentences.
        sample: which pages are shown.
        pages: these, as JSON objects (`page_data`).
        comparison: what another model said, if that is known.
        is_explained: the run says of every sentence why it got its label.
    """

    record: RunRecord
    totals: SentenceTotals
    sample: PageSample
    pages: tuple[Mapping[str, Any], ...]
    comparison: ModelComparison | None
    is_explained: bool


def render_report(report: Report) -> Iterable[str]:
    """Yield the HTML in pieces; the same report gives the same text."""
    styles, scripts = [_text("styles", name) for name in STYLES], [_text("scripts", name) for name in SCRIPTS]
    return (
        _environment()
        .get_template("report.html.j2")
        .generate(
            _pictures(report),
            record=report.record,
            sample=report.sample,
            labels=[(label, LABEL_TITLES[label]) for label in LABELS],
            titles=LABEL_TITLES,
            comparison=report.comparison,
            max_sampled_sites=MAX_SITES,
            data=json_for_html(_data(report)),
            styles=[Markup(style) for style in styles],  # noqa: S704 - files of our own
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of our own
            policy=content_security_policy(styles, scripts),
        )
    )


def _pictures(report: Report) -> dict[str, object]:
    shares = label_shares(report.record, report.totals)
    return {
        "wide_flow": wide_flow(report.record, shares),
        "narrow_flow": narrow_flow(report.record, shares),
        "histograms": score_histograms(report.totals),
        "sites": site_bars(report.record),
    }


def _data(report: Report) -> dict[str, object]:
    return {
        "run": report.record.id,
        "model": report.record.model,
        "labels": list(LABELS),
        "titles": [LABEL_TITLES[label] for label in LABELS],
        "keep": list(report.record.keep),
        "other": report.comparison.other if report.comparison else "",
        "explained": report.is_explained,
        "pages": list(report.pages),
    }


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.audit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, percent=percent, short=short_number)
    environment.globals.update(share_of=share_of, counted=counted, plural=plural)
    return environment


def _text(folder: str, name: str) -> str:
    return files("pipeline.audit.report").joinpath("templates", folder, name).read_text(encoding="utf-8")
