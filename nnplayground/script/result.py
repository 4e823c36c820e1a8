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
from nnplayground.core.history import History
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
    folds: list[tuple[History, dict[str, float]]] = field(default_factory=list)
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
            value["folds"] = [{"history": _columns(h), "score": {n: _finite(v) for n, v in score.items()}} for h, score in self.folds]
            value["mean_history"] = mean_history([h for h, _ in self.folds])
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
        lines += [f"  fold {i}  " + "  ".join(f"{n} {v:.4g}" for n, v in score.items()) for i, (_, score) in enumerate(self.folds, 1)]
        if self.folds:
            scores = {n: [score[n] for _, score in self.folds if n in score] for n in self.folds[0][1]}
            lines.append("  mean    " + "  ".join(f"{n} {np.mean(v):.4g} ± {np.std(v):.2g}" for n, v in scores.items()))
        if self.test:
            lines.append("  test        " + "  ".join(f"{n} {v:.4g}" for n, v in self.test.items()))
        lines += [f"  {kind}: {path}" for kind, path in self.outputs.items()]
        return lines


def mean_history(histories: list[History]) -> dict[str, list[float | None]]:
    """Epoch by epoch the mean over folds, as far as all of them went."""
    length = min(h.epochs for h in histories)
    means = {name: np.mean([h.values(name)[:length] for h in histories], axis=0) for name in histories[0].names}
    return {name: [_finite(v) for v in values] for name, values in means.items()}


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
