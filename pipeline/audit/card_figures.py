"""What a model's folder says of the pages it was measured on."""

from pathlib import Path
from typing import Final

from pipeline.audit.drift import CardFigures
from pipeline.classifier.abstention import ABSTENTION_FILE, RiskCoverageCurve
from pipeline.classifier.manifest import read_document
from pipeline.training.site_figures import SITES_FILE, SiteFigures

_METRICS_FILE: Final = "metrics.json"


def card_figures(folder: Path) -> CardFigures | None:
    """Read them; None if the model was not measured.

    Raises:
        ModelError: a file is damaged.
    """
    sites = read_document(folder, SITES_FILE)
    if sites is not None:
        return CardFigures.of_sites(SiteFigures.from_json(sites, str(folder / SITES_FILE)))
    metrics, curve = read_document(folder, _METRICS_FILE), read_document(folder, ABSTENTION_FILE)
    if metrics is None or curve is None:
        return None
    read_curve = RiskCoverageCurve.from_json(curve, str(folder / ABSTENTION_FILE))
    return CardFigures.of_card(metrics, read_curve, str(folder / _METRICS_FILE))
