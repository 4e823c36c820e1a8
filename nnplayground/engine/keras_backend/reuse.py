"""Compiled loops used again: other data of the same shapes, other weights, another noise need no new compilation."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from nnplayground.core import edits
from nnplayground.engine.events import Split
from nnplayground.engine.keras_backend.build import OWN_SIZE_METRICS
from nnplayground.engine.keras_backend.loops import EpochLoop
from nnplayground.engine.keras_backend.run import Run

KEPT = 16
"""So many runs of before are kept, so that undo is quick; only small ones, where compiling is the wait.

What TensorFlow has compiled it never gives back, about 15 MB each time, so to keep a run costs less than to make it again.
"""


class Shelf:
    """The last small runs, newest first."""

    def __init__(self) -> None:
        self._runs: list[Run] = []

    def renewed(self, fresh: Run) -> Run:
        """An old run of the same structure that has become `fresh`, or `fresh` itself; it is kept for the next time."""
        run = next((old for old in self._runs if _same_structure(old, fresh)), None)
        if run is not None:
            _become(run, fresh)
            fresh = run
        if fresh.hooks is None and isinstance(fresh.loop, EpochLoop):
            self._runs = [fresh, *(old for old in self._runs if old is not fresh)][:KEPT]
        return fresh


def _same_structure(old: Run, fresh: Run) -> bool:
    """Whether the compiled loops of one are right for the other: all that differs are variables and arguments."""
    before, after = old.request.spec, fresh.request.spec
    alike = edits.with_live_settings(before, after)
    return (
        fresh.hooks is None
        and alike.layers == after.layers
        and alike.training == after.training
        and old.goal == fresh.goal
        and old.choice.compiled == fresh.choice.compiled
        and old.network.scaler is None
        and fresh.network.scaler is None
        and _shapes(old) == _shapes(fresh)
        and (old.network.target == fresh.network.target or not set(OWN_SIZE_METRICS) & set(fresh.goal.metrics))
    )


def _shapes(run: Run) -> dict[Split, list[Any]]:
    return {split: [(t.shape, t.dtype) for t in tf.nest.flatten(samples) if t is not None] for split, samples in run.parts.items()}


def _become(old: Run, fresh: Run) -> None:
    """Give an old run the request, data, weights and random seeds of a fresh one."""
    for variable, value in zip(old.variables(), fresh.variables(), strict=True):
        variable.assign(value)
    old.live.take_over(fresh.request.spec)
    old.choice = fresh.choice
    old.begin_anew(fresh.request, fresh.parts)
    old.probe.look_at(fresh.request.dataset, fresh.request.spec)
