import json
from pathlib import Path

import numpy as np
import pytest
from labelled_lines import LINE_WORDS
from sentence_batches import Row, batch, page_rows

from pipeline.audit.card_figures import card_figures
from pipeline.audit.drift import CardFigures, Drift, RunFigures, drift, psi
from pipeline.classifier.abstention import RiskCoverageCurve
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import save_classifier
from pipeline.errors import ModelError
from pipeline.jobs.models import find_model
from pipeline.schema import LABELS
from pipeline.training.site_figures import SiteFigures

COLUMNS = np.array([[0.9, 0.8, 0.6, 0.4], [0.25, 0.5, 0.75, 1], [0] * 4, [0] * 4])
CURVE = RiskCoverageCurve.of_columns(COLUMNS, 9, 400)


def run(labels: list[int], score: float = 0.9, n_sites: int = 50) -> RunFigures:
    """A run whose sentences all have one score."""
    scores = np.zeros(1000, np.int64)
    scores[int(score * 1000)] = sum(labels)
    return RunFigures(np.array(labels), scores, n_sites)


def card(labels: list[list[int]]) -> CardFigures:
    """A card whose sentences score from 0.9 to 0.95."""
    counts = np.array(labels)
    scores = np.zeros((len(labels), 20), np.int64)
    scores[:, 18] = counts.sum(axis=1)
    return CardFigures.of_sites(SiteFigures(counts, scores))


def found(figures: RunFigures, known: CardFigures) -> Drift:
    result = drift(figures, known)
    assert result is not None
    return result


