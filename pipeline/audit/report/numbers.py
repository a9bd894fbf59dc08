"""Numbers as people read them at a glance."""

from typing import Final

_UNITS: Final = ((10**9, "G"), (10**6, "M"), (10**3, "k"))
_TOLD_IN_FULL: Final = 10_000
_SMALLEST: Final = 0.001
_TOLD_TO_A_TENTH: Final = 0.1


def percent(share: float) -> str:
    """Whole per cent, tenths near 0 and 1; never 0% or 100% of what is not."""
    if 0 < share < _SMALLEST:
        return "<0.1%"
    if 1 - _SMALLEST < share < 1:
        return ">99.9%"
    exact = 0 < share < _TOLD_TO_A_TENTH or 1 - _TOLD_TO_A_TENTH < share < 1
    return f"{share:.1%}" if exact else f"{share:.0%}"


def short_number(number: int) -> str:
    """Three figures and a unit, such as 7.98 M; below 10,000 all of them."""
    if number < _TOLD_IN_FULL:
        return f"{number:,}"
    size, unit = next((size, unit) for size, unit in _UNITS if number >= size)
    figures = number / size
    decimals = max(0, 3 - len(str(int(figures))))
    return f"{figures:.{decimals}f} {unit}"


def share_of(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def counted(number: int, thing: str) -> str:
    return f"{number:,} {plural(thing, number)}"


def plural(thing: str, number: int) -> str:
    return thing if number == 1 else f"{thing}s"
