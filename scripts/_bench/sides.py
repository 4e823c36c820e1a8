"""The two sides of a comparison without a window: our engine, and plain Keras with the same network and samples."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import resolve
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Epochs, Progress, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.train import train

WARM = 1.0
"""Seconds until a call of the compiled loop has the length that the engine finds for it."""


class Ours:
    """A run that goes on and on."""

    def __init__(self, spec: ProjectSpec, dataset: Dataset) -> None:
        self.samples = len(dataset.train)
        self.backend = create_backend()
        request = TrainRequest(spec, dataset, 1)
        self.backend.open(request)
        self.backend.prepare()
        self._events = train(request, self.backend)
        self.epochs = 0.0
        self.rate(WARM)

    def rate(self, seconds: float) -> float:
        """Epochs a second, parts of epochs among them."""
        first, begin = self.epochs, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            event = next(self._events)
            if isinstance(event, Epochs):
                self.epochs = event.last
            elif isinstance(event, Progress):
                self.epochs = event.epoch - 1 + event.step / event.steps
        return (self.epochs - first) / (time.perf_counter() - begin)

    def sample_rate(self, seconds: float) -> float:
        return self.samples * self.rate(seconds)


class Plain:
    """`Model.fit` on dense float32 arrays, compiled by a first short call."""

    def __init__(self, spec: ProjectSpec, dataset: Dataset) -> None:
        self.batch_size = spec.training.batch_size
        self.x, self.y = arrays(spec, dataset)
        self.model = compiled_model(spec, dataset)
        self.fit(1, 2 * self.batch_size)

    def fit(self, epochs: int, samples: int | None = None) -> None:
        self.model.fit(self.x[:samples], self.y[:samples], batch_size=self.batch_size, epochs=epochs, verbose=0)

    def rate(self, epochs: int, samples: int | None = None) -> float:
        """Epochs a second."""
        begin = time.perf_counter()
        self.fit(epochs, samples)
        return epochs / (time.perf_counter() - begin)

    def sample_rate(self, epochs: int = 1, samples: int | None = None) -> float:
        return len(self.x[:samples]) * self.rate(epochs, samples)


def arrays(spec: ProjectSpec, dataset: Dataset) -> tuple[Any, Any]:
    """The training samples as `Model.fit` gets them: dense, scaled, the targets encoded for the loss."""
    from nnplayground.engine.keras_backend import build

    x, goal = dataset.train.x, resolve(spec, dataset.facts)
    if isinstance(x, Rows):
        x = x.dense()
    elif not np.issubdtype(x.dtype, np.signedinteger):  # word numbers stay what they are
        x = dataset.scaler.apply(x)
    return x, build.encode_targets(dataset.train.y, goal, len(dataset.facts.classes))


def compiled_model(spec: ProjectSpec, dataset: Dataset) -> Any:
    """The project's network as nothing but Keras trains it."""
    from nnplayground.engine.keras_backend import build

    goal = resolve(spec, dataset.facts)
    model = build.build_model(spec, dataset.facts)
    model.compile(build.build_optimizer(spec), build.build_loss(goal), metrics=build.build_metrics(goal))
    return model
