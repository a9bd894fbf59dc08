import numpy as np
import pytest
from run_folders import Sentence, page, sentence_table

from pipeline.audit.report.sentence_totals import SentenceTotals, score_bin


@pytest.mark.parametrize(("score", "place"), [(0.25, 0), (0.2999, 0), (0.3, 1), (0.55, 6), (0.9499, 13), (1.0, 14)])
def test_scores_fall_into_fifteen_steps(score: float, place: int) -> None:
    assert score_bin(np.array([score], np.float32)).tolist() == [place]


def test_sentences_and_characters_are_counted_by_label_and_doubt() -> None:
    rows = [Sentence("Rest.", "treatment", 0.97), Sentence("Hm.", "news", 0.3, uncertain=True), Sentence("Buy!")]
    totals = SentenceTotals()
    for batch in sentence_table([page("a", *rows)]).to_batches(2):
        totals.add(batch)
    assert totals.characters.tolist() == [[5, 0], [0, 0], [0, 3], [4, 0]]
    assert totals.sentences[0, 14].tolist() == [1, 0]
    assert totals.sentences[2, 1].tolist() == [0, 1]
    assert totals.sentences.sum() == 3
