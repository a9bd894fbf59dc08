"""Paragraphs dressed as letters and e-mails: lines before and after, most without a stop."""

import random
from typing import Final

_FIRST_NAMES: Final = (
    "Anna Ben Carla David Elena Frank Grace Hugo Ines Jamal Karen Leo Maria Nina Omar Paul Rosa Sam Tess Umar Vera "
    "Will Yusuf Zoe Kim Pat Lee Jo"
).split()
_LAST_NAMES: Final = (
    "Abara Brandt Castell Dorsey Ekholm Fenn Garrity Holt Imrie Jansen Kessel Lund Marsh Novak Okafor Pike Quill Reyes "
    "Solvang Tallis Udo Vance Whitcombe Yates Zeller"
).split()
_GREETINGS: Final = (
    "Hi {f},|Hi,|Hello {f},|{f},|Dear {f},|Dear Mr. {l},|Hi {f}|{f} -|Hey,|Dear Sir or Madam,|All,|{f}:|Dear Dr. {l}:|"
    "hi|Good morning {f},|Hello!"
).split("|")
_FAREWELLS: Final = (
    "Regards,|Best regards,|Thanks,|Thanks|Cheers,|Sincerely,|Kind regards,|Best,|Thank you,|Thx|Love,|Yours truly,|"
    "Regards|Warm regards,|Take care,|Thanks!|Best wishes,"
).split("|")
_SIGNATURES: Final = "{f}|{f} {l}|{f}|{i}{j}|{f} {l}|-{f}|-- {f}|{f} {i}. {l}|{u}".split("|")
_LETTERHEADS: Final = (
    "Program Officer|Tel. 555 0192|Phone: (555) 201-4432|Senior Analyst, North Branch|http://www.{s}.example/|"
    "{s}@mail.example|Fax: 555-0142|The {l} Group|Director of Research"
).split("|")
_STAMPS: Final = "{m:02d}/{d:02d}/200{y} {h:02d}:{n:02d} {p}|{m}/{d}/9{y} {h}:{n:02d} {p}".split("|")


def as_letter(sentences: list[str], chance: random.Random) -> list[str]:
    first, last = chance.choice(_FIRST_NAMES), chance.choice(_LAST_NAMES)
    names = {"f": first, "l": last, "i": first[0], "j": last[0], "u": first.upper(), "s": last.lower()}
    letter = _sender(chance) if chance.random() < 0.3 else []  # noqa: PLR2004 - a share, as below
    letter += [chance.choice(_GREETINGS)] if chance.random() < 0.6 else []  # noqa: PLR2004
    letter += sentences[: chance.randint(1, 4)]
    letter += [chance.choice(_FAREWELLS)] if chance.random() < 0.8 else []  # noqa: PLR2004
    letter += [chance.choice(_SIGNATURES), *chance.sample(_LETTERHEADS, chance.choice([0, 0, 0, 1, 1, 2, 3]))]
    return [line if line in sentences else line.format(**names) for line in letter]


def _sender(chance: random.Random) -> list[str]:
    stamp = chance.choice(_STAMPS).format(
        m=chance.randint(1, 12),
        d=chance.randint(1, 28),
        y=chance.randint(0, 9),
        h=chance.randint(1, 12),
        n=chance.randint(0, 59),
        p=chance.choice(["AM", "PM"]),
    )
    place = chance.choice(["", "", "@NORTH", "/CORP/Alder"])
    return [f"{chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}{place}", stamp]
