import gc

from pipeline.jobs.garbage import OBJECTS_BETWEEN_COLLECTIONS, rare_collections
from pipeline.jobs.slots import LocalSlot


def test_collections_are_rare_as_long_as_the_block_lasts() -> None:
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold() == (OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    assert gc.get_threshold() == before


def test_a_worker_collects_rarely() -> None:
    slot = LocalSlot()
    try:
        assert slot.call(gc.get_threshold)[0] == OBJECTS_BETWEEN_COLLECTIONS
    finally:
        slot.stop()
