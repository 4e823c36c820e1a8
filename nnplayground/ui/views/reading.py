"""Reading a network's outputs: as a side, as a class, as a probability, as a value in the data's own unit. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.analysis import Analysis
from nnplayground.core.targets import Encoding, output_activation
from nnplayground.data.dataset import Affine

Array = NDArray[Any]
Floats = NDArray[np.float64]

PROBABILITIES = ("sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid")


@dataclass(frozen=True)
class Reading:
    """How the outputs of one network are meant. All methods take outputs of shape (..., units)."""

    encoding: Encoding = Encoding.ZERO_ONE
    classes: tuple[str, ...] = ()
    largest: float = 1.0
    """What counts as a full colour for regression: fixed by the data, never by what is shown."""
    has_probabilities: bool = True

    @staticmethod
    def of(analysis: Analysis) -> Reading:
        """The reading that a project's goal and data ask for."""
        facts = analysis.facts
        return Reading(
            analysis.goal.encoding,
            facts.classes,
            max(abs(bound) for bound in facts.target_range) or 1.0,
            output_activation(analysis.spec.layers) in PROBABILITIES,
        )

    @property
    def is_regression(self) -> bool:
        return self.encoding is Encoding.VALUE

    def has_sides(self, units: int) -> bool:
        """Whether the outputs are one signed number for the diverging map; else each class has its own colour."""
        return units <= 2

    def signed(self, outputs: Array) -> Floats:
        """Outputs as one number from -1 (minus, class 0) to +1 (plus, class 1), shape (...). NaN stays NaN."""
        outputs = np.asarray(outputs, np.float64)
        first = outputs[..., 0]
        if self.is_regression:
            side = first / self.largest
        elif outputs.shape[-1] > 1:
            side = outputs[..., 1] - first
        elif self.encoding is Encoding.PLUS_MINUS:
            side = first
        else:
            side = 2 * first - 1
        return np.clip(side, -1.0, 1.0)

    def chosen(self, outputs: Array) -> NDArray[np.int64]:
        """The class that each answer stands for, shape (...)."""
        outputs = np.asarray(outputs)
        if outputs.shape[-1] > 1:
            return outputs.argmax(axis=-1).astype(np.int64)
        border = 0.0 if self.encoding is Encoding.PLUS_MINUS else 0.5
        return (outputs[..., 0] > border).astype(np.int64)

    def confidence(self, outputs: Array) -> Floats:
        """The probability that the network gives to the class it chose, shape (...)."""
        outputs = np.asarray(outputs, np.float64)
        if outputs.shape[-1] > 1:
            share = outputs.max(axis=-1)
        else:
            plus = (outputs[..., 0] + 1) / 2 if self.encoding is Encoding.PLUS_MINUS else outputs[..., 0]
            share = np.maximum(plus, 1 - plus)
        return np.clip(share, 0.0, 1.0)

    def shares(self, outputs: Array) -> Floats:
        """Every class's part of an answer, not negative and 1 in sum, shape (..., units)."""
        weights = np.clip(np.asarray(outputs, np.float64), 0.0, None)
        total = weights.sum(axis=-1, keepdims=True)
        return np.divide(weights, total, out=np.full_like(weights, 1 / weights.shape[-1]), where=total > 0)


def values(outputs: Array, target_scaler: Affine) -> Floats:
    """Regression answers in the data's own unit, shape (n,)."""
    return target_scaler.undo(np.asarray(outputs)[..., 0]).astype(np.float64)
