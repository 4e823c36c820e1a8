"""Rules that watch a run: they end it, or turn its learning rate down. They see whole epochs, in order.

A rule decides by its counters alone, and those outlive it: they are kept in the backend's `Memory`, saved and restored
with the run, so that it makes no difference where a run was paused, stopped or continued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nnplayground.core.losses import history_name
from nnplayground.core.spec import EarlyStopping, ReduceLROnPlateau, StopWhen, TrainingSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Status


@dataclass(frozen=True)
class Verdict:
    """A rule ends the run, for a reason that people read."""

    status: Status
    reason: str


@dataclass(frozen=True)
class Reduction:
    """A rule wants another learning rate from the next step on."""

    learning_rate: float
    reason: str


Decision = Verdict | Reduction


class Rule(Protocol):
    """Sees every epoch's numbers once, in order."""

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are to be restored at the end; 0 for none."""

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Decision | None:
        """Look at the numbers of `epoch` (1-based); a decision takes effect after this very epoch."""


class _Counters:
    """A rule's numbers in the memory of a run, each with the value that it begins with."""

    def __init__(self, memory: dict[str, float], rule: str, **first: float) -> None:
        self._memory, self._rule = memory, rule
        for name, value in first.items():
            memory.setdefault(f"{rule}.{name}", value)

    def __getitem__(self, name: str) -> float:
        return self._memory[f"{self._rule}.{name}"]

    def __setitem__(self, name: str, value: float) -> None:
        self._memory[f"{self._rule}.{name}"] = value


def _less(value: float, bound: float) -> bool:
    """As Keras compares: in float32, in which a difference of the last digits is none."""
    return bool(np.float32(value) < np.float32(bound))


def diverged_reason(when: str) -> str:
    """What people are told when the loss is no number any more."""
    return f"The loss is not a finite number any more ({when}). Try a smaller learning rate, scaled inputs, or clipnorm."


class TargetReached:
    """`stop_when`: a number passes a mark."""

    best_epoch = 0

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

    def __init__(self, spec: EarlyStopping, memory: dict[str, float]) -> None:
        self.spec = spec
        self.name = history_name(spec.monitor)
        self.sign = -1.0 if spec.prefers_more else 1.0
        self.counters = _Counters(memory, f"early_stopping {self.name}", best=0, best_epoch=0, wait=0)

    @property
    def best_epoch(self) -> int:
        return int(self.counters["best_epoch"]) if self.spec.restore_best_weights else 0

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Verdict | None:
        if epoch - 1 < self.spec.start_from_epoch:
            return None
        counters, value = self.counters, self.sign * logs[self.name]
        counters["wait"] += 1
        if not counters["best_epoch"] or _less(value + self.spec.min_delta, counters["best"]):
            counters["best"], counters["best_epoch"] = value, epoch
            if self.spec.baseline is None or _less(value + self.spec.min_delta, self.sign * self.spec.baseline):
                counters["wait"] = 0
            return None
        if counters["wait"] >= self.spec.patience and epoch > 1:
            best = int(counters["best_epoch"])
            reason = f"Stopped after epoch {epoch:,}: {self.name} has not improved since epoch {best:,}."
            if self.spec.restore_best_weights:
                reason += " Its weights are restored."
            return Verdict(Status.STOPPED, reason)
        return None


class Plateau:
    """`reduce_lr_on_plateau`, decided as keras.callbacks.ReduceLROnPlateau decides it."""

    best_epoch = 0

    def __init__(self, spec: ReduceLROnPlateau, backend: Backend) -> None:
        self.spec, self.backend = spec, backend
        self.name = history_name(spec.monitor)
        self.sign = -1.0 if spec.prefers_more else 1.0
        self.counters = _Counters(backend.memory.counters, f"reduce_lr_on_plateau {self.name}", best=0, seen=0, wait=0, cooldown=0)

    def examine(self, epoch: int, logs: Mapping[str, float]) -> Reduction | None:
        counters, value = self.counters, self.sign * logs[self.name]
        if counters["cooldown"] > 0:
            counters["cooldown"] -= 1
            counters["wait"] = 0
        if not counters["seen"] or _less(value + self.spec.min_delta, counters["best"]):
            counters["best"], counters["seen"], counters["wait"] = value, 1, 0
        elif counters["cooldown"] <= 0:
            counters["wait"] += 1
            if counters["wait"] >= self.spec.patience:
                return self._reduce(epoch)
        return None

    def _reduce(self, epoch: int) -> Reduction | None:
        before = self.backend.learning_rate
        if not _less(self.spec.min_lr, before):
            return None
        self.counters["cooldown"], self.counters["wait"] = self.spec.cooldown, 0
        after = max(before * self.spec.factor, self.spec.min_lr)
        since = f"{self.name} has not improved for {self.spec.patience:,} epoch{'s' * (self.spec.patience != 1)}"
        return Reduction(after, f"Learning rate {before:.4g} → {after:.4g} after epoch {epoch:,}: {since}.")


def rules_of(training: TrainingSpec, backend: Backend) -> list[Rule]:
    """The rules that a project asks for, going on where the backend's memory says they stood; one that was changed begins anew."""
    asked = {name: getattr(training, name) for name in ("stop_when", "early_stopping", "reduce_lr_on_plateau")}
    backend.memory.watch({name: rule.model_dump_json() for name, rule in asked.items() if rule is not None})
    memory = backend.memory.counters
    rules: list[Rule] = []
    if training.reduce_lr_on_plateau is not None:
        rules.append(Plateau(training.reduce_lr_on_plateau, backend))
    if training.stop_when is not None:
        rules.append(TargetReached(training.stop_when))
    if training.early_stopping is not None:
        rules.append(NoImprovement(training.early_stopping, memory))
    return rules


def first_decision(rules: Iterable[Rule], event: Epochs) -> tuple[int, tuple[Decision, ...]]:
    """Show the epochs of an event to the rules, up to the first that one decides after.

    Gives how many epochs stand, and the decisions; a loss that is not finite ends the run before any rule is asked.
    """
    rules = tuple(rules)
    finite = np.isfinite(event.logs["loss"])
    healthy = event.count if finite.all() else int(np.argmin(finite))
    for i in range(healthy if rules else 0):
        logs = {name: float(values[i]) for name, values in event.logs.items()}
        decisions = tuple(d for rule in rules if (d := rule.examine(event.first + i, logs)) is not None)
        if decisions:
            return i + 1, decisions
    if healthy < event.count:
        return healthy + 1, (Verdict(Status.DIVERGED, diverged_reason(f"in epoch {event.first + healthy:,}")),)
    return event.count, ()
