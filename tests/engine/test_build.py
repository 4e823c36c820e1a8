"""Every argument of a project reaches Keras: compared with the exported program, which is made without the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.core.losses import Task
from nnplayground.core.targets import resolve
from nnplayground.core.validation import check
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.loader import create_backend
from tests.engine.drawing import ARGUMENTS, EXAMPLES, OWN, make_data, projects
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import assert_alike, trained
from tests.engine.program import Program

PAIRS = [(layer, sorted(OWN)[(i + 3) % len(OWN)]) for i, layer in enumerate(ARGUMENTS)]
drawn = settings(deadline=None, derandomize=True, max_examples=3 * EXAMPLES, suppress_health_check=list(HealthCheck),
                 phases=[Phase.explicit, Phase.generate])  # fmt: skip
IGNORED = ("name", "seed", "dtype", "build_config", "registered_name", "module", "shared_object_id")


def plain(value: Any) -> Any:
    """A configuration as Keras tells it, without names, seeds, and where functions of one's own are registered."""
    if isinstance(value, dict):
        if value.get("class_name") == "function":
            return plain(value["config"])
        return {key: plain(item) for key, item in value.items() if key not in IGNORED}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.rpartition(">")[2] if isinstance(value, str) else value


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis", "ignore:Layer .* was passed an input with a mask")
@pytest.mark.parametrize(("layer", "optimizer"), PAIRS)
@drawn
@given(data=st.data())
def test_layers_optimizer_loss_and_metrics_are_those_of_the_program(layer: str, optimizer: str, data: st.DataObject) -> None:
    request = data.draw(projects(layer, optimizer))
    create_backend()
    from nnplayground.engine.keras_backend import build

    program, goal = Program(request), resolve(request.spec, request.dataset.facts)
    model = build.build_model(request.spec, request.dataset.facts)
    assert len(model.layers) == len(request.spec.layers)
    layers = [built for built, layer in zip(model.layers, request.spec.layers, strict=True) if not layer.disabled]
    assert [type(layer) for layer in layers] == [type(layer) for layer in program.model.layers]
    for ours, theirs in zip(layers, program.model.layers, strict=True):
        assert plain(ours.get_config()) == plain(theirs.get_config())
    ours, theirs = build.build_optimizer(request.spec), program.model.optimizer
    assert (type(ours), plain(ours.get_config())) == (type(theirs), plain(theirs.get_config()))
    for ours, theirs in zip(layers, program.model.layers, strict=True):
        # Random seeds are among the variables, but Keras gives none to what draws nothing.
        idle = getattr(ours, "rate", getattr(ours, "stddev", 1)) == 0
        for variable, same in zip([] if idle else ours.variables, theirs.variables, strict=True):
            np.testing.assert_array_equal(variable.numpy(), same.numpy())
    y = build.encode_targets(request.dataset.train.y, goal, len(request.dataset.facts.classes))
    outputs = model(program.names["x_train"], training=False)
    got = {"loss": float(build.build_loss(goal)(y, outputs) + sum(model.losses))}
    for metric in build.build_metrics(goal):
        metric.update_state(y, outputs)
        got[metric.name] = float(metric.result())
    assert got == pytest.approx(program.measure(), rel=1e-4, abs=1e-6, nan_ok=True)


