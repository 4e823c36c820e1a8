"""The loss of one sample with its numbers, as Keras works it out: target, parts, sum or mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from nnplayground.core.targets import Encoding, Goal
from nnplayground.data.dataset import Affine
from nnplayground.engine.answers import Array, Floats

EPSILON = 1e-7
"""Keras keeps probabilities this far from 0 and 1 before it takes a logarithm of them."""


class Formula(Enum):
    """How one unit's part of the loss is worked out from its answer ŷ and its target y."""

    CATEGORICAL = "categorical cross-entropy"
    BINARY = "binary cross-entropy"
    SQUARED = "squared error"
    ABSOLUTE = "absolute error"
    HUBER = "huber"
    HINGE = "hinge"
    SQUARED_HINGE = "squared hinge"
    PERCEPTRON = "perceptron"


FORMULAS = {
    "categorical_crossentropy": Formula.CATEGORICAL, "sparse_categorical_crossentropy": Formula.CATEGORICAL,
    "binary_crossentropy": Formula.BINARY, "mean_squared_error": Formula.SQUARED, "mean_absolute_error": Formula.ABSOLUTE,
    "huber": Formula.HUBER, "hinge": Formula.HINGE, "squared_hinge": Formula.SQUARED_HINGE, "perceptron": Formula.PERCEPTRON,
}  # fmt: skip


@dataclass(frozen=True)
class SampleLoss:
    """All in the network's own units. The value is the sum of the parts for categorical cross-entropy, else their mean."""

    formula: Formula
    answers: Floats
    """(units,): the network's outputs; for categorical cross-entropy as probabilities, 1 in sum."""
    targets: Floats
    """(units,)."""
    parts: Floats
    """(units,)."""
    value: float


def targets_of(encoding: Encoding, truth: float, units: int, target_scaler: Affine) -> Floats:
    """What the network's outputs (units,) should have been, for the truth as the data has it."""
    if encoding is Encoding.VALUE:
        return np.full(units, float(target_scaler.apply(np.array([truth]))[0]))
    if encoding is Encoding.PLUS_MINUS:
        return np.full(units, 2.0 * truth - 1)
    if encoding is Encoding.ZERO_ONE:
        return np.full(units, float(truth))
    row = np.zeros(units)
    row[int(truth)] = 1.0
    return row


def sample_loss(goal: Goal, activation: str, outputs: Array, logits: Floats | None, truth: float, scaler: Affine) -> SampleLoss | None:
    """Work out the loss of one sample from the network's outputs (units,); None for losses that are not written out.

    `logits` (units,) are what stood before a softmax or sigmoid `activation`: Keras takes the logarithm from those, which is exact
    where a probability is 0 or 1 in its last digit. Raises IndexError for a class that the network has no unit for.
    """
    formula = FORMULAS.get(goal.loss)
    if formula is None:
        return None
    answers = np.asarray(outputs, np.float64)
    arguments = dict(goal.loss_arguments)
    targets = targets_of(goal.encoding, truth, len(answers), scaler)
    if formula is Formula.CATEGORICAL:
        targets = _smoothed(targets, arguments, len(targets))
        if activation == "softmax" and logits is not None:
            logarithms = _log_softmax(logits)
        elif goal.loss.startswith("sparse"):
            logarithms = _log_softmax(np.log(_kept(answers)))
        else:
            with np.errstate(invalid="ignore"):  # of nothing but zeros Keras, too, makes what is no number
                logarithms = np.log(_kept(answers / answers.sum()))
        parts = -targets * logarithms
        return SampleLoss(formula, np.exp(logarithms), targets, parts, float(parts.sum()))
    if formula is Formula.BINARY:
        targets = _smoothed(targets, arguments, 2)
        on, off = _log_sigmoid(logits) if activation == "sigmoid" and logits is not None else _log_clipped(answers)
        parts = -(targets * on + (1 - targets) * off)
    else:
        parts = _part(formula, answers, targets, arguments)
    return SampleLoss(formula, answers, targets, parts, float(parts.mean()))


def _part(formula: Formula, answers: Floats, targets: Floats, arguments: dict[str, Any]) -> Floats:
    off = answers - targets
    match formula:
        case Formula.SQUARED:
            return np.asarray(off**2)
        case Formula.ABSOLUTE:
            return np.asarray(np.abs(off))
        case Formula.HUBER:
            delta = float(arguments.get("delta", 1.0))
            size = np.abs(off)
            return np.asarray(np.where(size <= delta, off**2 / 2, delta * (size - delta / 2)))
        case Formula.PERCEPTRON:
            return np.asarray(np.where(answers * targets <= 0, -answers * targets, 0.0))
        case _:
            if not (targets < 0).any():  # as Keras does with 0 and 1
                targets = 2 * targets - 1
            margin = np.maximum(1 - answers * targets, 0.0)
            return np.asarray(margin**2 if formula is Formula.SQUARED_HINGE else margin)


def _smoothed(targets: Floats, arguments: dict[str, Any], answers: int) -> Floats:
    share = float(arguments.get("label_smoothing", 0.0))
    return np.asarray(targets * (1 - share) + share / answers)


def _log_softmax(logits: Floats) -> Floats:
    moved = logits - logits.max()
    return np.asarray(moved - np.log(np.exp(moved).sum()))


def _log_sigmoid(logits: Floats) -> tuple[Floats, Floats]:
    return np.asarray(-np.logaddexp(0, -logits)), np.asarray(-np.logaddexp(0, logits))


def _log_clipped(answers: Floats) -> tuple[Floats, Floats]:
    kept = _kept(answers)
    return np.asarray(np.log(kept)), np.asarray(np.log(1 - kept))


def _kept(probabilities: Floats) -> Floats:
    """Between the ends as float32 has them, where 1 - 1e-7 is 0.99999988: the logarithm near the ends depends on it."""
    return np.clip(probabilities, np.float32(EPSILON), np.float32(1 - EPSILON)).astype(np.float64)
