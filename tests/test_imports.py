import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import pipeline

ROOT = Path(__file__).parents[1]


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("contract", ["rooms", "preprocess", "readers", "cycles"])
def test_imports_keep_the_contract(contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(str(ROOT / "pyproject.toml"), (contract,), no_cache=True)
    assert broken == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "statement",
    [
        "import pipeline",
        "import pipeline.schema",
        "from pipeline.commands.classify import main",
        "from pipeline.commands.train import build_parser; build_parser()",
    ],
)
def test_a_command_line_is_read_before_anything_heavy_is_loaded(statement: str) -> None:
    assert not loaded_by(statement) & {"spacy", "sklearn", "pyarrow", "scipy", "joblib"}


def test_load_model_is_offered_at_the_top() -> None:
    from pipeline.jobs.models import load_model  # noqa: PLC0415 - the test is about who imports it

    assert pipeline.load_model is load_model


def test_what_the_package_does_not_offer_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'pipeline' has no attribute 'unload_model'"):
        pipeline.unload_model  # noqa: B018 - asking is the test