RATE = {"learning_rate": 0.05}
OPTIMIZERS: list[dict[str, Any]] = [  # every argument moves the weights: one that was lost on the way is seen
    {"type": "SGD", **RATE, "momentum": 0.8},
    {"type": "SGD", **RATE, "momentum": 0.8, "nesterov": True, "weight_decay": 0.3},
    {"type": "SGD", **RATE, "clipnorm": 0.02},
    {"type": "SGD", **RATE, "clipvalue": 0.01},
    {"type": "SGD", **RATE, "global_clipnorm": 0.02},
    {"type": "RMSprop", **RATE, "rho": 0.5, "epsilon": 0.01, "centered": True, "momentum": 0.3},
    {"type": "Adam", **RATE, "beta_1": 0.5, "beta_2": 0.7, "epsilon": 0.01, "amsgrad": True},
    {"type": "AdamW", **RATE, "weight_decay": 0.5},
    {"type": "Nadam", **RATE, "beta_1": 0.5},
    {"type": "Adamax", **RATE, "beta_2": 0.5},
    {"type": "Adagrad", **RATE, "initial_accumulator_value": 1.0},
    {"type": "Adadelta", "learning_rate": 1.0, "rho": 0.5, "epsilon": 0.01},
    {"type": "Ftrl", **RATE, "l1_regularization_strength": 0.05, "l2_shrinkage_regularization_strength": 0.1},
    {"type": "Lion", "learning_rate": 0.005, "beta_1": 0.5},
]


def training(**more: Any) -> dict[str, Any]:
    return {"epochs": 3, "batch_size": 10, "shuffle": False, **more}


def compare(request: TrainRequest, backend: Backend) -> None:
    backend.open(request)
    expected = Program(request).train(backend)
    assert_alike(trained(request, backend), expected)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda table: "-".join([table["type"], *list(table)[2:]]))
def test_the_engine_trains_what_the_program_trains(optimizer: dict[str, Any], backend: Backend) -> None:
    compare(request_for(make_spec([dense(4, "tanh"), dense(1, "sigmoid")], training(optimizer=optimizer))), backend)


LOSSES: list[tuple[int, dict[str, Any]]] = [
    (0, {"type": "Huber", "delta": 0.2}),
    (2, {"type": "BinaryCrossentropy", "label_smoothing": 0.4}),
    (2, {"type": "BinaryFocalCrossentropy", "apply_class_balancing": True, "alpha": 0.7, "gamma": 1.0, "label_smoothing": 0.3}),
    (7, {"type": "CategoricalCrossentropy", "label_smoothing": 0.4}),
    (7, {"type": "CategoricalFocalCrossentropy", "alpha": 0.7, "gamma": 1.0, "label_smoothing": 0.3}),
]


@pytest.mark.parametrize(("classes", "loss"), LOSSES, ids=lambda value: value["type"] if isinstance(value, dict) else "")
def test_arguments_of_a_loss_are_the_programs(classes: int, loss: dict[str, Any], backend: Backend) -> None:
    output = {0: dense(1), 2: dense(1, "sigmoid"), 7: dense(7, "softmax")}[classes]
    spec = make_spec([dense(4, "tanh"), output], training(loss=loss, optimizer={"type": "SGD", "learning_rate": 0.5}))
    compare(request_for(spec, make_dataset(classes=classes)), backend)


def test_rows_of_words_and_signed_answers_are_the_programs(backend: Backend) -> None:
    spec = make_spec([dense(4, "relu"), dense(1, "sign")], training(loss="perceptron", metrics=["accuracy"], class_weight=[0.5, 2.0]))
    compare(TrainRequest(spec, make_data((9,), Task.BINARY, 33, 17, rows=True, words=0), 1), backend)


ANSWERS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
OUTPUTS = np.array([0.1, 0.7, 0.2, 0.45, 0.3, 0.4, 0.9, 0.6, 0.2, 0.8])
"""Of those above a half, 3 are right and 1 is not; 6 are to be found."""


def test_metrics_by_hand() -> None:
    create_backend()
    from nnplayground.engine.keras_backend import build

    asked = ["accuracy", "precision", "recall", "auc", "mae", "mse", "rmse"]
    spec = make_spec([dense(1, "sigmoid")], {"metrics": asked, "loss": "binary_crossentropy"})
    metrics = {metric.name: metric for metric in build.build_metrics(resolve(spec, make_dataset().facts))}
    for metric in metrics.values():
        metric.update_state(ANSWERS[:, None].astype(np.float32), OUTPUTS[:, None].astype(np.float32))
    pairs = [(a > b) + 0.5 * (a == b) for a in OUTPUTS[ANSWERS == 1] for b in OUTPUTS[ANSWERS == 0]]
    error = OUTPUTS - ANSWERS
    assert {name: float(metric.result()) for name, metric in metrics.items()} == pytest.approx({
        "accuracy": 0.6, "precision": 3 / 4, "recall": 3 / 6, "auc": np.mean(pairs), "mae": abs(error).mean(),
        "mse": (error**2).mean(), "rmse": np.sqrt((error**2).mean())}, rel=1e-3)  # fmt: skip


