"""Runs from and to a real S3 protocol: a server on this machine, where its packages are installed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labelled_lines import NEWS
from row_files import rows
from watching import Watching, do_run, folder_run

from pipeline.errors import OutputError
from pipeline.jobs.models import ModelFolder, find_model
from pipeline.jobs.run_progress import Progress, RunInterrupted
from pipeline.jobs.slots import LocalSlot

s3fs = pytest.importorskip("s3fs", reason="the extra winnow[s3] is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto[server], a stand-in for S3, is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of botocore, aiohttp and werkzeug

_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """A server with an empty bucket, found by this process and its workers through their environment."""
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**_KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
            patch.setitem(os.environ, name, value)
        files = s3fs.S3FileSystem(use_listings_cache=False)
        files.mkdir("bucket")
        yield files
    server.stop()


@pytest.fixture
def slots() -> Iterator[list[LocalSlot]]:
    both = [LocalSlot(), LocalSlot()]
    yield both
    for slot in both:
        slot.stop()


@pytest.fixture(scope="module")
def model(model_folder: Path) -> ModelFolder:
    return find_model(model_folder)


@pytest.fixture(scope="module")
def inputs(store: Any) -> str:  # noqa: ANN401 - it ships no types
    store.pipe_file("bucket/in/pages.jsonl", (rows(20) + "no json\n" + rows(20, "b")).encode())
    store.pipe_file("bucket/in/page.txt", NEWS.encode())
    store.pipe_file("bucket/in/blank.txt", b" ")
    return "s3://bucket/in"


def contents(store: Any, root: str) -> dict[str, bytes]:  # noqa: ANN401 - it ships no types
    """What does not hold the seconds that a run took."""
    names = [name for name in store.find(root) if "/shards/" not in name and not name.endswith("run.json")]
    return {name.removeprefix(root): store.cat_file(name) for name in names}


def test_a_run_between_buckets_that_is_broken_off_goes_on_to_the_same_bytes(
    store: Any,  # noqa: ANN401 - it ships no types
    inputs: str,
    slots: list[LocalSlot],
    model: ModelFolder,
) -> None:
    undisturbed = do_run(folder_run([inputs], "s3://bucket/undisturbed", model)).record
    assert undisturbed["pages"] == {"in": 43, "done": 41, "failed": 2}

    def interrupt(progress: Progress) -> None:
        if progress.shards_done >= 2:
            raise KeyboardInterrupt

    run = folder_run([inputs], "s3://bucket/broken", model)
    with pytest.raises(RunInterrupted):
        do_run(run, watching=Watching(at_work=interrupt))
    assert not store.exists("bucket/broken/run.json")
    assert 2 <= len(store.ls("bucket/broken/shards")) < undisturbed["shards"]
    record = do_run(run, slots).record
    assert {**record, "seconds": 0} == {**undisturbed, "seconds": 0}
    assert contents(store, "bucket/broken") == contents(store, "bucket/undisturbed")
    assert do_run(run).was_done


def test_a_bucket_that_is_not_there_is_told_and_not_made(
    store: Any,  # noqa: ANN401 - it ships no types
    inputs: str,
    model: ModelFolder,
) -> None:
    with pytest.raises(OutputError, match=r"^s3://nowhere/out: there is no bucket nowhere; check its name"):
        do_run(folder_run([inputs], "s3://nowhere/out", model))
    assert not store.exists("nowhere")
    watching = Watching()
    assert do_run(folder_run(["s3://nowhere/in"], "s3://bucket/none", model), watching=watching).record["pages"][
        "failed"
    ]
    assert [failure.reason for failure in watching.failures] == ["missing"]
