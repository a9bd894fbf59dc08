"""The smaller pictures of the first screen: how sure the model was, and the label mix by site."""

from dataclasses import dataclass
from typing import Final

from pipeline.audit.report.run_record import Host, RunRecord
from pipeline.audit.report.sentence_totals import LOWEST_SCORE, N_BINS, SentenceTotals
from pipeline.schema import LABELS

MAX_SITES: Final = 10


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """Sentences of a label whose scores lie between `low` and `high`; heights are shares of the label's tallest bar."""

    low: float
    high: float
    decided: int
    undecided: int
    decided_height: float
    undecided_height: float


@dataclass(frozen=True, slots=True)
class ScoreHistogram:
    """Scores of one label."""

    label: str
    sentences: int
    bars: tuple[ScoreBar, ...]


@dataclass(frozen=True, slots=True)
class SiteSegment:
    """A label's part of a site's bar; place and width are shares of the bar."""

    label: str
    sentences: int
    place: float
    width: float


@dataclass(frozen=True, slots=True)
class SiteBar:
    """The label mix of a site; `weight` is the share of the largest site's sentences."""

    name: str
    hosts: int
    sentences: int
    weight: float
    segments: tuple[SiteSegment, ...]


def score_histograms(totals: SentenceTotals) -> list[ScoreHistogram]:
    """One histogram for each label, in the order of `schema.LABELS`, from the lowest score to the highest."""
    return [_histogram(label, totals.sentences[index].tolist()) for index, label in enumerate(LABELS)]


def site_bars(record: RunRecord) -> list[SiteBar]:
    """The sites with the most sentences; the rest in one last bar."""
    told, rest = record.hosts[:MAX_SITES], record.hosts[MAX_SITES:]
    if rest:
        sums = tuple(sum(host.sentences[index] for host in rest) for index in range(len(LABELS)))
        told = (*told, Host("", sums, sum(host.hosts for host in rest)))
    most = max((sum(host.sentences) for host in told[:MAX_SITES]), default=1)
    return [_site_bar(host, most) for host in told if sum(host.sentences)]


def _histogram(label: str, bins: list[list[int]]) -> ScoreHistogram:
    tallest = max(1, *(sum(counts) for counts in bins))
    step = (1 - LOWEST_SCORE) / N_BINS
    bars = tuple(
        ScoreBar(
            low=round(LOWEST_SCORE + step * place, 6),
            high=round(LOWEST_SCORE + step * (place + 1), 6),
            decided=decided,
            undecided=undecided,
            decided_height=decided / tallest,
            undecided_height=undecided / tallest,
        )
        for place, (decided, undecided) in enumerate(bins)
    )
    return ScoreHistogram(label, sum(sum(counts) for counts in bins), bars)


def _site_bar(host: Host, most: int) -> SiteBar:
    total = sum(host.sentences)
    segments = []
    for index, label in enumerate(LABELS):
        place = sum(host.sentences[:index]) / total
        segments.append(SiteSegment(label, host.sentences[index], place, host.sentences[index] / total))
    return SiteBar(host.name, host.hosts, total, min(1.0, total / max(1, most)), tuple(segments))
