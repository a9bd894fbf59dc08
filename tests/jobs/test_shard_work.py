from pipeline.jobs.shard_work import get_ready
from pipeline.jobs.slots import LocalSlot


def test_a_worker_gets_ready_by_importing_what_is_heavy() -> None:
    imported = "{'spacy', 'scipy'} <= set(__import__('sys').modules)"
    slot = LocalSlot()
    try:
        assert not slot.call(eval, imported)
        slot.start(get_ready)
        assert slot.call(eval, imported)
    finally:
        slot.stop()
