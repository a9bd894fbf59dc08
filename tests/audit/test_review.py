from itertools import permutations
from random import Random
from string import ascii_lowercase

import pytest
from sentence_batches import Row, batch, one_page, page_rows

from pipeline.audit.review import ReviewQueue, review_queue
from pipeline.schema import LABELS


def texts(label: str, n: int) -> list[Row]:
    """Sentences that are not alike, the first the least certain."""
    random = Random(label)  # noqa: S311 - text, no secret
    letters = ["".join(random.choices(ascii_lowercase, k=20)) for _ in range(n)]
    return [Row(text, label, 0.5 + 0.01 * number) for number, text in enumerate(letters)]


def pages() -> list[list[dict[str, object]]]:
    return [page_rows(label, texts(label, 16)) for label in LABELS]


def reasons(queue: ReviewQueue) -> list[str]:
    return [one.reason for one in queue.picked]


def test_half_are_the_most_uncertain_and_the_rest_is_drawn_from_each_label() -> None:
    queue = review_queue([batch(*pages())], 16, "small@1")
    assert reasons(queue) == ["uncertain"] * 8 + [f"random {label}" for label in LABELS for _ in range(2)]
    assert [one.sentence.score for one in queue.picked[:8]] == [0.5] * 4 + [0.51] * 4
    assert [one.sentence.label for one in queue.picked[8:]] == [label for label in LABELS for _ in range(2)]


def test_the_quota_and_what_was_left_out_are_told() -> None:
    assert review_queue([batch(*pages())], 16, "small@1").summary() == (
        "16 of 64 sentences picked: 8 uncertain (quota 8), 2 random treatment (quota 2), "
        "2 random clinical_research (quota 2), 2 random news (quota 2), 2 random noise (quota 2); "
        "0 of 16 candidates left out as near-duplicates "
        "(Jaccard of 5-grams from 0.7)"
    )


def test_the_order_of_pages_changes_nothing() -> None:
    queues = [review_queue([batch(page) for page in order], 12, "small@1").picked for order in permutations(pages())]
    assert all(queue == queues[0] for queue in queues)


def test_a_line_that_stands_on_every_page_is_picked_once() -> None:
    menu = [page_rows(f"page {number}", [Row(f"Open daily from {number}", "noise", 0.3)]) for number in range(500)]
    queue = review_queue([batch(*menu), batch(*pages())], 16, "small@1")
    assert sum(one.sentence.text.startswith("Open daily") for one in queue.picked) == 1


def test_near_duplicates_are_left_out_and_counted() -> None:
    notice = "The clinic in {} is closed on public holidays; call the practice on the next working day."
    rows = [Row(notice.format(place), "news", 0.4) for place in ("Saltmarsh", "Saltmarch", "Saltmark")]
    queue = review_queue([one_page(*rows, *texts("news", 16))], 8, "small@1")
    assert sum("public holidays" in one.sentence.text for one in queue.picked) == 1
    assert queue.n_near_duplicates >= 2
    assert f"{queue.n_near_duplicates} of {queue.n_candidates} candidates left out" in queue.summary()


def test_places_that_a_label_cannot_fill_go_to_the_next_most_uncertain() -> None:
    queue = review_queue([one_page(*texts("news", 16))], 16, "small@1")
    assert len(queue.picked) == 16
    assert reasons(queue).count("uncertain") == 14
    assert "0 random noise (quota 2)" in queue.summary()


@pytest.mark.parametrize("size", [1, 3, 7, 9, 100])
def test_as_many_are_picked_as_wanted_or_there_are(size: int) -> None:
    assert len(review_queue([batch(*pages())], size, "small@1").picked) == min(size, 64)


def test_no_sentences_give_an_empty_queue() -> None:
    assert review_queue([], 5, "small@1").picked == ()
