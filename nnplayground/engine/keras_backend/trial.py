"""Where it is not clear which compiler is faster: try both for a moment, and remember."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import tensorflow as tf

from nnplayground.core.atomic import replacing
from nnplayground.core.layers import LayerBase
from nnplayground.engine.keras_backend.choice import GRAPH, XLA, Choice, by_rates
from nnplayground.engine.keras_backend.loops import EpochLoop
from nnplayground.engine.keras_backend.run import Run

SECONDS = 0.15
MAX_CHOICES = 500


class Choices:
    """Outcomes of trials by network, in a small file: a trial would not end alike every time, and a run must."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        if path is not None:
            try:
                content = json.loads(path.read_text())
                self._known = {k: v for k, v in content.items() if v in (XLA, GRAPH)}
            except (OSError, ValueError, AttributeError):
                pass  # none yet, or a file that is no use: the next trial writes another

    def get(self, key: str) -> str:
        return self._known.get(key, "")

    def put(self, key: str, compiled: str) -> None:
        self._known = dict(list(self._known.items())[1 - MAX_CHOICES :]) | {key: compiled}
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with replacing(self._path) as temporary:
                    temporary.write_text(json.dumps(self._known, indent=1))
            except OSError:
                pass  # nowhere to keep it: the next process tries again


def settled(run: Run, choices: Choices) -> Choice:
    """The run's compiler, for certain."""
    if run.choice.compiled:
        return run.choice
    key = _key(run)
    known = choices.get(key)
    if known:
        return replace(run.choice, compiled=known, why="large layers, as an earlier trial of this network showed")
    rates = {compiled: _steps_per_second(run, compiled) for compiled in (GRAPH, XLA)}
    choice = by_rates(rates)
    choices.put(key, choice.compiled)
    return choice


def _key(run: Run) -> str:
    """What the speed depends on: the network, the batch, and the machine."""
    spec = run.request.spec
    layers = [(layer.type, _sizes(layer), _sizes(getattr(layer, "layer", layer))) for layer in spec.active]  # type: ignore[attr-defined]
    facts = run.request.dataset.facts
    return json.dumps([tf.__version__, os.cpu_count(), facts.input_shape, spec.training.batch_size, spec.training.optimizer.type, layers])


def _sizes(layer: LayerBase) -> dict[str, int | str]:
    """Units, activation …: the arguments that say how much a layer computes."""
    return {name: value for name, value in layer.arguments().items() if isinstance(value, int | str) and name != "name"}


def _steps_per_second(run: Run, compiled: str) -> float:
    """Train for a moment, and take it back."""
    mark = run.everything()
    loop = run.make_loop(compiled)
    order = run.order(0)

    def some() -> int:
        if isinstance(loop, EpochLoop):
            loop.run(order[None])
            return loop.steps
        return loop.run(order, 0, 4)

    some()
    begin, steps = time.perf_counter(), 0
    while (passed := time.perf_counter() - begin) < SECONDS or not steps:
        steps += some()
    run.rewind(mark)
    return steps / passed
