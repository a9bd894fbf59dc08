"""Values on the command line, read and refused; each raises `argparse.ArgumentTypeError` with what is wrong."""

import argparse
import math

from pipeline.schema import LABELS


def number_of_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return number


def label_names(text: str) -> tuple[str, ...]:
    given = {name.strip() for name in text.split(",")}
    unknown = sorted(given.difference(LABELS))
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(map(repr, unknown))}: choose from {', '.join(LABELS)}")
    return tuple(label for label in LABELS if label in given)
