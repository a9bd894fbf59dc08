"""Is this text HTML?"""

import re
from typing import Final

_CHARACTERS_LOOKED_AT: Final = 4096
_DOCUMENT_START: Final = re.compile(
    r"(?>\s+|<!--(?>.*?-->))*+<(?:!doctype\s+html|\?xml|html|head|body|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENT_INSIDE: Final = re.compile(r"<!doctype\s+html\b|<html[\s>]", re.IGNORECASE)
_ELEMENTS: Final = (
    "a|article|aside|b|blockquote|br|center|code|div|em|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img"
    "|li|link|main|nav|noscript|ol|p|pre|script|section|span|strong|style|svg|table|tbody|td|th|tr|u|ul"
)
_ELEMENT_START: Final = re.compile(
    rf"(?>\s+|<!--(?>.*?-->))*+<(?:{_ELEMENTS})(?:[\s/][^<>]*)?>", re.IGNORECASE | re.DOTALL
)
_ELEMENT_END: Final = re.compile(rf"</(?:{_ELEMENTS})\s*>", re.IGNORECASE)


def starts_as_document(text: str) -> bool:
    """Whether the text opens as a whole HTML or XML document does."""
    return _DOCUMENT_START.match(text, 0, _CHARACTERS_LOOKED_AT) is not None


def looks_like_html(text: str) -> bool:
    """Whether the text is HTML, a whole document or a piece of one."""
    return (
        starts_as_document(text)
        or _DOCUMENT_INSIDE.search(text, 0, _CHARACTERS_LOOKED_AT // 4) is not None
        or _ELEMENT_START.match(text, 0, _CHARACTERS_LOOKED_AT) is not None
        or len(_ELEMENT_END.findall(text, 0, _CHARACTERS_LOOKED_AT)) > 1
    )
