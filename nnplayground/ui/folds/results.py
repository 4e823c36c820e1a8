"""What the folds have come to: their curves, the mean of those that are sound, and the scores. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History, mean_of
from nnplayground.core.losses import MORE_IS_BETTER
from nnplayground.core.smoothing import Smoothed
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.table import Table
from nnplayground.engine.events import Status

SQUARED = ("mse",)
IN_UNIT = ("mae", "rmse")


@dataclass
class FoldRun:
    """One of the runs."""

    history: History = field(default_factory=History)
    status: Status | None = None
    """How it ended; None while it goes on. CANCELLED: it was called off."""
    reason: str = ""
    score: dict[str, float] = field(default_factory=dict)
    """What the network it left is worth on the part that was set aside; empty where it is worth nothing."""

    @property
    def is_sound(self) -> bool:
        """Whether it counts in means: it went to its end, and its numbers are numbers."""
        return self.status in (Status.COMPLETED, Status.STOPPED) and bool(self.score)


@dataclass(frozen=True)
class Score:
    """A number's mean over the sound folds, and its standard deviation among them."""

    mean: float
    deviation: float
    folds: int


@dataclass
class Results:
    """The folds of one project, as far as they have come."""

    analysis: Analysis
    """The project that they are of."""
    runs: list[FoldRun] = field(default_factory=list)
    _mean: tuple[int, History] = field(default_factory=lambda: (0, History()))
    _smoothed: Smoothed | None = None
    _smoothed_of: History | None = None

    @property
    def count(self) -> int:
        """How many folds there are, or will be."""
        return self.analysis.spec.training.k_fold or 0

    @property
    def epochs(self) -> int:
        """How many epochs a fold may have."""
        return self.analysis.spec.training.epochs

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers that are measured."""
        return ("loss", *self.analysis.goal.metric_names)

    @property
    def sound(self) -> list[FoldRun]:
        """The folds that means are taken of."""
        return [run for run in self.runs if run.is_sound]

    @property
    def mean(self) -> History:
        """Epoch by epoch the mean of the sound folds."""
        sound = self.sound
        if len(sound) != self._mean[0]:
            self._mean = len(sound), mean_of([run.history for run in sound])
        return self._mean[1]

    def smoothed(self, weight: float) -> History:
        """The mean without its noise."""
        mean = self.mean
        if self._smoothed is None or self._smoothed.weight != weight or self._smoothed_of is not mean:
            self._smoothed, self._smoothed_of = Smoothed(mean, weight), mean
        return self._smoothed.history

    def score(self, name: str) -> Score | None:
        """None while no fold has one."""
        values = [run.score[name] for run in self.sound if name in run.score]
        return Score(float(np.mean(values)), float(np.std(values)), len(values)) if values else None

    def best(self, name: str) -> tuple[int, float] | None:
        """The epoch in which the mean of a number was best, and its value there."""
        key, mean = f"val_{name}", self.mean
        epoch = mean.best(key, more=name in MORE_IS_BETTER)
        return None if epoch is None else (epoch, float(mean.values(key)[epoch - 1]))

    def unit(self, name: str) -> str:
        """What a number is counted in; empty where it has no unit."""
        unit = self.analysis.facts.target_unit
        if name in IN_UNIT:
            return unit
        return f"({unit})²" if unit and name in SQUARED else ""

    def is_of(self, spec: ProjectSpec) -> bool:
        """Whether a project would be trained in just these folds."""
        return what_counts(spec) == what_counts(self.analysis.spec)

    def curves_table(self, weight: float) -> Table:
        """All numbers of all folds and of their mean, epoch by epoch; what was not measured is an empty cell."""
        mean = self.mean
        columns = {f"fold_{i}_{name}": run.history.values(name) for i, run in enumerate(self.runs, 1) for name in run.history.names}
        columns |= {f"mean_{name}": mean.values(name) for name in mean.names}
        if weight:
            smooth = self.smoothed(weight)
            columns |= {f"smoothed_{name}": smooth.values(name) for name in smooth.names if name.startswith("val_")}
        length = max(map(len, columns.values()), default=0)
        rows = [(e + 1, *(float(c[e]) if e < len(c) else "" for c in columns.values())) for e in range(length)]
        return Table(("epoch", *columns), rows)

    def scores_table(self) -> Table:
        """A row for each fold, then their mean and standard deviation."""
        names = self.names
        rows: list[tuple[object, ...]] = [
            (i, "" if run.status is None else run.status.value, run.history.epochs, *(run.score.get(name, "") for name in names))
            for i, run in enumerate(self.runs, 1)
        ]
        scores = [self.score(name) for name in names]
        rows.append(("mean", "", "", *("" if s is None else s.mean for s in scores)))
        rows.append(("deviation", "", "", *("" if s is None else s.deviation for s in scores)))
        return Table(("fold", "status", "epochs", *names), rows)


def what_counts(spec: ProjectSpec) -> tuple[object, ...]:
    """What folds are trained by: name, notes and outputs of a project make no difference."""
    return spec.seed, spec.data, spec.layers, spec.training
