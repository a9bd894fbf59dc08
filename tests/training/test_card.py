import json

import numpy as np
import pytest
from labelled_pages import labelled_page, small_corpus

from pipeline.schema import LABELS
from pipeline.training.card import (
    TrainingData,
    confusion_table,
    hardest_sources,
    label_table,
    max_error_table,
    metrics_json,
    model_card,
    reliability_table,
    risk_coverage_table,
    score_table,
)
from pipeline.training.evaluation import Predictions
from pipeline.training.silver import with_silver_labels

SOURCES = ["alder"] * 4 + ["birch"] * 2
WHOLE = Predictions(
    label=np.array([0, 0, 1, 2, 3, 3]),
    proba=np.eye(4, dtype=np.float32)[[0, 3, 1, 1, 3, 0]],
    source=np.array(SOURCES, object),
)
STITCHED = Predictions(WHOLE.label, np.eye(4, dtype=np.float32)[WHOLE.label], WHOLE.source)
RESULTS = {"whole": WHOLE, "stitched": STITCHED}
NO_SILVER = dict.fromkeys(LABELS, 0)
DATA = TrainingData(
    ("corpus",), 3, 2, {"treatment": 2, "clinical_research": 1, "news": 1, "noise": 2}, NO_SILVER, {"CC0-1.0": 3}
)


def test_training_data_is_counted() -> None:
    page = labelled_page("more", "scrape", [("Log in", None), ("Rest", "treatment")], ["gorse", "alder"])
    data = TrainingData.of(["a", "b"], [*small_corpus(), page])
    assert data == TrainingData(
        corpora=("a", "b"),
        n_pages=13,
        n_sources=7,
        n_units={"treatment": 25, "clinical_research": 24, "news": 24, "noise": 24},
        n_silver=NO_SILVER,
        licenses={"CC0-1.0": 13},
    )


def test_silver_labels_are_counted_apart() -> None:
    page = labelled_page("more", "scrape", [("Log in", None), ("Rest", "treatment"), ("Menu", None)])
    (page,) = with_silver_labels([page], {"more": ("noise", "news", "noise")})
    data = TrainingData.of(["a"], [page])
    assert (data.n_units, data.n_silver) == (NO_SILVER | {"treatment": 1}, NO_SILVER | {"noise": 2})
    card = model_card("default", "python train.py", data, {})
    assert "0 noise; silver labels: 0 treatment, 0 clinical_research, 0 news, 2 noise." in card


def test_the_score_table_has_one_row_for_each_way_of_testing() -> None:
    assert score_table(RESULTS).splitlines() == [
        "| pages | macro-F1 | accuracy | wanted recall | noise recall | ECE |",
        "|---|---|---|---|---|---|",
        "| whole | 0.417 | 0.500 | 0.750 | 0.500 | 0.500 |",
        "| stitched | 1.000 | 1.000 | 1.000 | 1.000 | 0.000 |",
    ]


def test_the_label_table_has_one_row_for_each_label() -> None:
    assert label_table(WHOLE).splitlines()[2:] == [
        "| `treatment` | 0.500 | 0.500 | 0.500 | 2 |",
        "| `clinical_research` | 0.500 | 1.000 | 0.667 | 1 |",
        "| `news` | 0.000 | 0.000 | 0.000 | 1 |",
        "| `noise` | 0.500 | 0.500 | 0.500 | 2 |",
    ]


def test_the_confusion_table_has_true_labels_down_and_given_ones_across() -> None:
    assert confusion_table(WHOLE).splitlines() == [
        "| true \\ given | treatment | clinical_research | news | noise |",
        "|---|---|---|---|---|",
        "| `treatment` | 1 | 0 | 0 | 1 |",
        "| `clinical_research` | 0 | 1 | 0 | 0 |",
        "| `news` | 0 | 1 | 0 | 0 |",
        "| `noise` | 1 | 0 | 0 | 1 |",
    ]


