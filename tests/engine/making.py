"""Small real projects: a spec, and a data set that fits it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.recipe import build_spec
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine, Dataset, Part, Source
from nnplayground.engine.events import TrainRequest

POINTS = (2,)
T = TypeVar("T")
LOOPS = ("epochs a call", "steps a call")
"""Which of the engine's loops trains: the fixture `loop` makes it so."""


def by_turns(values: Iterable[T]) -> list[tuple[T, str]]:
    """Each value with one of the loops: where a test is about both, and not about every value in both."""
    return list(zip(values, itertools.cycle(LOOPS)))


def make_spec(layers: list[dict[str, Any]], training: dict[str, Any], seed: int = 3) -> ProjectSpec:
    return build_spec({"seed": seed, "data": {"name": "circle", "validation": {"use": "test"}}, "layers": layers, "training": training})


def make_dataset(shape: tuple[int, ...] = POINTS, classes: int = 2, *, n: int = 53, integers: int = 0, seed: int = 5) -> Dataset:
    """Random samples with answers that can be learned; `integers`: word numbers below it; `classes` 0: regression."""
    rng = np.random.default_rng(seed)
    held = 17

    def part(count: int) -> Part:
        x = (rng.integers(0, integers, (count, *shape)) if integers else rng.normal(size=(count, *shape))).astype(np.float32)
        score = x.reshape(count, -1)[:, :2].sum(1) / (integers or 1)
        if not classes:
            return Part(x, (2 * score - 1).astype(np.float32))
        ranks = np.argsort(np.argsort(score))
        return Part(x, (ranks * classes // count).astype(np.int64))

    task = Task.REGRESSION if not classes else Task.BINARY if classes == 2 else Task.MULTICLASS
    plane = (-6.0, 6.0) if shape == POINTS else None
    facts = DataFacts("circle", "Circle", shape, task, n, held, tuple(map(str, range(classes))), plane_range=plane)
    train, test = part(n), part(held)
    return Dataset(facts, Source.GENERATED, train, test, test, Affine(0.5, 0.1))


def dense(units: int, activation: str = "linear", **more: Any) -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation, **more}


def request_for(spec: ProjectSpec, dataset: Dataset | None = None, run_id: int = 1) -> TrainRequest:
    return TrainRequest(spec, dataset or make_dataset(), run_id)
