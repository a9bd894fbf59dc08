import json

from run_folders import Sentence, page, sentence_table

from pipeline.audit.report.page_data import page_data
from pipeline.audit.report.page_sample import SampledPage
from pipeline.audit.report.sentence_files import PageSpan

SPAN = PageSpan(0, 3, 20, 0, "a", "https://a.example/1")
WHY = json.dumps({"label": "news", "logit": 1.5, "parts": [["word", "said", 1.5]]})


def test_a_page_is_an_object_of_columns() -> None:
    rows = sentence_table(
        [page("a", Sentence("Rest.", "treatment", 0.7), Sentence("Hm.", "news", 0.4, uncertain=True))]
    )
    assert page_data(SampledPage(SPAN, 2), rows) == {
        "id": "a",
        "url": "https://a.example/1",
        "host": "a.example",
        "sentences": 3,
        "characters": 20,
        "blocks": [["paragraph", 2]],
        "starts": [0, 6],
        "ends": [5, 9],
        "texts": ["Rest.", "Hm."],
        "labels": [0, 2],
        "uncertain": [0, 1],
        "probabilities": [[700, 100, 100, 100], [200, 200, 400, 200]],
        "why": [],
        "others": {},
    }


def test_an_explained_page_says_why() -> None:
    rows = sentence_table([page("a", Sentence("He said.", "news", why=WHY))], explained=True)
    assert page_data(SampledPage(SPAN, 1), rows)["why"] == [[["word", "said", 1.5]]]


def test_a_page_says_where_another_model_differs() -> None:
    rows = sentence_table([page("a", Sentence("Rest."), Sentence("Ice."))])
    assert page_data(SampledPage(SPAN, 2), rows, {1: (0, 0.5), 2: (0, 0.5)})["others"] == {"1": [0, 0.5]}
