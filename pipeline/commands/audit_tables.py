"""Comparisons, drift and estimates as plain tables for a terminal."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.audit.compare import Comparison, LabelChange
from pipeline.audit.drift import Distance, Drift
from pipeline.commands.plain import plain_line
from pipeline.schema import LABELS, WANTED_LABELS

if TYPE_CHECKING:  # no other table waits for scipy
    from pipeline.audit.estimate import AuditEstimate, ErrorShare

_EXAMPLES_SHOWN: Final = 3
_BAR_WIDTH: Final = 24


def estimate_lines(estimate: "AuditEstimate") -> Iterator[str]:
    yield f"{estimate.n_labelled:,} of {estimate.n_drawn:,} sentences drawn are labelled"
    yield ""
    rows = [
        ("wanted text removed", "sentences", estimate.wanted_removed),
        ("", "characters", estimate.wanted_removed_characters),
        ("noise that stayed", "sentences", estimate.noise_kept),
        ("", "characters", estimate.noise_kept_characters),
    ]
    header = ("share", "of all", "estimate", "95% interval", "to halve it, label")
    yield from _table([header, *((what, unit, *_error_cells(share)) for what, unit, share in rows)], right=(2, 3, 4))


def _error_cells(share: "ErrorShare") -> tuple[str, str, str]:
    interval = share.interval
    if interval.share is None:
        return "unknown", "0% to 100%", "some first"
    more = "nothing" if share.more_labels is None else f"{share.more_labels:,} more"
    return f"{interval.share:.1%}", f"{interval.low:.1%} to {interval.high:.1%}", more


def comparison_lines(comparison: Comparison, width: int) -> Iterator[str]:
    """Yield the table and the surest examples of every change, cut to `width` columns."""
    n, changed = comparison.n_sentences, comparison.n_changed
    yield (
        f"{comparison.model} -> {comparison.other}: "
        f"{changed:,} of {n:,} sentences change label ({_percent(changed, n)})"
    )
    yield ""
    counts = [(label, *(f"{count:,}" for count in row)) for label, row in zip(LABELS, comparison.counts, strict=True)]
    yield from _table([("from \\ to", *LABELS), *counts], right=range(1, len(LABELS) + 1))
    for change in comparison.changes:
        yield ""
        yield from _change_lines(change, n, width)


def _change_lines(change: LabelChange, n_sentences: int, width: int) -> Iterator[str]:
    yield f"{change.label} -> {change.other_label}: {change.count:,} ({_percent(change.count, n_sentences)})"
    for example in change.examples[:_EXAMPLES_SHOWN]:
        yield f"  {example.score:.2f} -> {example.other_score:.2f}  {plain_line(example.text)}"[:width]


def drift_lines(drift: Drift) -> Iterator[str]:
    sites = f"{drift.n_sites:,} {'site' if drift.n_sites == 1 else 'sites'}"
    yield f"{drift.n_sentences:,} sentences of {sites} beside the model's card ({drift.origin})"
    yield ""
    yield from _share_table("label", LABELS, drift.label_shares)
    yield _verdict("wanted labels", drift.labels)
    yield ""
    yield from _share_table("score", _bins(drift), drift.score_shares)
    yield _verdict("scores", drift.scores)


def drift_warning(drift: Drift) -> str:
    """One line that says what parts and what to do."""
    named = [
        (WANTED_LABELS, drift.wanted_shares, "wanted labels", drift.labels),
        (_bins(drift), drift.score_shares, "scores", drift.scores),
    ]
    parted = [
        f"{what} ({_widest_gap(names, shares)}; PSI {distance.psi:.2f}, limit {distance.limit:.2f})"
        for names, shares, what, distance in named
        if distance.is_shift
    ]
    return (
        f"these pages look unlike those the model was measured on: {' and '.join(parted)}; its figures may not hold "
        "here; see --drift, and estimate with --audit"
    )


def _widest_gap(names: Sequence[str], shares: np.ndarray) -> str:
    widest = int(np.abs(shares[1] - shares[0]).argmax())
    return f"{names[widest]} {shares[1, widest]:.0%} here, {shares[0, widest]:.0%} on the card"


def _bins(drift: Drift) -> list[str]:
    return [f"{low:.2f} to {high:.2f}" for low, high in pairwise(drift.score_edges.tolist())]


def _verdict(what: str, distance: Distance) -> str:
    if distance.limit is None:
        return f"{what}: PSI {distance.psi:.3f}; a model trained anew has figures by site and warns"
    word = "they part" if distance.is_shift else "a small shift, or chance"
    word = "surer than on the card" if distance.is_harmless and distance.psi > distance.limit else word
    return f"{what}: PSI {distance.psi:.3f}, limit {distance.limit:.3f}: {word}"


def _share_table(name: str, rows: Sequence[str], shares: np.ndarray) -> list[str]:
    widest = max(float(shares.max()), 1e-9)
    lines = [
        (row, f"{card:.1%}", f"{run:.1%}", "#" * round(_BAR_WIDTH * run / widest))
        for row, card, run in zip(rows, *shares.tolist(), strict=True)
    ]
    return _table([(name, "card", "run", ""), *lines], right=(1, 2))


def _table(rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _percent(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%}"
