"""Plain Keras on the same project, with the same first weights and the same orders: what the engine is measured against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnplayground.core.class_weights import weights_of
from nnplayground.core.order import MAX_ORDER_EPOCHS
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Encoding, resolve
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Split, TrainRequest
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import Pace, train

History = dict[str, list[float]]
TOLERANCE = 2e-4
FEW = 100
"""So many steps take less time than a graph takes to be made."""


@dataclass
class Outcome:
    """What a training left behind: numbers of every epoch, weights in Keras's order, and the test set's numbers and answers."""

    history: History
    weights: list[np.ndarray]
    results: dict[str, float]
    answers: np.ndarray


def build(spec: ProjectSpec, dataset: Dataset, *, eagerly: bool = True) -> Any:
    """The project as a compiled Keras model, without anything of the engine's own.

    `eagerly`: without a graph, which takes longer to be made than a few steps take.
    """
    from nnplayground.engine.keras_backend import build

    goal = resolve(spec, dataset.facts)
    model = build.build_model(spec, dataset.facts)
    # Not XLA: it takes long to compile, and what it computes is the same.
    model.compile(build.build_optimizer(spec), build.build_loss(goal), metrics=build.build_metrics(goal), jit_compile=False,
                  run_eagerly=eagerly)  # fmt: skip
    return model


def orders(request: TrainRequest, first: int = 0, epochs: int | None = None) -> list[np.ndarray]:
    """The orders of the training samples that the engine takes."""
    from nnplayground.engine.keras_backend.run import shuffled

    count, last = len(request.dataset.train), first + (request.spec.training.epochs if epochs is None else epochs)
    assert last <= MAX_ORDER_EPOCHS
    if not request.spec.training.shuffle:
        return [np.arange(count)] * (last - first)
    return list(shuffled(request.spec.seed, 0, MAX_ORDER_EPOCHS, count)[first:last])


def fit(model: Any, request: TrainRequest, first: int = 0, epochs: int | None = None, **more: Any) -> History:
    """Train a model of `build` with `Model.fit`, from epoch `first` (0-based) on."""
    x, y, weights = arrays(request, "train")
    history: History = {}
    held = arrays(request, "validation")[:2] if request.dataset.validation is not None and len(request.dataset.validation) else None
    taken, at_once = orders(request, first, epochs), 1
    if not request.spec.training.shuffle:
        taken, at_once = taken[:1], len(taken)
    for order in taken:
        done = model.fit(
            x[order], y[order], batch_size=request.spec.training.batch_size, shuffle=False, verbose=0, validation_data=held,
            sample_weight=None if weights is None else weights[order], epochs=at_once, **more)  # fmt: skip
        extend(history, done.history)
    return history


def fitted(request: TrainRequest) -> Outcome:
    """What `Model.fit`, `evaluate` and `predict` make of a project."""
    steps = request.spec.training.epochs * -(-len(request.dataset.train) // request.spec.training.batch_size)
    model = build(request.spec, request.dataset, eagerly=steps < FEW)
    history = fit(model, request)
    x, y, _ = arrays(request, "test")
    return Outcome(history, model.get_weights(), model.evaluate(x, y, verbose=0, return_dict=True), model.predict(x, verbose=0))


def trained(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> Outcome:
    """What the engine makes of it."""
    history = history_of(train(request, backend, pace))
    return Outcome(history, keras_weights(backend), backend.evaluate(Split.TEST) or {}, backend.predict(request.dataset.test.x))


def arrays(request: TrainRequest, part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Samples, targets and weights (None: all alike) as Keras wants them."""
    dataset = request.dataset
    goal, samples = resolve(request.spec, dataset.facts), getattr(dataset, part)
    x = samples.x.dense() if isinstance(samples.x, Rows) else dataset.scaler.apply(samples.x)
    classes = len(dataset.facts.classes)
    table = weights_of(request.spec.training.class_weight, np.bincount(samples.y, minlength=classes).tolist()) if classes else None
    weights = None if table is None else np.array(table, np.float32)[samples.y]
    y = samples.y if classes else dataset.target_scaler.apply(samples.y)
    if goal.encoding is Encoding.ONE_HOT:
        return x, np.eye(classes, dtype=np.float32)[y], weights
    if goal.encoding is Encoding.PLUS_MINUS:
        return x, (2.0 * y - 1.0).astype(np.float32)[:, None], weights
    return x, y if goal.encoding is Encoding.INDEX else y.astype(np.float32)[:, None], weights


def extend(history: History, more: dict[str, Iterable[float]]) -> None:
    for name, values in more.items():
        history.setdefault(name, []).extend(values)


def history_of(events: Iterable[Event]) -> History:
    """The numbers of all epochs, which must follow on each other."""
    history: History = {}
    for event in events:
        if isinstance(event, Epochs):
            extend(history, {name: values.tolist() for name, values in event.logs.items()})
    return history


def keras_weights(backend: Backend) -> list[np.ndarray]:
    """Every layer's weights in Keras's order."""
    shot = backend.probe(ProbeRequest(weights=True))
    assert shot is not None
    return [w for layer in shot.weights for w in layer]


def assert_history(got: History, expected: History, tolerance: float = TOLERANCE) -> None:
    assert got.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, rtol=tolerance, atol=tolerance, err_msg=name)


def assert_weights(got: Iterable[np.ndarray], expected: Iterable[np.ndarray], tolerance: float = TOLERANCE) -> None:
    for i, (a, b) in enumerate(zip(got, expected, strict=True)):
        np.testing.assert_allclose(a, b, rtol=10 * tolerance, atol=tolerance, err_msg=f"weight array {i}")


def assert_alike(got: Outcome, expected: Outcome, tolerance: float = TOLERANCE) -> None:
    assert_history(got.history, expected.history, tolerance)
    assert_weights(got.weights, expected.weights, tolerance)
    assert got.results == pytest.approx(expected.results, rel=tolerance, abs=tolerance, nan_ok=True)
    np.testing.assert_allclose(got.answers, expected.answers, rtol=10 * tolerance, atol=tolerance)


def compare(request: TrainRequest, backend: Backend, tolerance: float = TOLERANCE) -> Outcome:
    """Train with both, and find no difference; gives the engine's outcome."""
    got = trained(request, backend)
    assert_alike(got, fitted(request), tolerance)
    return got
