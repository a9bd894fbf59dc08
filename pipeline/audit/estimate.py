"""What the labels of an audit say about the whole run: wanted text that was removed, noise that stayed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.audit_sample import AuditPlan
from pipeline.audit.intervals import Floats, Interval, Shares, ratio
from pipeline.training.corrections import SentenceKey

_FARTHEST: Final = 1e6
_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class ErrorShare:
    """A share with its interval, and what a narrower one would take.

    Attributes:
        interval: of 95 per cent.
        more_labels: sentences to label, drawn and spread like those of the audit, until it is half as wide; None if
            nothing is known yet.
    """

    interval: Interval
    more_labels: int | None


@dataclass(frozen=True, slots=True)
class AuditEstimate:
    """Shares over a whole run, counted in sentences and in characters.

    Attributes:
        n_drawn: sentences in the sample.
        n_labelled: of them, that have a label.
        n_foreign: labels of sentences that are not in the sample; they count for nothing.
        wanted_removed, wanted_removed_characters: of all wanted text, the share that was removed.
        noise_kept, noise_kept_characters: of all unwanted text, the share that stayed.
    """

    n_drawn: int
    n_labelled: int
    n_foreign: int
    wanted_removed: ErrorShare
    wanted_removed_characters: ErrorShare
    noise_kept: ErrorShare
    noise_kept_characters: ErrorShare


@dataclass(frozen=True, slots=True)
class _Labelled:
    """What was found in each stratum, `(n_strata,)`.

    Attributes:
        kept: whether the stratum was kept.
        size: sentences in it.
        total: what its share is a share of, in sentences or characters.
        n_labels: sentences labelled.
        wanted: share of the labelled that is wanted.
        effective: number of equal sentences that tell as much.
    """

    kept: NDArray[np.bool_]
    size: Floats
    total: Floats
    n_labels: Floats
    wanted: Floats
    effective: Floats

    def wanted_removed(self) -> Interval:
        return ratio(self._shares(~self.kept, wanted=True), self._shares(self.kept, wanted=True))

    def noise_kept(self) -> Interval:
        return ratio(self._shares(self.kept, wanted=False), self._shares(~self.kept, wanted=False))

    def times(self, factor: float) -> "_Labelled":
        """The same findings from so many times the labels, of each stratum as many as it has at most."""
        n_labels = np.minimum(np.ceil(np.maximum(self.n_labels, np.minimum(self.size, 1)) * factor), self.size)
        growth = n_labels / np.maximum(self.n_labels, 1)
        effective = np.where(self.n_labels > 0, self.effective * growth, n_labels)
        return replace(self, n_labels=n_labels, effective=effective)

    def _shares(self, here: NDArray[np.bool_], *, wanted: bool) -> Shares:
        share = self.wanted if wanted else 1 - self.wanted
        return Shares.of(
            self.total[here], self.size[here], share[here], self.n_labels[here], effective=self.effective[here]
        )


def estimate(plan: AuditPlan, labels: Mapping[SentenceKey, str]) -> AuditEstimate:
    """Carry the labels of a sample over to the run.

    Sentences of the sample without a label are taken to be like the labelled ones of their stratum.

    Args:
        plan: how the sample was drawn.
        labels: what people say.
    """
    sentences, characters = _found(plan, labels)
    n_labelled = sum(key in plan.stratum_of_sentence for key in labels)
    return AuditEstimate(
        n_drawn=len(plan.stratum_of_sentence),
        n_labelled=n_labelled,
        n_foreign=len(labels) - n_labelled,
        wanted_removed=_error_share(sentences, "wanted_removed"),
        wanted_removed_characters=_error_share(characters, "wanted_removed"),
        noise_kept=_error_share(sentences, "noise_kept"),
        noise_kept_characters=_error_share(characters, "noise_kept"),
    )


def _found(plan: AuditPlan, labels: Mapping[SentenceKey, str]) -> tuple[_Labelled, _Labelled]:
    """Shares by sentence and by character; a long sentence counts for more, so that fewer tell as much (Kish, 1965)."""
    keys = [key for key in plan.stratum_of_sentence if key in labels]
    stratum = np.array([plan.stratum_of_sentence[key] for key in keys], np.int64)
    wanted = np.array([labels[key] in plan.keep for key in keys], np.float64)
    length = np.array([end - start for _, _, start, end in keys], np.float64)

    def sums(values: Floats) -> Floats:
        return np.bincount(stratum, values, minlength=len(plan.strata)).astype(np.float64)

    n_labels, n_characters = sums(np.ones(len(keys))), sums(length)
    kept = np.array([one.kept for one in plan.strata])
    size = np.array([one.n_sentences for one in plan.strata], np.float64)
    total = np.array([one.n_characters for one in plan.strata], np.float64)
    of_sentences = sums(wanted) / np.maximum(n_labels, 1)
    of_characters = sums(wanted * length) / np.maximum(n_characters, 1)
    effective = n_characters**2 / np.maximum(sums(length**2), 1)
    return (
        _Labelled(kept, size, size, n_labels, of_sentences, n_labels),
        _Labelled(kept, size, total, n_labels, of_characters, effective),
    )


def _error_share(found: _Labelled, name: str) -> ErrorShare:
    interval = _interval(found, name)
    if interval.share is None:
        return ErrorShare(interval, None)
    low, high = 1.0, _FARTHEST
    for _ in range(_STEPS):
        middle = (low * high) ** 0.5
        enough = _interval(found.times(middle), name).width <= interval.width / 2
        low, high = (low, middle) if enough else (middle, high)
    return ErrorShare(interval, int((found.times(high).n_labels - found.n_labels).clip(0).sum()))


def _interval(found: _Labelled, name: str) -> Interval:
    return found.wanted_removed() if name == "wanted_removed" else found.noise_kept()