def test_the_index_is_the_sum_of_differences_times_log_ratios() -> None:
    expected = 0.2 * np.log(0.7 / 0.5) + (0.3 - 0.5) * np.log(0.3 / 0.5)
    assert psi(np.array([0.7, 0.3]), np.array([0.5, 0.5])) == pytest.approx(expected)
    assert psi(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0


def test_a_run_like_the_card_is_no_shift() -> None:
    result = found(run([10, 10, 10, 70]), card([[1, 1, 1, 7]] * 50))
    assert (result.labels.psi, result.labels.limit, result.is_shift) == (0, 0.25, False)


def test_another_mix_of_wanted_labels_is_a_shift() -> None:
    result = found(run([70, 10, 10, 10]), card([[1, 1, 1, 7]] * 50))
    assert result.wanted_shares.round(6).tolist() == [[0.333333] * 3, [0.777778, 0.111111, 0.111111]]
    assert result.labels.psi == pytest.approx((7 / 9 - 1 / 3) * np.log(7 / 3) + 2 * (1 / 9 - 1 / 3) * np.log(1 / 3))
    assert (result.labels.is_shift, result.scores.is_shift) == (True, False)


def test_more_noise_is_no_shift_as_it_depends_on_how_much_of_a_page_is_handed_in() -> None:
    result = found(run([10, 10, 10, 970]), card([[1, 1, 1, 3]] * 50))
    assert result.labels.psi == pytest.approx(0)
    assert not result.is_shift
    assert result.label_shares[:, 3].tolist() == [0.5, 0.97]


def test_a_run_without_a_wanted_sentence_is_a_shift() -> None:
    result = found(run([0, 0, 0, 100]), card([[1, 1, 1, 1]] * 50))
    assert (result.wanted_shares[1].tolist(), result.is_shift) == ([0, 0, 0], True)


@pytest.mark.parametrize(("score", "is_shift"), [(0.4, True), (0.92, False), (0.97, False)])
def test_lower_scores_are_a_shift_and_higher_ones_are_not(score: float, is_shift: bool) -> None:  # noqa: FBT001 - a case
    result = found(run([10, 10, 10, 70], score=score), card([[1, 1, 1, 7]] * 50))
    assert (result.labels.is_shift, result.scores.is_shift) == (False, is_shift)
    assert (result.scores.psi > 1) == (score != 0.92)


def test_a_run_of_few_sites_may_part_by_chance() -> None:
    sites = card([[100, 0, 0, 0], [0, 0, 100, 0]] * 20)
    one, many = (found(run([100, 0, 0, 0], n_sites=n_sites), sites) for n_sites in (1, 40))
    assert one.labels.psi == many.labels.psi > 0.25
    assert (one.labels.is_shift, many.labels.is_shift) == (False, True)


def test_a_run_without_sentences_has_no_drift() -> None:
    assert drift(run([0, 0, 0, 0]), card([[1, 1, 1, 1]])) is None


def test_a_run_is_counted_by_label_score_and_host() -> None:
    pages = [
        page_rows("a", [Row("x", "news", 0.5), Row("y", "noise", 1.0)], "https://alder.example/1"),
        page_rows("b", [Row("z", "news", 0.5)], "https://alder.example/2"),
        page_rows("c", [Row("z", "news", 0.5)], "http://[broken"),
        page_rows("d", [Row("z", "news", 0.5)]),
    ]
    figures = RunFigures.of([batch(*pages[:1]), batch(*pages[1:])])
    assert (figures.labels.tolist(), figures.n_sites) == ([0, 0, 4, 1], 2)
    assert {int(place): int(figures.scores[place]) for place in figures.scores.nonzero()[0]} == {500: 4, 999: 1}


def test_a_card_without_figures_by_site_makes_do_and_sets_no_limit() -> None:
    units = dict(zip(LABELS, (1, 1, 1, 7), strict=True))
    known = CardFigures.of_card(json.dumps({"data": {"n_units": units}}), CURVE, "metrics.json")
    assert known.labels.tolist() == [0.1, 0.1, 0.1, 0.7]
    assert known.scores.sum() == pytest.approx(1)
    result = found(run([70, 10, 10, 10]), known)
    assert (result.labels.limit, result.is_shift) == (None, False)
    assert result.labels.psi > 0.25


def test_the_tenths_of_a_curve_hold_a_tenth_each() -> None:
    thresholds = np.linspace(0.99, 0.3, 100)
    columns = np.stack([thresholds, np.arange(1, 101) / 100, np.zeros(100), np.zeros(100)])
    curve = RiskCoverageCurve.of_columns(columns, 9, 400)
    known = CardFigures.of_card(json.dumps({"data": {"n_units": dict.fromkeys(LABELS, 1)}}), curve, "metrics.json")
    assert len(known.scores) == 10
    assert known.scores.tolist() == pytest.approx([0.1] * 10, abs=0.011)


def test_damaged_metrics_are_refused() -> None:
    with pytest.raises(ModelError, match=r"m/metrics\.json: not the metrics of a model"):
        CardFigures.of_card("{}", CURVE, "m/metrics.json")


def test_the_shipped_model_has_figures_and_one_that_was_not_measured_has_none(model_folder: Path) -> None:
    shipped = card_figures(find_model().path)
    assert shipped is not None
    assert [shipped.labels.sum(), shipped.scores.sum()] == pytest.approx([1, 1])
    assert card_figures(model_folder) is None


def test_figures_by_site_come_before_others(tmp_path: Path, line_classifier: SentenceClassifier) -> None:
    sites = SiteFigures(np.array([[1, 1, 1, 1]]), np.ones((1, 20), np.int64))
    save_classifier(line_classifier, tmp_path, {"sites.json": sites.as_json()}, LINE_WORDS)
    known = card_figures(tmp_path)
    assert known is not None
    assert known.origin == "what it said of sites it had not seen"


def test_the_result_can_be_written_as_json() -> None:
    written = found(run([70, 10, 10, 10]), card([[1, 1, 1, 7]] * 50)).as_json()
    assert json.loads(json.dumps(written))["labels"]["card"] == [0.1, 0.1, 0.1, 0.7]
    assert (written["sentences"], written["sites"], written["warning"]) == (100, 50, True)