def test_the_best_five_are_looked_at() -> None:
    create_backend()
    from nnplayground.engine.keras_backend import build

    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        spec = make_spec([dense(7, "softmax")], {"metrics": ["top_k_categorical_accuracy"], "loss": loss})
        goal = resolve(spec, make_dataset(classes=7).facts)
        (metric,) = build.build_metrics(goal)
        ranks = np.tile(np.array([0.3, 0.25, 0.2, 0.1, 0.08, 0.05, 0.02], np.float32), (7, 1))
        metric.update_state(build.encode_targets(np.arange(7), goal, 7), ranks)  # right is the likeliest, the next …, the last
        assert float(metric.result()) == pytest.approx(5 / 7)


def test_sample_weights_are_the_classes() -> None:
    create_backend()
    from nnplayground.engine.keras_backend import build

    y = np.array([0, 0, 0, 1])
    given_by_class = edits.change_training(make_spec([], {}), class_weight=(0.5, 4.0))
    balanced = edits.change_training(given_by_class, class_weight="balanced")
    weights = [build.sample_weights(y, spec, 2) for spec in (given_by_class, balanced)]
    np.testing.assert_allclose(weights, [[0.5, 0.5, 0.5, 4.0], [4 / 6, 4 / 6, 4 / 6, 2.0]], rtol=1e-6)
    assert build.sample_weights(y, make_spec([], {}), 2) is None


@pytest.mark.parametrize("kind", ["MaxNorm", "MinMaxNorm", "UnitNorm"])
@pytest.mark.parametrize(("layer", "name"), [
    (dense(3), "kernel_constraint"), (dense(3), "bias_constraint"), ({"type": "Conv1D", "filters": 2}, "kernel_constraint"),
    ({"type": "Conv2D", "filters": 2}, "kernel_constraint"), ({"type": "GRU", "units": 2}, "bias_constraint"),
    ({"type": "GRU", "units": 2, "reset_after": False}, "bias_constraint"), ({"type": "LSTM", "units": 2}, "recurrent_constraint"),
    ({"type": "SimpleRNN", "units": 2}, "kernel_constraint"),
    ({"type": "Embedding", "input_dim": 9, "output_dim": 3}, "embeddings_constraint"),
])  # fmt: skip
def test_the_axes_of_constraints_are_those_that_keras_takes(kind: str, layer: dict[str, Any], name: str) -> None:
    create_backend()
    import keras

    shape = {"Conv1D": (None, 5, 1), "Conv2D": (None, 5, 5, 1), "Dense": (None, 2), "Embedding": (None, 4)}.get(layer["type"], (None, 4, 2))
    for axis in range(-6, 6):
        arguments = {k: v for k, v in layer.items() if k not in ("type", "activation")}
        if layer["type"].startswith("Conv"):
            arguments["kernel_size"] = 3
        made = getattr(keras.layers, layer["type"])(**arguments, **{name: getattr(keras.constraints, kind)(axis=axis)})
        made.build(shape)
        weights = next(w for w in made.weights if w.constraint is not None)
        try:
            weights.constraint(weights)
            takes = True
        except (ValueError, IndexError, tf_errors()):
            takes = False
        spec = make_spec([layer | {name: {"type": kind, "axis": axis}}], {})
        refused = any(p.path.endswith(f"{name}.axis") for p in check(spec, make_dataset().facts))
        assert refused is not takes, axis


def tf_errors() -> type[Exception]:
    import tensorflow as tf

    error: type[Exception] = tf.errors.InvalidArgumentError
    return error
