"""Winnow: sentences of scraped health pages, labelled."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.jobs.models import load_model

__all__ = ["load_model"]


def __getattr__(name: str) -> object:
    """Import what is asked for only then: `import pipeline` must not wait for spaCy."""
    if name == "load_model":
        from pipeline.jobs.models import load_model  # noqa: PLC0415 - see above

        return load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
