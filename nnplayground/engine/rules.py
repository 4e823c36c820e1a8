"""Rules that watch a run and may end it. They see whole epochs, in order, and never touch the network themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from nnplayground.core.losses import history_name
from nnplayground.core.spec import EarlyStopping, StopWhen, TrainingSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Status


@dataclass(frozen=True)
class Verdict:
    """A rule ends the run, for a reason that people read."""

    status: Status
    reason: str


class Rule(Protocol):
    """Sees every epoch's numbers once, in order."""

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Verdict | None:
        """Look at the numbers of `epoch` (1-based); a verdict ends the run after this very epoch."""

    def chunk_done(self, mark: object, first: int) -> None:
        """The epochs from `first` on, examined since the last call, were trained starting from `mark`."""

    def finish(self, backend: Backend) -> None:
        """The run is over; the network may be put back to an earlier epoch."""


class _Watching:
    def chunk_done(self, mark: object, first: int) -> None:
        """Nothing to keep."""

    def finish(self, backend: Backend) -> None:
        """Nothing to put back."""


class Divergence(_Watching):
    """A loss that is not finite ends the run."""

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Verdict | None:
        if math.isfinite(logs["loss"]):
            return None
        return Verdict(Status.DIVERGED, diverged_reason(f"epoch {epoch:,}"))


def diverged_reason(when: str) -> str:
    """What people are told when the loss is no number any more."""
    return f"The loss is not a finite number any more (in {when}). Try a smaller learning rate, scaled inputs, or clipnorm."


class TargetReached(_Watching):
    """`stop_when`: a number passes a mark."""

    def __init__(self, spec: StopWhen) -> None:
        self.name = history_name(spec.metric)
        self.spec = spec

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Verdict | None:
        value = logs[self.name]
        if self.spec.below is not None and value < self.spec.below:
            return Verdict(Status.STOPPED, f"Stopped after epoch {epoch:,}: {self.name} is {value:.4g}, below {self.spec.below:g}.")
        if self.spec.above is not None and value > self.spec.above:
            return Verdict(Status.STOPPED, f"Stopped after epoch {epoch:,}: {self.name} is {value:.4g}, above {self.spec.above:g}.")
        return None


class NoImprovement:
    """`early_stopping`, decided as keras.callbacks.EarlyStopping decides it."""

    def __init__(self, spec: EarlyStopping) -> None:
        self.spec = spec
        self.name = history_name(spec.monitor)
        self.sign = -1.0 if spec.prefers_more else 1.0
        self.best = math.inf
        self.best_epoch = 0
        self.wait = 0
        self.best_mark: tuple[object, int] | None = None

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Verdict | None:
        if epoch - 1 < self.spec.start_from_epoch:
            return None
        value = self.sign * logs[self.name]
        if not self.best_epoch:
            self.best_epoch = epoch
        self.wait += 1
        if value < self.best - self.spec.min_delta:
            self.best, self.best_epoch = value, epoch
            if self.spec.baseline is None or value < self.sign * self.spec.baseline - self.spec.min_delta:
                self.wait = 0
            return None
        if self.wait >= self.spec.patience and epoch > 1:
            reason = f"Stopped after epoch {epoch:,}: {self.name} has not improved since epoch {self.best_epoch:,}."
            if self.spec.restore_best_weights:
                reason += " Its weights are restored."
            return Verdict(Status.STOPPED, reason)
        return None

    def chunk_done(self, mark: object, first: int) -> None:
        if self.best_epoch >= first:
            self.best_mark = (mark, self.best_epoch - first + 1)

    def finish(self, backend: Backend) -> None:
        if not self.spec.restore_best_weights or self.best_mark is None:
            return
        end, (mark, epochs) = backend.mark(), self.best_mark
        backend.rewind(mark)
        backend.advance(epochs, math.inf)
        weights = backend.state().weights
        backend.rewind(end)
        backend.set_weights(weights)


def rules_of(training: TrainingSpec) -> list[Rule]:
    """The rules that a project asks for; divergence is always watched."""
    rules: list[Rule] = [Divergence()]
    if training.stop_when is not None:
        rules.append(TargetReached(training.stop_when))
    if training.early_stopping is not None:
        rules.append(NoImprovement(training.early_stopping))
    return rules


def first_verdict(rules: Iterable[Rule], event: Epochs) -> tuple[int, Verdict] | None:
    """Show every epoch of an event to the rules: how many epochs stand, and the verdict; None when the run goes on."""
    rules = tuple(rules)
    for i in range(event.count):
        logs = {name: float(values[i]) for name, values in event.logs.items()}
        for rule in rules:
            if (verdict := rule.examine(event.first + i, logs)) is not None:
                return i + 1, verdict
    return None
