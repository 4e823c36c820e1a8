"""A backend whose epochs give written numbers: for rules, where only the decisions matter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnplayground.core.spec import TrainingSpec
from nnplayground.engine.backend import MarkedWeights, Memory
from nnplayground.engine.events import Array, Epochs, Progress


@dataclass
class Scripted:
    """Gives `series` in pieces as long as `chunks` says, with some progress in between; its weights are the epoch's number.

    `marks` off stands for a network that is too large to be copied, which gives one epoch at a time.
    """

    series: dict[str, list[float]]
    chunks: Iterator[int]
    training: TrainingSpec
    marks: bool = True
    run_id: int = 1
    epoch: int = 0
    learning_rate: float = float(np.float32(0.1))
    memory: Memory = field(default_factory=Memory)
    rates: list[float] = field(default_factory=list)
    """The rate that each epoch was trained with; an epoch that is trained again is written again."""
    restored: int = 0

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        most = epochs if math.isinf(seconds) else min(epochs, next(self.chunks))
        if most == 0:
            return Progress(self.run_id, self.epoch + 1, 1, 2, {name: values[self.epoch] for name, values in self.series.items()})
        count = most if self.marks else 1
        first = self.epoch
        self.epoch += count
        self.rates[first:] = [self.learning_rate] * count
        return Epochs(self.run_id, first + 1, {n: np.array(v[first : self.epoch]) for n, v in self.series.items()}, 0.0)

    def mark(self) -> Any:
        return (self.epoch, self.learning_rate) if self.marks else None

    def rewind(self, mark: Any) -> None:
        self.epoch, self.learning_rate = mark

    def end(self) -> None:
        """No callbacks."""

    def is_finite(self) -> bool:
        return True

    def diagnose(self, mark: Any, epochs: int) -> str:
        return ""

    def weights(self) -> tuple[Array, ...]:
        return (np.array(self.epoch),)

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        self.restored = int(weights[0])

    def best_weights(self) -> tuple[Array, ...]:
        best = self.memory.best
        return (np.array(best.mark[0] + best.epochs),) if isinstance(best, MarkedWeights) else best  # type: ignore[index]

    def set_learning_rate(self, value: float) -> None:
        self.learning_rate = float(np.float32(value))
