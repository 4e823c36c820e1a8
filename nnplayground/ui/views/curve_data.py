"""Runs as curves: whole or in part, as measured or smoothed, thinned to what a plot can show. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.history import History
from nnplayground.core.losses import history_name
from nnplayground.core.smoothing import Smoothed
from nnplayground.core.spec import EarlyStopping
from nnplayground.core.table import Table

Floats = NDArray[np.float64]
Curve = tuple[Floats, Floats]
"""Epochs and values, both (n,)."""

COLUMNS = 240
"""Columns a curve is thinned to, two points each: as many as there are pixels in a usual plot."""
ACCURACY = "accuracy"
LEARNING_RATE = "learning_rate"


class RunCurves:
    """A run's numbers by name. It keeps the history itself, which is no other run's."""

    def __init__(self, history: History, label: str = "") -> None:
        self.history = history
        self.label = label
        self.first_rate = ""
        self.hidden = False
        self._smoothed = Smoothed(history, 0.0)

    def curve(self, name: str, weight: float = 0.0, between: tuple[float, float] | None = None, columns: int = COLUMNS) -> Curve:
        """Epochs and values; none of a number that was never measured."""
        if name not in self.history.names:
            return np.empty(0), np.empty(0)
        source = self.history
        if weight > 0:
            if weight != self._smoothed.weight:
                self._smoothed = Smoothed(self.history, weight)
            source = self._smoothed.history
        return source.downsampled(name, columns, between)

    def value(self, name: str, epoch: int) -> float | None:
        """One number as it was measured; None without one."""
        if name not in self.history.names or not 1 <= epoch <= self.history.epochs:
            return None
        return float(self.history.values(name)[epoch - 1])

    def changes(self, name: str) -> bool:
        """Whether a number was not the same all the time."""
        least, most = self.history.best(name), self.history.best(name, more=True)
        return least is not None and most is not None and self.value(name, least) != self.value(name, most)

    def goes_on_in(self, history: History) -> bool:
        """Whether another history begins with all of this one: it is the same run, taken up again."""
        n, names = self.history.epochs, self.history.names
        if not 0 < n <= history.epochs or names != history.names:
            return False
        return all(np.array_equal(self.history.values(name), history.values(name)[:n], equal_nan=True) for name in names)

    def table(self) -> Table:
        """All epochs in full precision."""
        names = self.history.names
        columns = [self.history.values(name).tolist() for name in names]
        return Table(("epoch", *names), [(epoch, *row) for epoch, row in enumerate(zip(*columns, strict=True), 1)])


@dataclass(frozen=True)
class Best:
    """The epoch in which a number was best."""

    name: str
    epoch: int
    value: float


def best_of(history: History, rule: EarlyStopping | None) -> Best | None:
    """The best epoch: by what early stopping watches, else by the least val_loss, or loss where nothing is validated."""
    wanted = [(history_name(rule.monitor), rule.prefers_more)] if rule is not None else []
    for name, more in (*wanted, ("val_loss", False), ("loss", False)):
        if (epoch := history.best(name, more=more)) is not None:
            return Best(name, epoch, float(history.values(name)[epoch - 1]))
    return None
