"""Reading a network's outputs: as a side, a class, a probability, a value in the data's own unit; right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.analysis import Analysis
from nnplayground.core.facts import DataFacts
from nnplayground.core.targets import Encoding, Goal, output_activation
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
        return Reading.of_goal(analysis.goal, analysis.facts, output_activation(analysis.spec.layers))

    @staticmethod
    def of_goal(goal: Goal, facts: DataFacts, activation: str) -> Reading:
        """The same, from its parts."""
        largest = max(abs(bound) for bound in facts.target_range) or 1.0
        return Reading(goal.encoding, facts.classes, largest, activation in PROBABILITIES)

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
        return np.asarray(np.clip(side, -1.0, 1.0))

    def chosen(self, outputs: Array) -> NDArray[np.int64]:
        """The class that each answer stands for, shape (...)."""
        outputs = np.asarray(outputs)
        if outputs.shape[-1] > 1:
            return np.asarray(outputs.argmax(axis=-1), np.int64)
        border = 0.0 if self.encoding is Encoding.PLUS_MINUS else 0.5
        return np.asarray(outputs[..., 0] > border, np.int64)

    def confidence(self, outputs: Array) -> Floats:
        """The probability that the network gives to the class it chose, shape (...)."""
        outputs = np.asarray(outputs, np.float64)
        if outputs.shape[-1] > 1:
            share = outputs.max(axis=-1)
        else:
            plus = (outputs[..., 0] + 1) / 2 if self.encoding is Encoding.PLUS_MINUS else outputs[..., 0]
            share = np.maximum(plus, 1 - plus)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def shares(self, outputs: Array) -> Floats:
        """Every class's part of an answer, not negative and 1 in sum, shape (..., units)."""
        weights = np.clip(np.asarray(outputs, np.float64), 0.0, None)
        total = weights.sum(axis=-1, keepdims=True)
        return np.asarray(np.divide(weights, total, out=np.full_like(weights, 1 / weights.shape[-1]), where=total > 0))

    def class_shares(self, outputs: Array) -> Floats:
        """Every class's part of an answer, where a single output stands for two classes, too: shape (..., classes)."""
        if np.shape(outputs)[-1] > 1:
            return self.shares(outputs)
        plus = (self.signed(outputs) + 1) / 2
        return np.stack([1 - plus, plus], axis=-1)


def values(outputs: Array, target_scaler: Affine) -> Floats:
    """Regression answers in the data's own unit, shape (n,)."""
    return target_scaler.undo(np.asarray(outputs)[..., 0]).astype(np.float64)


@dataclass(frozen=True)
class Examination:
    """How a network answers a whole part of the data, of n samples."""

    outputs: Array
    """(n, units): the network's outputs."""
    answers: Array
    """(n,): class numbers, or values in the data's own unit."""
    truth: Array
    """(n,): what would have been right, likewise."""
    confidence: Array | None = None
    """(n,): the probability that the network gave to the class it chose; None for regression."""
    confusion: NDArray[np.int64] | None = None
    """(classes, classes): how many samples of the row's class were taken for the column's; None for regression."""

    def fits(self, reading: Reading, samples: int) -> bool:
        """Whether it is of data with these classes and so many samples; one of the data before may come late."""
        classes = None if reading.is_regression else len(reading.classes)
        return len(self.truth) == samples and (None if self.confusion is None else len(self.confusion)) == classes

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """The numbers of the wrong samples, the surest first; for regression all, the furthest off first."""
        if self.confidence is None:
            return np.argsort(-np.abs(self.answers - self.truth), kind="stable")
        wrong = np.flatnonzero(self.answers != self.truth)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]


def examine(reading: Reading, outputs: Array, truth: Array, target_scaler: Affine) -> Examination:
    """Compare outputs (n, units) with the right answers (n,), given as the data has them."""
    if reading.is_regression:
        return Examination(outputs, values(outputs, target_scaler), truth)
    chosen = reading.chosen(outputs)
    confusion = np.zeros((len(reading.classes), len(reading.classes)), np.int64)
    known = chosen < len(reading.classes)
    np.add.at(confusion, (truth[known], chosen[known]), 1)
    return Examination(outputs, chosen, truth, reading.confidence(outputs), confusion)
