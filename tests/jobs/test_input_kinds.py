from pathlib import Path

import pytest
from page_samples import COMPRESSIONS, FILES

from pipeline.jobs.models import load_model
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.pages import read_pages

SAME = ["sent_id", "start", "end", "text", "kind", "label", "score", "p_treatment", "p_news", "p_noise"]


@pytest.fixture(scope="module")
def small_model(model_folder: Path) -> Tagger:
    return load_model(model_folder)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("name", [name for name in FILES if name != "page.txt"])
def test_every_input_kind_gives_the_same_rows(small_model: Tagger, tmp_path: Path, name: str, suffix: str) -> None:
    (tmp_path / "page.txt").write_bytes(FILES["page.txt"])
    (tmp_path / (name + suffix)).write_bytes(COMPRESSIONS[suffix](FILES[name]))
    (rows,) = small_model.tag(read_pages([tmp_path / "page.txt", tmp_path / (name + suffix)]))
    first, second = rows.select(SAME).to_pylist()
    assert first == second
