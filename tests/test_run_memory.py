"""The short version of `python tests/run_memory.py 5000 50000`."""

from pathlib import Path

from run_memory import peak_of_workers


def test_a_worker_needs_hardly_more_memory_for_many_pages_than_for_few(model_folder: Path) -> None:
    # Fewer would not fill what is remembered of words and sentences, which is bounded.
    few, many = (peak_of_workers(n_pages, f"--model={model_folder}") for n_pages in (2000, 8000))
    assert many < 1.2 * few
    assert many < 700
