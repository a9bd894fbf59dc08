"""What the arrays of a model must be before anything is made of them.

Digests say that a folder is whole, not that it is sound: whoever spoils an array can write its digest as well. So form
and content are looked at first (audit before constructing, as skops does), and a model that would fail in the middle of
a run, or label by numbers that are none, is refused when it is loaded.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.passage import N_VIEWS

FIRST_NETWORK: Final = "first_network"
PASSAGE: Final = "passage"
PASSAGE_NETWORK: Final = "passage_network"
SPLICED_NETWORK: Final = "spliced_network"
GATE_NETWORK: Final = "gate_network"
"""What the names of the arrays of the networks and of the passage reader begin with."""

_NPY_VERSION: Final = (1, 0)


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """An array's type, and its axes: names of sizes, which are equal wherever they occur, or numbers."""

    dtype: str
    axes: tuple[str | int, ...]


WORD_FORMS: Final[Mapping[str, ArrayForm]] = {
    "word_keys": ArrayForm("<u8", ("n_words",)),
    "word_weights": ArrayForm("|u1", ("n_words",)),
    "word_steps": ArrayForm("|i1", ("n_words", "n_components")),
    "word_step": ArrayForm("<f4", ("n_components",)),
}


def stage_forms(*, has_network: bool) -> Mapping[str, ArrayForm]:
    """The arrays of the two stages, by name; `has_network`: whether the first has a network beside the linear model."""
    linear = {
        "columns": ArrayForm("<i4", ("n_columns",)),
        "idf": ArrayForm("<f4", ("n_columns",)),
        "coef": ArrayForm("<f2", ("n_rows", "n_classes")),
        "intercept": ArrayForm("<f4", ("n_classes",)),
        "projection_steps": ArrayForm("|i1", ("n_rows", "n_topics")),
        "projection_step": ArrayForm("<f4", ("n_rows", 1)),
    }
    return {
        **linear,
        **(_network_forms(FIRST_NETWORK, 1, "n_dense_inputs") if has_network else {}),
        **_passage_forms(),
        **_network_forms(PASSAGE_NETWORK, _networks_of(PASSAGE_NETWORK), "n_inputs"),
        **_network_forms(SPLICED_NETWORK, _networks_of(SPLICED_NETWORK), "n_inputs"),
        **_network_forms(GATE_NETWORK, 1, "n_inputs", 2),
    }


def _passage_forms() -> dict[str, ArrayForm]:
    units = _networks_of(PASSAGE_NETWORK), _units_of(PASSAGE_NETWORK)
    return {
        f"{PASSAGE}_mean": ArrayForm("<f4", ("n_dense_inputs",)),
        f"{PASSAGE}_scale": ArrayForm("<f4", ("n_dense_inputs",)),
        f"{PASSAGE}_views": ArrayForm("<f4", (N_VIEWS, "n_dense_inputs", *units)),
    }


def _network_forms(
    prefix: str, n_networks: int | str, n_inputs: str, n_classes: int | str = "n_classes"
) -> dict[str, ArrayForm]:
    n_units = _units_of(prefix)
    return {
        f"{prefix}_mean": ArrayForm("<f4", (n_inputs,)),
        f"{prefix}_scale": ArrayForm("<f4", (n_inputs,)),
        f"{prefix}_hidden": ArrayForm("<f4", (n_networks, n_inputs, n_units)),
        f"{prefix}_hidden_bias": ArrayForm("<f4", (n_networks, n_units)),
        f"{prefix}_output": ArrayForm("<f4", (n_networks, n_units, n_classes)),
        f"{prefix}_output_bias": ArrayForm("<f4", (n_networks, n_classes)),
    }


def _networks_of(prefix: str) -> str:
    return f"{prefix} networks"


def _units_of(prefix: str) -> str:
    return f"{prefix} units"


def plain_array(content: bytes) -> NDArray[Any]:
    """The array of an .npy file as `numpy.save` writes it: numbers alone, in C order, as many bytes as it says.

    `numpy.load` would unpickle objects if asked to, open archives, and make room for any size a header claims.

    Raises:
        ValueError: it is something else.
    """
    file = BytesIO(content)
    if np.lib.format.read_magic(file) != _NPY_VERSION:
        raise ValueError("not an array file of version 1.0")
    shape, in_fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    n_bytes = len(content) - file.tell()
    if dtype.hasobject or in_fortran_order or math.prod(shape) * dtype.itemsize != n_bytes:
        raise ValueError("not a plain array, or of another size than it says")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape)


def audit_arrays(
    arrays: Mapping[str, NDArray[Any]], forms: Mapping[str, ArrayForm], sizes: Mapping[str, int] | None = None
) -> None:
    """Refuse arrays of another form, and numbers that are none.

    Args:
        arrays: by name; those that no form names are not looked at.
        forms: by name.
        sizes: lengths of axes that are known.

    Raises:
        ValueError: naming the array.
        KeyError: one is missing.
    """
    known = dict(sizes or {})
    for name, form in forms.items():
        array = arrays[name]
        expected = tuple(
            axis if isinstance(axis, int) else known.setdefault(axis, length)
            for axis, length in zip(form.axes, array.shape, strict=False)
        )
        if array.dtype.str != form.dtype or array.ndim != len(form.axes) or array.shape != expected:
            raise ValueError(f"{name} is {array.dtype.str} {array.shape}, not {form.dtype} {expected}")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} holds what is no number")


def audit_ascending(name: str, numbers: NDArray[Any], below: int | None = None) -> None:
    """Refuse numbers that do not ascend, begin below zero, or end at `below` or above.

    Raises:
        ValueError: naming the array.
    """
    in_range = not len(numbers) or (numbers[0] >= 0 and (below is None or int(numbers[-1]) < below))
    if not in_range or (numbers[1:] <= numbers[:-1]).any():
        raise ValueError(f"{name} are not ascending numbers of columns or words")
