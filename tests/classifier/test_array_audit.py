from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.classifier.array_audit import ArrayForm, audit_arrays, audit_ascending, plain_array

FORMS = {"weights": ArrayForm("<f4", ("n_words", "n_classes")), "idf": ArrayForm("<f4", ("n_words",))}


def saved(array: NDArray[np.generic]) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize("array", [np.arange(6, dtype=np.int8).reshape(2, 3), np.zeros((0, 4), np.float32)])
def test_a_plain_array_comes_back(array: NDArray[np.generic]) -> None:
    np.testing.assert_array_equal(plain_array(saved(array)), array, strict=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        saved(np.zeros(3))[:-1],
        saved(np.zeros(3)) + b"\0",
        saved(np.asfortranarray(np.ones((2, 3)))),
        saved(np.array([{}], object)),
        saved(np.zeros(3)).replace(b"(3,)", b"(-3,)"),
    ],
    ids=["nothing", "an archive", "a byte less", "a byte more", "columns first", "objects", "below zero"],
)
def test_what_numpy_might_read_otherwise_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a plain array|magic string|array file"):
        plain_array(content)


def test_arrays_of_their_forms_pass() -> None:
    audit_arrays({"weights": np.ones((3, 4), np.float32), "idf": np.ones(3, np.float32)}, FORMS, {"n_classes": 4})


@pytest.mark.parametrize(
    ("weights", "idf", "named"),
    [
        (np.ones((3, 4), np.float32), np.ones(2, np.float32), "idf is"),
        (np.ones((3, 5), np.float32), np.ones(3, np.float32), "weights is"),
        (np.ones((3, 4, 1), np.float32), np.ones(3, np.float32), "weights is"),
        (np.ones(3, np.float32), np.ones(3, np.float32), "weights is"),
        (np.ones((3, 4)), np.ones(3, np.float32), "weights is"),
        (np.full((3, 4), np.inf, np.float32), np.ones(3, np.float32), "weights holds"),
        (np.ones((3, 4), np.float32), np.full(3, np.nan, np.float32), "idf holds"),
    ],
    ids=["a row less", "a class more", "an axis more", "an axis less", "double precision", "infinite", "no number"],
)
def test_arrays_of_another_form_are_named(weights: NDArray[np.generic], idf: NDArray[np.generic], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        audit_arrays({"weights": weights, "idf": idf}, FORMS, {"n_classes": 4})


@pytest.mark.parametrize("numbers", [[], [0], [1, 5, 9]])
def test_ascending_numbers_pass(numbers: list[int]) -> None:
    audit_ascending("columns", np.array(numbers, np.int32), below=10)


@pytest.mark.parametrize("numbers", [[-1, 2], [1, 1], [3, 2], [1, 10]])
def test_numbers_that_do_not_ascend_below_their_end_are_refused(numbers: list[int]) -> None:
    with pytest.raises(ValueError, match="columns are not ascending"):
        audit_ascending("columns", np.array(numbers, np.int32), below=10)
