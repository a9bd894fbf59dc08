"""HTML of any kind to the minimal, well-formed HTML that `layout` reads."""

import re
from typing import Final

from resiliparse.extract.html2text import extract_plain_text

CAPTION_OPENS: Final = "\ufdd0"
CAPTION_CLOSES: Final = "\ufdd1"
QUOTE_OPENS: Final = "\ufdd2"
QUOTE_CLOSES: Final = "\ufdd3"
"""Marks that travel through resiliparse as text: noncharacters, which no page may contain."""

_REWRITTEN: Final = re.compile(
    r"<(/?)(?=[bcdflos])"
    r"(blockquote|button|caption|dialog|figcaption|figure|label|legend|optgroup|option|search|select|summary)\b",
    re.IGNORECASE,
)
_REPLACEMENTS: Final = {
    "blockquote": (f"{QUOTE_OPENS}<blockquote", f"{QUOTE_CLOSES}</blockquote"),
    "caption": (f"{CAPTION_OPENS}<caption", f"{CAPTION_CLOSES}</caption"),
    "figcaption": (f"{CAPTION_OPENS}<div", f"{CAPTION_CLOSES}</div"),
    "figure": ("<div", f"{CAPTION_CLOSES}</div"),
}
_DIVISION: Final = ("<div", "</div")
_LIST: Final = re.compile(r"(</?)[uo]l\b", re.IGNORECASE)
_MAX_INDENTATION: Final = 50_000_000


def minimal_html(html: str) -> str:
    """Reduce a page to headings, paragraphs, lists, `<pre>`, `<br>`, links, and tabs between table cells.

    All visible text is kept, and what styles or scripts would hide as well. Attributes (alternative text,
    values of form fields) are no text, nor is the page's title.

    Raises:
        HTMLParserException: resiliparse cannot read it.
    """
    return extract_plain_text(
        _REWRITTEN.sub(_rewrite, _without_list_bomb(html)),
        preserve_formatting="minimal_html",
        alt_texts=False,
        links=True,
        form_fields=False,
        noscript=False,
    )


def _rewrite(tag: re.Match[str]) -> str:
    """Make divisions of elements that resiliparse would drop or run into their neighbours; mark some."""
    return _REPLACEMENTS.get(tag[2].lower(), _DIVISION)[bool(tag[1])]


def _without_list_bomb(html: str) -> str:
    """Take the lists, not the text, out of a page whose nesting might exhaust memory.

    resiliparse indents every tag in a list by its depth, so its output may grow with the square of the page,
    and it aborts the process when memory runs out.
    """
    tags = html.count("<")
    if tags * tags <= _MAX_INDENTATION or len(_LIST.findall(html)) * tags <= _MAX_INDENTATION:
        return html
    return _LIST.sub(r"\1div", html)
