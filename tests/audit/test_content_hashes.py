import numpy as np
from sentence_batches import Row, batch, page_rows

from pipeline.audit.content_hashes import sentence_hashes, text_hash

ONE = page_rows("one", [Row("a"), Row("b")])
TWO = page_rows("two", [Row("a"), Row("b")])


def test_a_hash_is_the_same_in_every_process() -> None:
    assert text_hash("Rest.") == 0xAD47D88A3B62E5A4


def test_a_sentence_has_the_same_hash_whatever_stands_beside_it() -> None:
    together, apart = sentence_hashes(batch(ONE, TWO)), [sentence_hashes(batch(page)) for page in (TWO, ONE)]
    assert together.tolist() == [*apart[1], *apart[0]]
    assert len(set(together.tolist())) == 4


def test_hashes_are_spread_evenly() -> None:
    hashes = sentence_hashes(batch(page_rows("page", [Row("a")] * 4000)))
    counts = np.bincount((hashes >> np.uint64(62)).astype(int), minlength=4)
    assert counts.min() > 900
