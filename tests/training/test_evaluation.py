from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest
from labelled_pages import SITES, labelled_page, small_corpus
from numpy.typing import NDArray

from pipeline.errors import CorpusError
from pipeline.schema import LABELS
from pipeline.training import evaluation
from pipeline.training.corpus import LabelledPage
from pipeline.training.evaluation import (
    Predictions,
    Scores,
    cross_validate,
    cross_validate_and_fit,
    expected_calibration_error,
    folds,
    stitched,
)
from pipeline.training.fit import fit_classifier, label_probabilities
from pipeline.training.silver import with_silver_labels
from pipeline.training.table import NO_LABEL, UnitTable, unit_table

TREATMENT, RESEARCH, NEWS, NOISE = range(4)


def all_folds(pages: list[LabelledPage], tested: NDArray[np.bool_] | None = None) -> list[tuple[UnitTable, UnitTable]]:
    table = unit_table(pages)
    return list(folds(table, np.ones(len(table), bool) if tested is None else tested))


def spliced(*sites: str) -> LabelledPage:
    """A page with one unit from each site."""
    return labelled_page("spliced", "scrape", [(f"Also in {site}", "news") for site in sites], sites)


def test_no_source_stands_on_both_sides_of_a_fold() -> None:
    for train, test in all_folds([*small_corpus(), spliced("alder", "birch"), spliced("fir", "elm")]):
        assert not set(train.source) & set(test.source)


def test_every_page_is_tested_once() -> None:
    tested = np.concatenate([np.unique(test.page) for _, test in all_folds(small_corpus())])
    assert sorted(tested) == list(range(12))


def test_a_page_is_tested_with_the_units_around_its_labels() -> None:
    for _, test in all_folds(small_corpus()):
        assert (np.bincount(test.page)[np.unique(test.page)] == 9).all()
        assert (test.label == NO_LABEL).sum() == len(np.unique(test.page))


def test_a_spliced_page_is_never_tested_and_trains_only_where_no_source_of_it_is_held() -> None:
    pages = [*small_corpus(), spliced("alder", "birch")]
    for train, test in all_folds(pages):
        held = {"alder", "birch"} & set(test.source)
        assert not test.spliced.any()
        assert train.spliced.sum() == (0 if held else 2)


def with_silver(pages: list[LabelledPage]) -> list[LabelledPage]:
    """The same pages, where a reader says of every unit without a label that it is noise."""
    return with_silver_labels(pages, {page.id: ["noise"] * len(page.units) for page in pages})


def test_nothing_is_tested_on_silver_labels() -> None:
    pages = small_corpus()
    for (_, test), (_, same) in zip(all_folds(pages), all_folds(with_silver(pages)), strict=True):
        np.testing.assert_array_equal(same.label, test.label)
        np.testing.assert_array_equal(stitched(same).text, stitched(test).text)


def test_silver_labels_train() -> None:
    for train, _ in all_folds(with_silver(small_corpus())):
        assert (train.label[train.silver] == NOISE).all()
        assert train.silver.sum() == len(np.unique(train.page))


def test_a_text_that_is_labelled_in_the_test_fold_has_no_silver_label_in_training() -> None:
    texts = [("Log in", "noise"), ("Rest", None)]
    pages = [labelled_page(f"{site}-more", site, texts[::step]) for site, step in zip(SITES, (1, -1) * 3, strict=True)]
    shared = [labelled_page(f"{page.id}-all", page.source, [("Rest", "treatment")]) for page in pages]
    for train, _ in all_folds([*small_corpus(), *with_silver(pages), *shared]):
        assert (train.text[train.silver] == "Rest").any()
        assert (train.label[train.silver] == NO_LABEL).all()


def test_a_text_that_is_labelled_in_the_test_fold_has_no_label_in_training() -> None:
    pages = [labelled_page(f"{site}-more", site, [("Log in", "noise"), ("Rest", "treatment")]) for site in SITES]
    for train, _ in all_folds([*small_corpus(), *pages]):
        shared = np.isin(train.text.astype(str), ["Log in", "Rest"])
        assert shared.any()
        assert (train.label[shared] == NO_LABEL).all()
        assert (train.label[~shared] != NO_LABEL).any()


def test_a_text_without_a_label_in_the_test_fold_keeps_its_label_in_training() -> None:
    pages = [labelled_page(f"{site}-more", site, [("Log in", "noise" if site == "fir" else None)]) for site in SITES]
    kept = [
        train.label[train.text == "Log in"].max(initial=NO_LABEL) for train, _ in all_folds([*small_corpus(), *pages])
    ]
    assert kept.count(NOISE) == 4


def test_pages_that_are_not_to_be_tested_only_train() -> None:
    pages = [*small_corpus(), *small_corpus(["gorse"])]
    tested = np.repeat([page.source != "gorse" for page in pages], 9)
    for train, test in all_folds(pages, tested):
        assert "gorse" in train.source
        assert "gorse" not in test.source


def test_too_few_sources_are_refused() -> None:
    with pytest.raises(CorpusError, match="takes labels from 5 sources, here are 4; label more"):
        all_folds(small_corpus(SITES[:4]))


def test_stitched_pages_have_nine_units_and_only_labelled_ones() -> None:
    table = stitched(unit_table(small_corpus()))
    assert np.bincount(table.page).tolist() == [9] * 10 + [6]
    assert (table.label != NO_LABEL).all()


def test_stitching_keeps_every_labelled_unit_once() -> None:
    table = unit_table(small_corpus())
    assert sorted(stitched(table).text) == sorted(table.text[table.label != NO_LABEL])


