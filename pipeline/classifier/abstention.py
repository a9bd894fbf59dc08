"""When to abstain: the score from which sentences are decided so that few of those decided are wrong.

Sentences of a site err together, so sites are what is counted: they are taken as drawn independently, and the sites to
come as drawn like them. The *error* at a score is the share of wrong labels among all sentences that score at least as
much (the selective risk of Geifman & El-Yaniv, NeurIPS 2017). Its upper bound is that of a ratio of sums over clusters
(Cochran, Sampling Techniques, 1977, ch. 6), one-sided, with Student's t, after one more site is added that is of mean
size and wrong throughout: so that a score at which nothing was wrong by luck does not count as safe, and few sites
prove little. Scores are tested from the highest down, and the first one whose bound is too high ends the search (fixed
sequence testing, Learn then Test, Angelopoulos et al., 2021): so all tests together err as seldom as one.

Guaranteed, up to the approximation of the mean over sites by a normal distribution: with probability `CONFIDENCE` over
the sites that were labelled, the error among decided sentences, over all sites to come, is at most the one asked for.
Not guaranteed: a single site or label may have more errors; sites of another kind, or pages stitched from many, have
more; and what is wrong is what the labelled corpus says is wrong. The predictions are out of fold, of classifiers that
have seen a little less than the one that is used.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.errors import ModelError
from pipeline.schema import SCORE_DECIMALS

CONFIDENCE: Final = 0.9
ABSTENTION_FILE: Final = "abstention.json"
"""In a model's folder: its `RiskCoverageCurve`."""

DECIDES_NOTHING: Final = float("inf")
"""A threshold that no score reaches."""

_COVERAGES: Final = np.arange(5, 101) / 100
_COLUMNS: Final = ("threshold", "coverage", "error", "bound")


@dataclass(frozen=True, slots=True)
class RiskCoverageCurve:
    """What abstaining below a score costs and brings; columns of equal length, the highest threshold first.

    Attributes:
        threshold: a sentence is decided if its score is at least this.
        coverage: share of sentences decided.
        error: share of wrong labels among them.
        bound: upper confidence bound of that share on other sites.
        n_sources: sites behind it.
        n_sentences: sentences behind it.
    """

    threshold: tuple[float, ...]
    coverage: tuple[float, ...]
    error: tuple[float, ...]
    bound: tuple[float, ...]
    n_sources: int
    n_sentences: int

    @classmethod
    def of_columns(cls, columns: ArrayLike, n_sources: int, n_sentences: int) -> Self:
        """Take threshold, coverage, error and bound, `(4, n_thresholds)`."""
        rows = np.round(np.asarray(columns, np.float64), SCORE_DECIMALS).tolist()
        threshold, coverage, error, bound = map(tuple, rows)
        return cls(threshold, coverage, error, bound, n_sources, n_sentences)

    def threshold_for(self, max_error: float) -> float:
        """The lowest threshold that keeps the error at or below `max_error`; `DECIDES_NOTHING` if none does."""
        safe = np.maximum.accumulate(self.bound) <= max_error
        return self.threshold[np.flatnonzero(safe)[-1]] if safe.any() else DECIDES_NOTHING

    def as_json(self) -> str:
        return json.dumps({"confidence": CONFIDENCE, **asdict(self)}) + "\n"

    @classmethod
    def from_json(cls, text: str, place: str) -> Self:
        """Read what `as_json` wrote.

        Raises:
            ModelError: naming `place`, if it is something else.
        """
        try:
            values = json.loads(text)
            return cls.of_columns([values[name] for name in _COLUMNS], values["n_sources"], values["n_sentences"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{place}: not a risk-coverage curve; train the model again with train.py") from error


def risk_coverage(
    score: NDArray[np.floating], hit: NDArray[np.bool_], source: NDArray[np.object_]
) -> RiskCoverageCurve:
    """Measure the errors among the highest-scored sentences, five per cent of them to all.

    Args:
        score: probability of the label given, out of fold, `(n_sentences,)`.
        hit: whether the label is right.
        source: the site.
    """
    score = np.round(score.astype(np.float64), SCORE_DECIMALS)
    _, code = np.unique(source.astype(str), return_inverse=True)
    thresholds = np.unique(np.quantile(score, 1 - _COVERAGES, method="higher"))[::-1]
    decided = np.stack([np.bincount(code, score >= threshold).astype(float) for threshold in thresholds])
    wrong = np.stack([np.bincount(code, (score >= threshold) & ~hit).astype(float) for threshold in thresholds])
    columns = (
        thresholds,
        decided.sum(axis=1) / len(score),
        wrong.sum(axis=1) / decided.sum(axis=1),
        upper_bound(wrong, decided),
    )
    return RiskCoverageCurve.of_columns(columns, decided.shape[1], len(score))


def upper_bound(wrong: NDArray[np.float64], decided: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bound the error among decided sentences on other sites, `(n_thresholds,)`, at most 1.

    Args:
        wrong: wrong sentences among those decided, `(n_thresholds, n_sources)`.
        decided: decided sentences, the same shape; some in every row.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - labelling does not wait for scipy.special

    n_sources = wrong.shape[1]
    if n_sources == 1:
        return np.ones(len(wrong))  # one site says nothing about others
    mean = decided.mean(axis=1, keepdims=True)
    wrong, decided = np.hstack([wrong, mean]), np.hstack([decided, mean])
    ratio = wrong.sum(axis=1) / decided.sum(axis=1)
    deviation = wrong - ratio[:, None] * decided
    standard_error = np.sqrt((deviation**2).sum(axis=1) / (n_sources * (n_sources + 1))) / mean[:, 0]
    return np.asarray(np.minimum(ratio + stdtrit(n_sources - 1, CONFIDENCE) * standard_error, 1))
