"""Measure winnow against what one would pick instead: `python tests/bench/compare.py [--json FILE]`.

Contenders take turns, so that what else the machine does meets all of them; what is compared is CPU time on one core.
See README.md beside this file.
"""

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench_pages import RAW_PAGES, mixed_pages, pages_of_one_site
from commands_timed import cold_starts, runs_by_workers
from contenders import CONTENDERS
from turns import Turns, in_turn

_SCALES: Final = (1, 4, 16)
_ENCODER: Final = "c_encoder"
_LABELS: Final = "winnow_labels"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    figures = measure(options)
    sys.stdout.write(report(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every contender (default: 5)")
    parser.add_argument("--pages", type=int, default=1280, help="pages of many sites in a round (default: 1280)")
    parser.add_argument("--workload", type=int, default=4, help="times the pages are done with 1 and 2 workers; 0: not")
    parser.add_argument("--model", help="name or folder of a model (default: the shipped one)")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), help="contenders")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Everything the benchmark knows, ready for JSON; seconds, megabytes and ratios."""
    pages, one_site = mixed_pages(options.pages), pages_of_one_site(options.pages)
    figures: dict[str, Any] = {
        "machine": {"python": platform.python_version(), "system": platform.platform(), "raw": RAW_PAGES.exists()},
        "mixed": _compared(in_turn(options.only, pages, [len(pages)], options.rounds, options.model), len(pages)),
        "one_site": _compared(
            in_turn(
                [name for name in options.only if name in {"winnow", "d_floor"}],
                one_site,
                [len(one_site)],
                options.rounds,
                options.model,
            ),
            len(one_site),
        ),
        "scale": _scaled(options, len(pages)),
        "cold_start": cold_starts(pages[0], options.rounds, options.model),
    }
    if options.workload:
        figures["workers"] = runs_by_workers(pages, options.workload, options.rounds, options.model)
    return figures


def _compared(turns: Turns, n_pages: int) -> dict[str, Any]:
    names = [name for name, _ in turns.rounds]
    return {
        "contenders": {name: _with_rates(turns.medians(name, n_pages)) for name in names},
        "times_winnow": {name: turns.ratio(name, "winnow", n_pages) for name in names if "winnow" in names},
        "encoder_by_labels": turns.ratio(_ENCODER, _LABELS, n_pages) if {_ENCODER, _LABELS} <= set(names) else None,
        "skipped": turns.skipped,
    }


def _with_rates(medians: dict[str, float]) -> dict[str, float]:
    seconds = medians["cpu_seconds"]
    rates = {f"{name}_per_cpu_second": medians[name] / seconds for name in ("pages", "sentences", "megabytes")}
    return medians | rates


def _scaled(options: argparse.Namespace, n_pages: int) -> dict[str, Any]:
    """CPU seconds per megabyte of markup at one, four and sixteen times the pages, and by that of the first."""
    sizes = [n_pages * scale // _SCALES[-1] for scale in _SCALES]
    turns = in_turn(["winnow"], mixed_pages(n_pages), sizes, options.rounds, options.model)
    medians = [turns.medians("winnow", size) for size in sizes]
    cost = [one["cpu_seconds"] / one["megabytes"] for one in medians]
    return {"pages": sizes, "cpu_seconds_per_megabyte": cost, "by_the_first": [each / cost[0] for each in cost]}


def report(figures: dict[str, Any]) -> str:
    """The figures as text for people."""
    cold = figures["cold_start"]
    lines = [
        f"{'raw' if figures['machine']['raw'] else 'generated'} pages; medians; CPU time on one core",
        *_table("pages of many sites", figures["mixed"]),
        *_table("pages of one site", figures["one_site"]),
        "",
        "cost per MB of markup at "
        + ", ".join(map(str, figures["scale"]["pages"]))
        + " pages, by the first: "
        + ", ".join(f"{value:.2f}" for value in figures["scale"]["by_the_first"]),
        "cold start by import spacy: "
        + ", ".join(
            f"{name} {cold[name]['cpu_seconds'] / cold['import_spacy']['cpu_seconds']:.2f} (CPU) "
            f"{cold[name]['wall_seconds'] / cold['import_spacy']['wall_seconds']:.2f} (wall)"
            for name in ("help", "one_page")
        ),
    ]
    if "workers" in figures:
        one, two, both = (figures["workers"][name]["wall_seconds"] for name in ("1", "2", "two_at_once"))
        lines.append(f"one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} times as fast")
        lines.append(
            f"two runs of one worker at once, {both:.1f} s: the machine does {2 * one / both:.2f} times as much"
        )
    return "\n".join(lines) + "\n"


def _table(title: str, compared: dict[str, Any]) -> list[str]:
    lines = [
        "",
        f"{title:22}{'CPU s':>9}{'wall s':>9}{'pages/s':>9}{'sent./s':>10}{'MB/s':>8}{'peak MB':>9}{'x winnow':>10}",
    ]
    for name, one in compared["contenders"].items():
        lines.append(
            f"{name:22}{one['cpu_seconds']:9.2f}{one['wall_seconds']:9.2f}{one['pages_per_cpu_second']:9.1f}"
            f"{one['sentences_per_cpu_second']:10.0f}{one['megabytes_per_cpu_second']:8.2f}"
            f"{one['peak_megabytes']:9.0f}{compared['times_winnow'].get(name, float('nan')):10.2f}"
        )
    if compared["encoder_by_labels"] is not None:
        lines.append(f"{_ENCODER} by {_LABELS}, the same extracted text: {compared['encoder_by_labels']:.0f}")
    return lines + [f"{name:22}skipped: {why}" for name, why in compared["skipped"].items()]


if __name__ == "__main__":
    raise SystemExit(main())
