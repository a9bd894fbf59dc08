"""Lines whose labels are known, and pages made of them."""

from typing import Final

from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.page import Page

LINES: Final = {
    "treatment": (
        "Take the tablets with food twice a day.",
        "Physiotherapy helps most people to walk again.",
        "Rest the ankle and put ice on the swelling.",
    ),
    "clinical_research": (
        "We randomised 120 patients to placebo.",
        "Mortality at 28 days was the primary outcome (p = 0.03).",
        "Logistic regression adjusted for age and centre.",
    ),
    "news": (
        "The hospital said on Tuesday that the ward would close.",
        "Nurses voted to strike, their union announced.",
        "The minister told reporters about the outbreak.",
    ),
    "noise": (
        "Accept all cookies",
        "Home | About us | Contact",
        "Claim your casino bonus now!",
    ),
}
"""By label, every one a sentence, which the small model labels right, also side by side."""

TREATMENT, RESEARCH, NEWS, NOISE = (lines[0] for lines in LINES.values())
MIXED: Final = f"{NOISE}\n{TREATMENT}\n{NEWS}\n{RESEARCH}"


def page(text: str, name: str = "page", *, url: str = "", is_html: bool = False) -> Page:
    return Page(name, url, name, text, is_html)


def document(text: str, name: str = "page", *, url: str = "") -> Document:
    return Document(name, url, name, text, read_markdown(text), is_html=False)
