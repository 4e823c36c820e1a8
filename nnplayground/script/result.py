"""The result of a run: one object for programs, a few lines for people."""

from __future__ import annotations

import math
import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from nnplayground import __version__
from nnplayground.core.history import History, mean_of
from nnplayground.engine.events import Status


@dataclass
class Seconds:
    """Where the time went."""

    imports: float = 0.0
    data: float = 0.0
    compile: float = 0.0
    train: float = 0.0

    def plain(self) -> dict[str, float]:
        return {"import": self.imports, "data": self.data, "compile": self.compile, "train": self.train}


@dataclass(frozen=True)
class Fold:
    """One of the runs of a cross-validation: how it ended, and what the network it left is worth on its own validation part."""

    history: History
    status: Status
    reason: str
    score: dict[str, float]

    def plain(self) -> dict[str, Any]:
        """As the JSON object has it. A network that diverged has no score."""
        score = {n: None if self.status is Status.DIVERGED else _finite(v) for n, v in self.score.items()}
        return {"status": self.status.value, "reason": self.reason, "history": _columns(self.history), "score": score}


@dataclass
class Result:
    """What a run came to; `plain` is RECIPE.md's object."""

    name: str
    seed: int
    status: Status = Status.COMPLETED
    reason: str = ""
    epochs: int = 0
    trained: int = 0
    parameters: int = 0
    source: str = ""
    samples: int = 0
    history: History = field(default_factory=History)
    test: dict[str, float] = field(default_factory=dict)
    folds: list[Fold] = field(default_factory=list)
    seconds: Seconds = field(default_factory=Seconds)
    outputs: dict[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The values of the JSON object; what is not finite is null, as JSON has no word for it."""
        rate = self.trained / self.seconds.train if self.seconds.train > 0 else 0.0
        value: dict[str, Any] = {
            "name": self.name,
            "status": self.status.value,
            "reason": self.reason,
            "epochs": self.epochs,
            "seed": self.seed,
            "parameters": self.parameters,
            "source": self.source,
            "history": _columns(self.history),
            "test": {name: _finite(v) for name, v in self.test.items()},
            "seconds": self.seconds.plain(),
            "epochs_per_second": rate,
            "samples_per_second": rate * self.samples,
            "peak_rss_mb": peak_memory(),
            "outputs": self.outputs,
            "versions": versions(),
        }
        if self.folds:
            value["folds"] = [fold.plain() for fold in self.folds]
            value["mean_history"] = _columns(mean_of([fold.history for fold in self.sound_folds]))
        return value

    def lines(self) -> list[str]:
        """The result for people."""
        rate = self.trained / self.seconds.train if self.seconds.train > 0 else 0.0
        how_long = f"{self.epochs:,} epoch{'s' * (self.epochs != 1)} in {self.seconds.train:.1f} s ({rate:,.1f} epochs/s)"
        lines = [f"{self.name}: {self.status.value}, {how_long}, {self.parameters:,} parameters, {self.source} data"]
        if self.reason:
            lines.append(f"  {self.reason}")
        if self.history.epochs:
            lines.append("  last epoch  " + "  ".join(f"{n} {self.history.values(n)[-1]:.4g}" for n in self.history.names))
        lines += self._fold_lines()
        if self.test:
            lines.append("  test        " + "  ".join(f"{n} {v:.4g}" for n, v in self.test.items()))
        lines += [f"  {kind}: {path}" for kind, path in self.outputs.items()]
        return lines

    @property
    def sound_folds(self) -> list[Fold]:
        """The folds that means are taken of: all that did not diverge."""
        return [fold for fold in self.folds if fold.status is not Status.DIVERGED]

    def _fold_lines(self) -> list[str]:
        lines = []
        for i, fold in enumerate(self.folds, 1):
            score = "  ".join(f"{n} {v:.4g}" for n, v in fold.score.items()) if fold.status is not Status.DIVERGED else fold.status.value
            lines.append(f"  fold {i}  {score}" + (f"  {fold.reason}" if fold.reason else ""))
        if sound := [fold.score for fold in self.sound_folds]:
            scores = {n: [score[n] for score in sound] for n in sound[0]}
            what = "mean   " if len(sound) == len(self.folds) else f"mean of the other {len(sound)}"
            lines.append(f"  {what} " + "  ".join(f"{n} {np.mean(v):.4g} ± {np.std(v):.2g}" for n, v in scores.items()))
        return lines


def _columns(history: History) -> dict[str, list[float | None]]:
    return {name: [_finite(v) for v in history.values(name).tolist()] for name in history.names}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def peak_memory() -> float | None:
    """The most memory this process has had, in MB (10^6 bytes); None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6, 1)


def versions() -> dict[str, str]:
    """What ran, so that a result can be understood later."""
    libraries = {name: version(name) for name in ("tensorflow", "keras", "numpy")}
    return {"nnplayground": __version__, "python": platform.python_version(), **libraries}
