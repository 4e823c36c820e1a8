"""How good answers are, in numbers: by class, by threshold, by how far off they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.targets import Encoding
from nnplayground.engine.answers import Array, Floats, Reading

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Averages:
    """Precision, recall and F1 over all classes."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ClassScores:
    """One number a class, (classes,). Where nothing can be divided the score is 0, as scikit-learn has it."""

    precision: Floats
    """Of what was taken for the class, the share that is."""
    recall: Floats
    """Of the class, the share that was found."""
    f1: Floats
    support: Counts
    """Samples of the class."""

    @property
    def macro(self) -> Averages:
        """Every class counts alike."""
        return Averages(*(float(scores.mean()) for scores in (self.precision, self.recall, self.f1)))

    @property
    def weighted(self) -> Averages:
        """Every sample counts alike."""
        shares = self.support / max(int(self.support.sum()), 1)
        return Averages(*(float(scores @ shares) for scores in (self.precision, self.recall, self.f1)))


def class_scores(confusion: Counts) -> ClassScores:
    """The scores behind a matrix (classes, classes) of the true class (rows) against the predicted one."""
    right = np.diag(confusion).astype(np.float64)
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _divided(right, predicted), _divided(right, support)
    return ClassScores(precision, recall, _divided(2 * right, support + predicted), support)


def accuracy(confusion: Counts) -> float:
    """The share of right answers; 0 of nothing."""
    return float(np.trace(confusion)) / max(int(confusion.sum()), 1)


def confused(confusion: Counts) -> list[tuple[int, int]]:
    """The (true, predicted) pairs of classes that were mistaken at least once, the commonest mistake first."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    return [(int(i), int(j)) for i, j in zip(*np.unravel_index(order, wrong.shape), strict=True)]


def plus_scores(reading: Reading, outputs: Array) -> Floats:
    """Of two classes: how much each answer (n, units) speaks for the second one; more than 0.5 is taken for it, shape (n,)."""
    outputs = np.asarray(outputs, np.float64)
    if outputs.shape[-1] > 1:
        return np.asarray(reading.shares(outputs)[:, 1]) if reading.has_probabilities else (outputs[:, 1] - outputs[:, 0] + 1) / 2
    first = np.asarray(outputs[:, 0])
    return (first + 1) / 2 if reading.encoding is Encoding.PLUS_MINUS else first


@dataclass(frozen=True)
class Roc:
    """Every way to draw the line between two classes: shares of the second class found, against shares of the first taken for it."""

    false_positives: Floats
    true_positives: Floats
    thresholds: Floats
    """At each of these a score at or above it is taken for the second class; from infinity down."""

    @property
    def area(self) -> float:
        """Under the curve: 1 where the classes are told apart, 0.5 for guessing; NaN where one of them is missing."""
        return float((np.diff(self.false_positives) * (self.true_positives[1:] + self.true_positives[:-1])).sum() / 2)


def roc(scores: Floats, truth: Array) -> Roc:
    """The curve of scores (n,) for whether `truth` (n,) is 1. What is not a number speaks for nothing: it comes last."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-scores, kind="stable")
    falling, plus = scores[order], np.asarray(truth)[order] == 1
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1) if len(falling) else np.empty(0, np.intp)
    found = np.concatenate([[0], np.cumsum(plus)[ends]])
    wrong = np.concatenate([[0], np.cumsum(~plus)[ends]])
    with np.errstate(invalid="ignore"):
        shares = wrong / wrong[-1], found / found[-1]
    return Roc(*shares, np.concatenate([[np.inf], falling[ends]]))


@dataclass(frozen=True)
class AtThreshold:
    """What becomes of two classes where every score above a threshold is taken for the second."""

    accuracy: float
    precision: float
    recall: float
    false_positives: float
    """The share of the first class that is taken for the second."""


def at_threshold(scores: Floats, truth: Array, threshold: float) -> AtThreshold:
    """The numbers of scores (n,) for whether `truth` (n,) is 1; 0 where nothing can be divided."""
    taken, plus = scores > threshold, np.asarray(truth) == 1
    found, wrong = int((taken & plus).sum()), int((taken & ~plus).sum())
    right = found + int((~taken & ~plus).sum())
    return AtThreshold(
        right / max(len(plus), 1), found / max(found + wrong, 1), found / max(int(plus.sum()), 1), wrong / max(int((~plus).sum()), 1)
    )


@dataclass(frozen=True)
class Fit:
    """How far off values are, in their own unit."""

    r2: float
    """The share of the spread that is explained; NaN where all true values are the same."""
    mae: float
    """How far off on average."""
    rmse: float
    """The same, where large errors count for more."""


def fit(answers: Array, truth: Array) -> Fit:
    """The numbers of answers (n,) for true values (n,)."""
    off = np.asarray(answers, np.float64) - np.asarray(truth, np.float64)
    spread = float(((truth - np.mean(truth, dtype=np.float64)) ** 2).sum()) if len(off) else 0.0
    if not len(off):
        return Fit(np.nan, np.nan, np.nan)
    r2 = 1 - float((off**2).sum()) / spread if spread > 0 else np.nan
    return Fit(r2, float(np.abs(off).mean()), float(np.sqrt((off**2).mean())))


def _divided(part: Array, whole: Array) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=np.asarray(whole) > 0)
