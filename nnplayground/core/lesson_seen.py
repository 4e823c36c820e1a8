"""What a lesson's checks and formulas look at: the run, the project, and what was looked at and asked, as they are now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnplayground.core.history import Floats, History
from nnplayground.core.layers import Dense
from nnplayground.core.losses import history_name
from nnplayground.core.spec import ProjectSpec

TEST = "test_"


@dataclass(frozen=True)
class Asked:
    """An answer of the network in 'Try it'."""

    outputs: tuple[float, ...]
    """In the data's own unit: a value, a probability for each class, or that of the one class of a single unit."""
    input: tuple[float, ...] = ()
    """What was filled in; empty for pictures and texts."""
    sample: int | None = None
    """The number of the test sample that it was, if it was one."""


@dataclass(frozen=True)
class Seen:
    """What the window knows that a lesson may ask about. Whoever fills it in leaves out what there is not."""

    spec: ProjectSpec
    history: History = field(default_factory=History)
    epoch: int = 0
    status: str = ""
    """How the run ended: `completed`, `stopped`, `diverged`, `cancelled`; empty before that."""
    reason: str = ""
    opened: frozenset[str] = frozenset()
    """Which of `lesson_deeds.Page` were looked at during this lesson."""
    asked: tuple[Asked, ...] = ()
    """Answers since the present network began, or the last of them."""
    why: bool = False
    """Whether the network was asked why, during this lesson."""
    runs: int = 0
    """How many runs this lesson has kept."""
    compared: frozenset[int] = frozenset()
    """Which of the lesson's comparisons are trained."""
    scores: tuple[float, ...] = ()
    """What each fold that is done is worth on its validation part, in the target's unit."""
    test: Mapping[str, float] = field(default_factory=dict)
    """The last numbers on the test set: `loss`, `accuracy`, `mae`."""
    weights: tuple[tuple[Floats, ...], ...] = ()
    """Those of a small network, a tuple a layer, as in a `Snapshot`; only formulas want them."""

    def number(self, metric: str) -> float | None:
        """The newest value of `loss`, `val_accuracy` …, or of the test set as `test_loss`; None where there is none."""
        bare = metric.removeprefix(TEST)
        found = self.test.get(history_name(bare)) if bare != metric else self.history.last().get(history_name(metric))
        return found if found is not None and not math.isnan(found) else None


def said(value: float) -> str:
    """A number in few digits."""
    return f"{value:,.4g}" if abs(value) < 1e6 else f"{value:.3g}"


def plain_at(spec: ProjectSpec, place: str) -> Any:
    """The plain value at a place of the project, defaults included; None where there is no such place."""
    where: Any = spec.model_dump(mode="json")
    for key in place.replace("[", ".").replace("]", "").split("."):
        if isinstance(where, list):
            where = where[int(key)] if key.isdecimal() and int(key) < len(where) else None
        else:
            where = where.get(key) if isinstance(where, dict) else None
    return where


def chosen_class(asked: Asked, spec: ProjectSpec) -> int:
    """The most probable class; of a single unit whether it says the second, from 0.5 on, or above 0 where it is no sigmoid's."""
    if len(asked.outputs) > 1:
        return int(np.argmax(asked.outputs))
    sigmoid = isinstance(spec.output_layer, Dense) and plain_at(spec, f"layers[{spec.output_index}].activation") == "sigmoid"
    return int(asked.outputs[0] >= 0.5) if sigmoid else int(asked.outputs[0] > 0)
