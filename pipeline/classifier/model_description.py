"""What a model's manifest says of its arrays, and whether they are so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from numpy.typing import NDArray

from pipeline.classifier.array_audit import audit_arrays, audit_ascending, stage_forms
from pipeline.classifier.context import n_context_columns


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """Sizes of a classifier.

    Attributes:
        classes: labels in the order of the columns of `predict_proba`.
        n_features: columns of a feature row.
        n_dense: number of them that are word vectors.
        n_surface: number of last ones that say what a sentence looks like.
    """

    classes: tuple[str, ...]
    n_features: int
    n_dense: int
    n_surface: int

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Read it from a manifest.

        Raises:
            ValueError: what stands there describes no classifier.
            KeyError: something is missing.
            TypeError: the parameters are no table.
        """
        classes, parameters = manifest["classes"], manifest["parameters"]
        if not isinstance(classes, list) or not all(isinstance(label, str) for label in classes):
            raise ValueError("its classes are no list of names")
        if sorted(set(classes)) != classes:
            raise ValueError("its classes are not in order, each once")
        sizes = manifest["n_features"], parameters["n_dense"], parameters["n_surface"]
        if not all(type(size) is int and size >= 0 for size in sizes) or sizes[0] <= sizes[1] + sizes[2]:
            raise ValueError("its numbers of columns are none")
        return cls(tuple(classes), *sizes)

    @property
    def n_hashed(self) -> int:
        return self.n_features - self.n_dense - self.n_surface

    @property
    def has_dense(self) -> bool:
        """Whether rows have columns for the first stage's network to read."""
        return self.n_dense + self.n_surface > 0

    def audit(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Refuse arrays that are not this classifier's.

        Raises:
            ValueError: naming the array.
            KeyError: one is missing.
        """
        sizes = {
            "n_columns": len(arrays["columns"]),
            "n_rows": len(arrays["columns"]) + self.n_dense,
            "n_classes": len(self.classes),
            "n_dense_inputs": self.n_dense + self.n_surface,
            "n_inputs": n_context_columns(len(self.classes), self.n_surface),
        }
        audit_arrays(arrays, stage_forms(has_network=self.has_dense), sizes)
        audit_ascending("columns", arrays["columns"], below=self.n_hashed)
        for name in (name for name in arrays if name.endswith("_scale")):
            if (arrays[name] <= 0).any():
                raise ValueError(f"{name} are not all above zero")
