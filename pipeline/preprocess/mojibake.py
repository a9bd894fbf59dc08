"""Undoes text that was decoded with the wrong encoding (`donâ€™t`)."""

import re
from typing import Final

_ASCII: Final = bytes(range(128))
# What UTF-8 begins with when read as Windows-1252, -1251, -1253, -1257, MacRoman or cp437; a second character
# outside ASCII follows. A pair that only looks like it costs a closer look, nothing else.
_SUSPECT: Final = re.compile(
    "[\xc2-\xf4\u0412\u0413\u0420\u0421\u0392\u0393\u039e\u039f\u03b2\u0101\u221a\u2248\u201a\u251c\u252c\u256c\u2567]"
    "[^\x00-\x7f]|[\xc2\xc3]"
)


def repair_mojibake(text: str) -> str:
    """Decode again what is recognisably mojibake; leave everything else as it is.

    Judged run by run, between line breaks and `>`: one page may mix encodings, and most of it is ASCII.
    """
    if text.isascii() or not _SUSPECT.search(_outside_ascii(text)):
        return text
    return "\n".join([line if line.isascii() else _repair_line(line) for line in text.split("\n")])


def _outside_ascii(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _repair_line(line: str) -> str:
    if not _SUSPECT.search(line):
        return line
    from ftfy import fix_encoding  # noqa: PLC0415 - few pages need it
    from ftfy.badness import is_bad  # noqa: PLC0415 - the same

    return ">".join(fix_encoding(run) if _SUSPECT.search(run) and is_bad(run) else run for run in line.split(">"))