@pytest.mark.parametrize(
    ("n_sources", "min_units", "rows"),
    [
        (10, 1, ["| birch | 0.250 | 4 |", "| alder | 0.500 | 2 |"]),
        (1, 1, ["| birch | 0.250 | 4 |"]),
        (10, 3, ["| birch | 0.250 | 4 |"]),
        (10, 30, []),
    ],
)
def test_the_hardest_sources_come_first_if_they_have_enough_units(
    n_sources: int, min_units: int, rows: list[str]
) -> None:
    names = np.array(["birch", "birch", "alder", "birch", "alder", "birch"], object)
    predictions = Predictions(np.array([0, 0, 1, 2, 3, 3]), np.eye(4, dtype=np.float32)[[0, 3, 1, 1, 0, 0]], names)
    assert hardest_sources(predictions, n_sources, min_units).splitlines()[2:] == rows


def test_the_card_states_the_model_its_command_its_data_and_its_figures() -> None:
    card = model_card("small", "python train.py corpus", DATA, RESULTS)
    assert card.startswith("# Model card: small\n\n")
    assert "\n\n    python train.py corpus\n\n" in card
    assert "3 pages from 2 sources (corpus); labelled units: 2 treatment, 1 clinical_research, 1 news, 2 noise." in card
    assert "- CC0-1.0: 3 pages" in card
    for table in (score_table(RESULTS), label_table(WHOLE), confusion_table(WHOLE), hardest_sources(WHOLE)):
        assert f"\n\n{table}\n" in card
    for table in (reliability_table(WHOLE), risk_coverage_table(WHOLE), max_error_table(RESULTS)):
        assert f"\n\n{table}\n" in card


def test_a_card_without_an_evaluation_claims_no_quality() -> None:
    assert "Quality" not in model_card("small", "python train.py", DATA, {})


def test_the_metrics_are_the_same_figures_as_json() -> None:
    metrics = json.loads(metrics_json(DATA, RESULTS))
    assert metrics["data"]["n_pages"] == 3
    assert metrics["cross_validation"]["whole"] == pytest.approx(
        {"macro_f1": 5 / 12, "accuracy": 0.5, "wanted_recall": 0.75, "noise_recall": 0.5, "ece": 0.5}
    )
    assert metrics["cross_validation"]["stitched"]["accuracy"] == 1


def test_a_page_without_a_licence_is_said_to_state_none() -> None:
    page = labelled_page("one", "alder", [("Rest", "treatment")])
    unlicensed = type(page)(page.id, page.source, "", page.units)
    assert TrainingData.of([], [page, unlicensed, unlicensed]).licenses == {"not stated": 2, "CC0-1.0": 1}


SURE = Predictions(
    label=np.zeros(100, int),
    proba=np.array([[0.97, 0.03, 0, 0]] * 60 + [[0.3, 0.7, 0, 0]] * 20 + [[0.7, 0.3, 0, 0]] * 20, np.float32),
    source=np.array([f"site {number % 10}" for number in range(100)], object),
)
UNSURE = Predictions(SURE.label, np.full((100, 4), 0.25, np.float32), SURE.source)


def test_the_reliability_table_has_one_row_for_each_bin_of_scores() -> None:
    assert reliability_table(SURE).splitlines() == [
        "| score | mean score | right | units |",
        "|---|---|---|---|",
        "| 0.667 to 0.733 | 0.700 | 0.500 | 40 |",
        "| 0.933 to 1.000 | 0.970 | 1.000 | 60 |",
    ]


def test_the_risk_coverage_table_has_one_row_for_each_threshold_near_a_tenth() -> None:
    assert risk_coverage_table(SURE).splitlines() == [
        "| decided | score from | wrong among them | bound on other sites |",
        "|---|---|---|---|",
        "| 0.600 | 0.970 | 0.000 | 0.217 |",
        "| 1.000 | 0.700 | 0.200 | 0.373 |",
    ]


def test_the_table_of_maximal_errors_tells_what_is_decided_on_whole_and_on_stitched_pages() -> None:
    rows = max_error_table({"whole": SURE, "stitched": UNSURE}, (0.05, 0.3, 0.5)).splitlines()
    assert rows == [
        "| `--max-error` | score from | decided, whole | wrong, whole | decided, stitched | wrong, stitched |",
        "|---|---|---|---|---|---|",
        "| 0.05 | none | 0.000 | - | 0.000 | - |",
        "| 0.3 | 0.970 | 0.600 | 0.000 | 0.000 | - |",
        "| 0.5 | 0.700 | 1.000 | 0.200 | 0.000 | - |",
    ]
