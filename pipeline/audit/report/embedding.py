"""Data, styles and scripts made fit to stand inside one HTML file that runs nothing else.

The file's Content-Security-Policy (W3C, CSP Level 3) allows its own styles and scripts by their hashes and forbids
everything else, so that nothing in a scraped page can run or be fetched, whatever a template overlooks.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

_ESCAPES: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

# Marks that turn the direction of writing, and control characters: shown by their code points, not obeyed.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def json_for_html(data: object) -> Markup:
    """Return JSON for a `<script type="application/json">`: no character in it means anything to an HTML parser."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - escaped in the line above


def content_security_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return the policy of a file that holds these styles and scripts, each in an element of its own."""
    own = {"style-src": " ".join(map(_source, styles)), "script-src": " ".join(map(_source, scripts))}
    none = dict.fromkeys(("default-src", "base-uri", "form-action"), "'none'")
    return "; ".join(f"{directive} {sources}" for directive, sources in (none | own).items())


def visible(text: str) -> str:
    """Show control characters and marks of direction by their code points, such as `[U+202E]`."""
    return _CONTROLS.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
