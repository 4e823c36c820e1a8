"""What a class weighs in the loss: Keras's `class_weight`, as a list, as Keras's table, or "balanced"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from nnplayground.core.value import describe, plain_or_table

BALANCED = "balanced"
MAX_CLASSES = 10_000
MAX_WEIGHT = 1e6

Weights = tuple[float, ...]


def _one_a_class(value: Any) -> Any:
    """Keras's `{ 0 = 1.0, 5 = 2.0 }` as one number a class; classes left out weigh 1."""
    if not isinstance(value, dict | list | tuple | str):
        raise ValueError(f"expected '{BALANCED}', or one weight a class; found {describe(value)}")
    if not isinstance(value, dict):
        return value
    weights: dict[int, Any] = {}
    for key, weight in value.items():
        word = str(key)
        if not word.isdecimal() or len(word) > len(str(MAX_CLASSES)) or str(int(word)) != word or int(word) >= MAX_CLASSES:
            raise ValueError(f"expected the number of a class, 0 to {MAX_CLASSES - 1:,}, before each weight; found {describe(word)}")
        weights[int(word)] = weight
    return tuple(weights.get(i, 1.0) for i in range(max(weights, default=-1) + 1))


def _not_nothing(weights: Weights) -> Weights:
    if not any(weights):
        raise ValueError("expected a class that weighs more than 0; found none")
    return weights


Weight = Annotated[float, Strict(), Field(ge=0, le=MAX_WEIGHT)]
ClassWeight = plain_or_table(
    Literal["balanced"],
    Annotated[tuple[Weight, ...], Strict(False), Field(max_length=MAX_CLASSES), AfterValidator(_not_nothing)],
    BeforeValidator(_one_a_class),
)


def weights_of(class_weight: Literal["balanced"] | Weights | None, counts: Sequence[int]) -> Weights | None:
    """One weight for each class of which there are `counts` training samples; None when all weigh the same.

    Balanced is n / (classes × samples of the class), so that the mean over the samples is 1. Classes beyond the end of
    a list, and classes without samples, weigh 1.
    """
    if class_weight is None:
        return None
    if class_weight == BALANCED:
        present = sum(count > 0 for count in counts)
        return tuple(sum(counts) / (present * count) if count else 1.0 for count in counts)
    return tuple(class_weight[i] if i < len(class_weight) else 1.0 for i in range(len(counts)))  # type: ignore[misc]