def test_stitching_keeps_the_order_inside_runs_and_cuts_after_three_units() -> None:
    units = [[(f"{site} {number}", "news") for number in range(30)] for site in SITES]
    pages = [labelled_page(site, site, lines) for site, lines in zip(SITES, units, strict=True)]
    places = [(text.split()[0], int(text.split()[1])) for text in stitched(unit_table(pages)).text]
    cuts = [0, *(i for i, ((a, m), (b, n)) in enumerate(pairwise(places), 1) if (a, m + 1) != (b, n)), len(places)]
    lengths = [end - start for start, end in pairwise(cuts)]
    assert np.mean(lengths) == pytest.approx(1.75, abs=0.4)  # mean of 1, 1, 2 and 3
    assert max(lengths) <= 6  # two runs of three that met again by chance


def test_stitching_is_the_same_for_the_same_seed_only() -> None:
    table = unit_table(small_corpus())
    assert stitched(table).text.tolist() == stitched(table).text.tolist()
    assert stitched(table).text.tolist() != stitched(table, seed=1).text.tolist()


PREDICTIONS = Predictions(
    label=np.array([TREATMENT, TREATMENT, RESEARCH, NEWS, NOISE, NOISE]),
    proba=np.array(
        [
            [0.7, 0.1, 0.1, 0.1],
            [0.2, 0.1, 0.1, 0.6],
            [0.1, 0.7, 0.1, 0.1],
            [0.1, 0.7, 0.1, 0.1],
            [0.1, 0.1, 0.1, 0.7],
            [0.6, 0.1, 0.1, 0.2],
        ],
        np.float32,
    ),
    source=np.array(["alder"] * 4 + ["birch"] * 2, object),
)


def test_scores_are_these_of_a_small_example() -> None:
    scores = PREDICTIONS.scores()
    macro_f1 = (1 / 2 + 2 / 3 + 0 + 1 / 2) / 4
    ece = (4 * (0.75 - 0.7) + 2 * (0.6 - 0)) / 6
    expected = Scores(macro_f1, accuracy=3 / 6, wanted_recall=3 / 4, noise_recall=1 / 2, ece=ece)
    assert asdict(scores) == pytest.approx(asdict(expected))


def test_a_label_that_nobody_has_does_not_lower_macro_f1() -> None:
    proba = np.eye(4, dtype=np.float32)[[TREATMENT, NOISE]]
    perfect = Predictions(np.array([TREATMENT, NOISE]), proba, np.array(["alder", "birch"], object))
    assert perfect.scores().macro_f1 == 1


def test_scores_that_tell_the_truth_have_no_calibration_error() -> None:
    proba = np.tile(np.array([0.75, 0.25, 0, 0], np.float32), (4, 1))
    assert expected_calibration_error(np.array([0, 0, 0, 1]), proba) == pytest.approx(0)


@pytest.mark.parametrize(("label", "expected"), [([0, 0], 0), ([0, 1], 0.5), ([1, 1], 1)])
def test_the_calibration_error_of_certain_scores_is_the_share_of_errors(label: list[int], expected: float) -> None:
    proba = np.array([[1, 0, 0, 0], [1, 0, 0, 0]], np.float32)
    assert expected_calibration_error(np.array(label), proba) == expected


def test_cross_validation_pools_every_label_once_whole_and_stitched(monkeypatch: pytest.MonkeyPatch) -> None:
    table = unit_table([*small_corpus(), spliced("alder", "birch")])
    monkeypatch.setattr(evaluation, "fit_classifier", lambda train, **_: train)
    monkeypatch.setattr(evaluation, "label_probabilities", lambda _, test: np.eye(4, dtype=np.float32)[test.label])
    results = cross_validate(table, np.ones(len(table), bool))
    assert list(results) == ["whole", "stitched"]
    for predictions in results.values():
        assert np.bincount(predictions.label).tolist() == [24] * 4
        assert predictions.scores().accuracy == 1
        assert sorted(predictions.source) == sorted(site for site in SITES for _ in range(16))


def test_a_cross_validated_classifier_has_learned_from_other_sites() -> None:
    table = unit_table(small_corpus(pages_of_a_site=8))
    results = cross_validate(table, np.ones(len(table), bool))
    assert results["whole"].proba.shape == (384, len(LABELS))
    assert min(predictions.scores().accuracy for predictions in results.values()) > 0.8


def test_what_is_fitted_beside_the_folds_has_learned_from_everything() -> None:
    table = unit_table(small_corpus(pages_of_a_site=2))
    tested = np.ones(len(table), bool)
    results, classifier = cross_validate_and_fit(table, tested, n_jobs=2)
    alone = label_probabilities(fit_classifier(table), table)
    np.testing.assert_array_equal(label_probabilities(classifier, table), alone)
    for name, predictions in cross_validate(table, tested).items():
        np.testing.assert_array_equal(results[name].proba, predictions.proba)


def test_the_score_is_the_highest_probability_and_a_hit_is_a_right_guess() -> None:
    assert PREDICTIONS.score.tolist() == pytest.approx([0.7, 0.6, 0.7, 0.7, 0.7, 0.6])
    assert PREDICTIONS.hit.tolist() == [True, False, True, False, True, False]


def test_the_risk_coverage_curve_is_that_of_scores_hits_and_sources() -> None:
    curve = PREDICTIONS.risk_coverage()
    assert (curve.threshold, curve.coverage) == ((0.7, 0.6), (0.666667, 1))
    assert (curve.error, curve.n_sources, curve.n_sentences) == ((0.25, 0.5), 2, 6)
