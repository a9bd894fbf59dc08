"""Whether a run looks like what its model was measured on: label mix and score histogram beside the model card's.

How much of a page is noise depends on how it was handed in: more than four fifths of the sentences of whole pages, half
of those of extracted text. That is no sign of a wrong label, so the share of noise is shown, but labels are compared
among the wanted ones alone. Menus are easy, too: a model that is surer than on its card is shown, but not warned of.

The distance is the population stability index, the sum of (p - q) ln(p / q) over labels or bins. By the rule of thumb
of Siddiqi (Credit Risk Scorecards, 2006) 0.25 is a shift. Sentences of a site are alike, so that a run of few sites
parts from the card by chance alone: a warning also takes a distance that 19 of 20 samples of as many sites of the card
(drawn with replacement, as in a bootstrap, Efron 1979) stay below. A model without figures by site has no limit.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # the same
from numpy.typing import NDArray

from pipeline.classifier.abstention import RiskCoverageCurve
from pipeline.errors import ModelError
from pipeline.schema import LABELS, WANTED_LABELS
from pipeline.training.site_figures import SCORE_EDGES, SiteFigures

COLUMNS: Final = ("url", "sent_id", "label", "score")
"""What is read of a run."""

SHIFT: Final = 0.25
CHANCE: Final = 0.05

_WANTED: Final = [LABELS.index(label) for label in WANTED_LABELS]
_SMALLEST_SHARE: Final = 1e-4
_N_DRAWS: Final = 1000
_FINE_BINS: Final = 1000
_QUANTILES: Final = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run in numbers.

    Attributes:
        labels: sentences by label, `(4,)`.
        scores: sentences by score, a thousandth wide each, `(1000,)`.
        n_sites: hosts; all pages of unknown origin are one.
    """

    labels: NDArray[np.int64]
    scores: NDArray[np.int64]
    n_sites: int

    @classmethod
    def of(cls, batches: Iterable[pa.RecordBatch]) -> "RunFigures":
        """Count rows with `COLUMNS`, labels as plain strings."""
        labels, scores = np.zeros(len(LABELS), np.int64), np.zeros(_FINE_BINS, np.int64)
        hosts: set[str] = set()
        for rows in batches:
            codes = pc.index_in(rows["label"], value_set=pa.array(LABELS, pa.string())).to_numpy()
            labels += np.bincount(codes, minlength=len(LABELS))
            fine = np.clip((rows["score"].to_numpy().astype(np.float64) * _FINE_BINS).astype(int), 0, _FINE_BINS - 1)
            scores += np.bincount(fine, minlength=_FINE_BINS)
            hosts.update(map(_host, rows["url"].unique().to_pylist()))
        return cls(labels, scores, len(hosts))


