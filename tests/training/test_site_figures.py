import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.training.site_figures import SiteFigures, score_bin


def test_sentences_are_counted_by_site_label_and_score() -> None:
    figures = SiteFigures.of(
        np.array([0, 3, 3]), np.array([0.31, 1.0, 0.97], np.float32), np.array(["birch", "alder", "birch"], object)
    )
    assert figures.labels.tolist() == [[0, 0, 0, 1], [1, 0, 0, 1]]
    assert [np.flatnonzero(row).tolist() for row in figures.scores] == [[19], [6, 19]]


@pytest.mark.parametrize(("score", "number"), [(0.0, 0), (0.05, 1), (0.5, 10), (0.999, 19), (1.0, 19)])
def test_a_score_on_an_edge_counts_upwards(score: float, number: int) -> None:
    assert score_bin(np.array([score])).tolist() == [number]


def test_figures_survive_their_file() -> None:
    figures = SiteFigures.of(np.array([1, 2]), np.array([0.4, 0.9]), np.array(["alder", "birch"], object))
    again = SiteFigures.from_json(figures.as_json(), "sites.json")
    assert again.labels.tolist() == figures.labels.tolist()
    assert again.scores.tolist() == figures.scores.tolist()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"labels": [[1]], "scores": [[1]]}', '{"labels": [["x"]]}'])
def test_something_else_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match=r"m/sites\.json: no figures by site"):
        SiteFigures.from_json(text, "m/sites.json")
