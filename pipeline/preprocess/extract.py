"""`Page` -> `Document`. Every block of visible text is kept: what is noise is not decided here."""

from pipeline.errors import InputError, Reason
from pipeline.preprocess.document import Block, Document
from pipeline.preprocess.layout import read_layout
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.markup import minimal_html
from pipeline.preprocess.mojibake import repair_mojibake
from pipeline.preprocess.nesting import MAX_DEPTH, is_too_deep
from pipeline.preprocess.page import Page, without_surrogates

__all__ = ["Block", "Document", "extract"]


def extract(page: Page) -> Document:
    """Read a page's text and blocks; offsets count in the repaired text.

    Mojibake is repaired, a byte order mark is taken off, and lone surrogates become U+FFFD. Plain text and
    Markdown are otherwise left as they are.

    Raises:
        InputError: reason `extraction` if the markup cannot be read, `too_deep` if it is nested deeper than
            `nesting.MAX_DEPTH`, `no_text` if nothing in it is visible.
    """
    content = without_surrogates(repair_mojibake(page.content.removeprefix("\ufeff")))
    if page.is_html:
        if is_too_deep(content):
            detail = f"more than {MAX_DEPTH:,} elements are nested, or open ones copied too often; leave it out"
            raise _unreadable(page, Reason.TOO_DEEP, detail)
        text, blocks = read_layout(_minimal_html(page, content))
    else:
        text, blocks = content, read_markdown(content)
    if not blocks:
        raise _unreadable(page, "no_text", "there is no visible text; leave it out")
    return Document(page.id, page.url, page.source, text, blocks, page.is_html)


def _minimal_html(page: Page, html: str) -> str:
    try:
        return minimal_html(html)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in resiliparse's native code derives from BaseException
        detail = f"the markup cannot be read ({type(error).__name__}); save the page as text and try that"
        raise _unreadable(page, "extraction", detail) from error


def _unreadable(page: Page, reason: str, detail: str) -> InputError:
    return InputError(page.source, reason, detail, place="" if page.id == page.source else f"page {page.id}")