@dataclass(frozen=True, slots=True)
class CardFigures:
    """What a model said of the pages it was measured on.

    Attributes:
        labels: share of each label, `(4,)`.
        score_edges: `(n_bins + 1,)`, from 0 to 1.
        scores: share of each bin, `(n_bins,)`.
        sites: counts by site, if the model has them.
        origin: where the figures come from, for people.
    """

    labels: Floats
    score_edges: Floats
    scores: Floats
    sites: SiteFigures | None
    origin: str

    @classmethod
    def of_sites(cls, sites: SiteFigures) -> "CardFigures":
        return cls(
            _shares(sites.labels.sum(axis=0)),
            np.array(SCORE_EDGES),
            _shares(sites.scores.sum(axis=0)),
            sites,
            "what it said of sites it had not seen",
        )

    @classmethod
    def of_card(cls, metrics: str, curve: RiskCoverageCurve, place: str) -> "CardFigures":
        """Make do with the labels that the model learned from and the tenths of its risk-coverage curve.

        Raises:
            ModelError: naming `place`, if the metrics are damaged.
        """
        try:
            units = json.loads(metrics)["data"]["n_units"]
            labels = _shares(np.array([units[label] for label in LABELS], np.int64))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{place}: not the metrics of a model; train it again with train.py") from error
        edges, scores = _tenths(curve)
        return cls(labels, edges, scores, None, "labels it learned from, scores on sites it had not seen")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the run is from the card.

    Attributes:
        psi: population stability index.
        limit: what it takes for a warning; None if the card has no figures by site.
        is_harmless: the run parts from the card in a direction of which nobody need be warned.
    """

    psi: float
    limit: float | None
    is_harmless: bool = False

    @property
    def is_shift(self) -> bool:
        return self.limit is not None and self.psi > self.limit and not self.is_harmless


@dataclass(frozen=True, slots=True)
class Drift:
    """A run beside its model's card; shares are in the order of labels, or of bins from low to high.

    Attributes:
        n_sentences: of the run.
        n_sites: of the run.
        origin: of the card's figures.
        labels: distance of the mix of wanted labels.
        scores: distance of the score histogram.
        label_shares: card and run, `(2, 4)`.
        score_edges: `(n_bins + 1,)`.
        score_shares: card and run, `(2, n_bins)`.
    """

    n_sentences: int
    n_sites: int
    origin: str
    labels: Distance
    scores: Distance
    label_shares: Floats
    score_edges: Floats
    score_shares: Floats

    @property
    def wanted_shares(self) -> Floats:
        """Shares of the wanted labels among themselves, card and run, `(2, 3)`; all 0 if there is no such sentence."""
        return np.stack([_wanted(shares) for shares in self.label_shares])

    @property
    def is_shift(self) -> bool:
        return self.labels.is_shift or self.scores.is_shift

    def as_json(self) -> dict[str, object]:
        return {
            "sentences": self.n_sentences,
            "sites": self.n_sites,
            "card": self.origin,
            "warning": self.is_shift,
            "labels": _as_json(self.labels, self.label_shares) | {"labels": LABELS, "psi_among": WANTED_LABELS},
            "scores": _as_json(self.scores, self.score_shares) | {"edges": self.score_edges.round(6).tolist()},
        }


def drift(run: RunFigures, card: CardFigures) -> Drift | None:
    """Hold a run against a card; None if the run has no sentences."""
    if not run.labels.sum():
        return None
    middles = (np.arange(_FINE_BINS) + 0.5) / _FINE_BINS
    scores = _shares(np.histogram(middles, card.score_edges, weights=run.scores)[0])
    labels = _shares(run.labels)
    return Drift(
        n_sentences=int(run.labels.sum()),
        n_sites=run.n_sites,
        origin=card.origin,
        labels=Distance(
            psi(_wanted(labels), _wanted(card.labels)),
            None if card.sites is None else _limit(card.sites.labels[:, _WANTED], run.n_sites),
        ),
        scores=Distance(
            psi(scores, card.scores),
            None if card.sites is None else _limit(card.sites.scores, run.n_sites),
            is_harmless=bool((scores - card.scores) @ (card.score_edges[:-1] + card.score_edges[1:]) > 0),
        ),
        label_shares=np.stack([card.labels, labels]),
        score_edges=card.score_edges,
        score_shares=np.stack([card.scores, scores]),
    )


def psi(one: Floats, other: Floats) -> float:
    """Population stability index of two distributions over the same bins."""
    one, other = np.maximum(one, _SMALLEST_SHARE), np.maximum(other, _SMALLEST_SHARE)
    return float(((one - other) * np.log(one / other)).sum())


def _limit(counts: NDArray[np.int64], n_sites: int) -> float:
    """What it takes for a warning, by samples of the sites whose counts are the rows."""
    draws = np.random.default_rng(0).multinomial(n_sites, np.full(len(counts), 1 / len(counts)), _N_DRAWS) @ counts
    of_card = _shares(counts.sum(axis=0))
    distances = [psi(_shares(draw), of_card) for draw in draws if draw.sum()] or [0.0]
    return max(SHIFT, float(np.quantile(distances, 1 - CHANCE)))


def _tenths(curve: RiskCoverageCurve) -> tuple[Floats, Floats]:
    """Edges of bins that each hold about a tenth of the sentences, and what they hold, from low scores to high."""
    thresholds, coverage = np.array(curve.threshold[::-1]), np.array(curve.coverage[::-1])
    above = np.interp(np.arange(_QUANTILES - 1, 0, -1) / _QUANTILES, coverage[::-1], np.arange(len(coverage))[::-1])
    chosen = np.unique(above.round().astype(int))
    edges = np.unique(np.concatenate([[0.0], thresholds[chosen], [1.0]]))
    reach = np.concatenate([[1.0], np.interp(edges[1:-1], thresholds, coverage), [0.0]])
    return edges, -np.diff(reach)


def _shares(counts: NDArray[np.number]) -> Floats:
    """All 0 if nothing was counted."""
    return np.asarray(counts / (counts.sum() or 1), np.float64)


def _wanted(shares: Floats) -> Floats:
    return _shares(shares[_WANTED])


def _as_json(distance: Distance, shares: Floats) -> dict[str, object]:
    return {
        "psi": round(distance.psi, 6),
        "limit": None if distance.limit is None else round(distance.limit, 6),
        "card": shares[0].round(6).tolist(),
        "run": shares[1].round(6).tolist(),
    }


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
