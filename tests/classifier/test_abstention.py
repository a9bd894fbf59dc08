import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.classifier.abstention import DECIDES_NOTHING, RiskCoverageCurve, risk_coverage, upper_bound
from pipeline.errors import ModelError

CURVE = RiskCoverageCurve.of_columns([[0.9, 0.7, 0.5], [0.2, 0.6, 1], [0, 0.01, 0.1], [0.02, 0.04, 0.12]], 30, 900)
SEEDS = st.integers(0, 2**16).map(np.random.default_rng)


def sites(
    random: np.random.Generator, n_sites: int, size: int = 20
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.object_]]:
    """Score, hit and source; scores tell the truth on average, sites err more or less than that."""
    score = random.uniform(0.25, 1, (n_sites, size))
    luck = random.normal(0, 0.15, (n_sites, 1))
    hit = random.random((n_sites, size)) < np.clip(score + luck, 0, 1)
    return score.ravel(), hit.ravel(), np.repeat([f"site {number}" for number in range(n_sites)], size).astype(object)


def true_error(threshold: float) -> float:
    """Of the sites above, found from many of them."""
    score, hit, _ = sites(np.random.default_rng(99), 20_000)
    return float(1 - hit[score >= threshold].mean()) if threshold < 1 else 0.0


@pytest.mark.parametrize(("max_error", "threshold"), [(0.02, 0.9), (0.03, 0.9), (0.04, 0.7), (0.1, 0.7), (0.12, 0.5)])
def test_the_lowest_threshold_whose_bound_is_low_enough_is_taken(max_error: float, threshold: float) -> None:
    assert CURVE.threshold_for(max_error) == threshold


def test_an_error_out_of_reach_decides_nothing() -> None:
    assert CURVE.threshold_for(0.01) == DECIDES_NOTHING == math.inf


def test_the_search_ends_at_the_first_bound_that_is_too_high() -> None:
    curve = RiskCoverageCurve.of_columns([[0.9, 0.7, 0.5], [0.2, 0.6, 1], [0.0, 0.0, 0.0], [0.02, 0.2, 0.01]], 30, 900)
    assert curve.threshold_for(0.05) == 0.9


@given(SEEDS)
def test_a_smaller_error_never_decides_more(random: np.random.Generator) -> None:
    curve = risk_coverage(*sites(random, 40))
    thresholds = [curve.threshold_for(max_error) for max_error in np.linspace(0.01, 0.9, 30)]
    assert thresholds == sorted(thresholds, reverse=True)


@given(SEEDS, st.integers(2, 60))
def test_coverage_and_error_are_those_of_the_sentences_that_score_enough(
    random: np.random.Generator, n_sites: int
) -> None:
    score, hit, source = sites(random, n_sites)
    curve = risk_coverage(score, hit, source)
    for threshold, coverage, error in zip(curve.threshold, curve.coverage, curve.error, strict=True):
        decided = np.round(score, 6) >= threshold
        assert coverage == pytest.approx(decided.mean(), abs=1e-6)
        assert error == pytest.approx(1 - hit[decided].mean(), abs=1e-6)
    assert (curve.n_sources, curve.n_sentences) == (n_sites, len(score))


@given(SEEDS)
def test_the_curve_goes_from_a_twentieth_of_the_sentences_to_all(random: np.random.Generator) -> None:
    curve = risk_coverage(*sites(random, 30))
    assert list(curve.threshold) == sorted(curve.threshold, reverse=True)
    assert curve.coverage[0] == pytest.approx(0.05, abs=0.01)
    assert curve.coverage[-1] == 1


@given(SEEDS)
def test_the_bound_lies_above_the_error(random: np.random.Generator) -> None:
    curve = risk_coverage(*sites(random, 30))
    assert all(bound > error for bound, error in zip(curve.bound, curve.error, strict=True))


def test_nine_times_in_ten_and_more_the_error_on_other_sites_is_at_most_the_one_asked_for() -> None:
    random, kept = np.random.default_rng(5), 0
    for _ in range(200):
        kept += true_error_at(risk_coverage(*sites(random, 60)).threshold_for(0.15)) <= 0.15
    assert kept / 200 > 0.9


TRUE_ERRORS = {threshold: true_error(threshold) for threshold in np.round(np.linspace(0.2, 1, 81), 2)}


def true_error_at(threshold: float) -> float:
    return TRUE_ERRORS[min(TRUE_ERRORS, key=lambda known: abs(known - min(threshold, 1)))]


def test_a_threshold_is_found_where_there_is_one() -> None:
    threshold = risk_coverage(*sites(np.random.default_rng(5), 200)).threshold_for(0.15)
    assert 0.6 < threshold < 0.9


@pytest.mark.parametrize(("n_sources", "bound"), [(10, 0.1), (100, 0.01), (1000, 0.001)])
def test_without_an_error_the_bound_is_about_two_wrong_sites(n_sources: int, bound: float) -> None:
    decided = np.full((1, n_sources), 5.0)
    assert upper_bound(np.zeros_like(decided), decided) == pytest.approx([2.3 * bound], rel=0.1)


def test_sites_that_err_together_prove_less_than_sites_that_err_alike() -> None:
    decided = np.full((1, 50), 10.0)
    alike = np.ones((1, 50))
    together = np.where(np.arange(50) < 5, 10.0, 0)[None]
    assert upper_bound(together, decided) > upper_bound(alike, decided) + 0.02


def test_a_bound_is_never_above_one() -> None:
    assert upper_bound(np.full((1, 3), 4.0), np.full((1, 3), 4.0)).tolist() == [1]


def test_one_site_proves_nothing() -> None:
    score = np.linspace(0.5, 1, 50)
    curve = risk_coverage(score, np.ones(50, bool), np.full(50, "alder", object))
    assert set(curve.bound) == {1}


def test_equal_scores_are_decided_together() -> None:
    curve = risk_coverage(np.full(40, 0.75), np.arange(40) > 3, np.arange(40).astype(object) // 4)
    assert (curve.threshold, curve.coverage, curve.error) == ((0.75,), (1.0,), (0.1,))


@given(SEEDS)
def test_a_curve_survives_its_json(random: np.random.Generator) -> None:
    curve = risk_coverage(*sites(random, 12))
    assert RiskCoverageCurve.from_json(curve.as_json(), "here") == curve


def test_the_json_says_how_sure_the_bound_is() -> None:
    assert json.loads(CURVE.as_json())["confidence"] == 0.9


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(CURVE.as_json()).items() if key != name}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps(without("bound")), json.dumps({**without(""), "bound": [1]})]
)
def test_what_is_no_curve_is_refused(text: str) -> None:
    with pytest.raises(
        ModelError, match=r"^models/a: not a risk-coverage curve; train the model again with train\.py$"
    ):
        RiskCoverageCurve.from_json(text, "models/a")
