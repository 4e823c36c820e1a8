"""What fits deserve a case of their own: against NumPy where a formula says it, else against `Model.fit`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Split, TrainRequest
from nnplayground.engine.train import train
from tests.engine.drawing import make_data
from tests.engine.making import by_turns, dense, make_dataset, make_spec, request_for
from tests.engine.oracle import arrays, assert_weights, build, compare, fitted, history_of, keras_weights, trained

STILL = {"type": "SGD", "learning_rate": 1e-30}
"""An optimizer that moves nothing: the numbers of an epoch are those of the first weights."""


def training(**more: Any) -> dict[str, Any]:
    return {"epochs": 3, "batch_size": 10, "shuffle": False, **more}


def test_moving_statistics_follow_the_batches_and_nothing_else(loop: str, backend: Backend) -> None:
    layers = [{"type": "BatchNormalization", "momentum": 0.8}, dense(1, "sigmoid")]
    request = request_for(make_spec(layers, training(epochs=2)))
    list(train(request, backend))
    x = arrays(request, "train")[0]
    mean, variance = np.zeros(2), np.ones(2)
    for _ in range(2):
        for start in range(0, len(x), 10):
            batch = x[start : start + 10]
            mean, variance = 0.8 * mean + 0.2 * batch.mean(0), 0.8 * variance + 0.2 * batch.var(0)
    _, _, moving_mean, moving_variance = keras_weights(backend)[:4]
    np.testing.assert_allclose(moving_mean, mean, rtol=1e-5)
    np.testing.assert_allclose(moving_variance, variance, rtol=1e-5)


def test_dropout_drops_what_it_drops_in_fit(loop: str, backend: Backend) -> None:
    layers = [dense(8, "tanh"), {"type": "Dropout", "rate": 0.4}, {"type": "GaussianNoise", "stddev": 0.3}, dense(1, "sigmoid")]
    request = request_for(make_spec(layers, training(shuffle=True, optimizer="adam")))
    got, expected = trained(request, backend), fitted(request)
    assert got.history["loss"] == pytest.approx(expected.history["loss"], rel=1e-6)
    assert_weights(got.weights, expected.weights, 1e-6)


def test_the_reported_loss_holds_what_regularizers_add(loop: str, backend: Backend) -> None:
    layers = [dense(3, "tanh", kernel_regularizer={"type": "L1L2", "l1": 0.1, "l2": 0.2}, bias_initializer="ones",
                    bias_regularizer={"type": "L2", "l2": 0.3}, activity_regularizer={"type": "L1", "l1": 0.4}), dense(1)]  # fmt: skip
    request = request_for(make_spec(layers, training(optimizer=STILL, loss="mean_squared_error", epochs=1, batch_size=53)))
    outcome = trained(request, backend)
    x, y, _ = arrays(request, "train")
    w, b, v, c = outcome.weights
    hidden = np.tanh(x @ w + b)
    penalty = 0.1 * abs(w).sum() + 0.2 * (w**2).sum() + 0.3 * (b**2).sum() + 0.4 * abs(hidden).sum() / len(x)
    assert outcome.history["loss"][0] == pytest.approx(np.mean((hidden @ v + c - y) ** 2) + penalty, rel=1e-5)


def test_every_sample_counts_the_same_in_an_epochs_numbers(loop: str, backend: Backend) -> None:
    """The last batch has 3 samples, the others 10: a mean of the batches' means would be another number."""
    request = request_for(make_spec([dense(4, "tanh"), dense(1, "sigmoid")], training(optimizer=STILL, metrics=["accuracy", "mae"])))
    outcome = trained(request, backend)
    y = arrays(request, "train")[1]
    answers = backend.predict(request.dataset.train.x)
    surprise = -(y * np.log(answers) + (1 - y) * np.log(1 - answers))
    assert outcome.history["loss"] == pytest.approx([surprise.mean()] * 3, rel=1e-5)
    assert outcome.history["accuracy"] == pytest.approx([np.mean((answers > 0.5) == y)] * 3)
    assert outcome.history["mae"] == pytest.approx([abs(answers - y).mean()] * 3, rel=1e-5)


BEFORE_DENSE: list[list[dict[str, Any]]] = [
    [], [{"type": "Rescaling", "scale": 2.0}], [{"type": "Reshape", "target_shape": [3, 3]}, {"type": "Flatten"}],
]  # fmt: skip


@pytest.mark.parametrize(("first", "loop"), by_turns(BEFORE_DENSE), indirect=["loop"], ids=lambda v: v if isinstance(v, str) else len(v))
def test_rows_of_words_train_as_the_dense_matrix(first: list[dict[str, Any]], loop: str, backend: Backend) -> None:
    dataset = make_data((9,), Task.BINARY, 33, 17, rows=True, words=0)
    layers = [*first, dense(5, "relu", kernel_regularizer="l2"), dense(1, "sigmoid")]
    outcome = compare(request_for(make_spec(layers, training(optimizer="rmsprop", shuffle=True)), dataset), backend)
    assert outcome.answers.shape == (17, 1)


@pytest.mark.parametrize(("units", "loop"), by_turns([16, 17, 33]), indirect=["loop"])
def test_wide_first_layers_multiply_rows_of_words_in_blocks(units: int, loop: str, backend: Backend) -> None:
    """Blocks of 16 columns: each in its place, and each of them learns."""
    dataset = make_data((60,), Task.BINARY, 40, 17, rows=True, words=0)
    layers = [dense(units, "relu", bias_initializer="ones"), dense(1, "sigmoid")]
    request = request_for(make_spec(layers, training(optimizer={"type": "SGD", "learning_rate": 0.5})), dataset)
    backend.open(request)
    before = keras_weights(backend)[0]
    compare(request, backend)
    moved = abs(keras_weights(backend)[0] - before).max(axis=0)
    assert moved.shape == (units,)
    assert moved.min() > 1e-3


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_sequences_with_padding_are_read_as_keras_reads_them(kind: str, backend: Backend) -> None:
    dataset = make_data((6,), Task.BINARY, 33, 0, rows=False, words=11)  # Keras would draw dropout masks for a validation, too
    layers = [{"type": "Embedding", "input_dim": 11, "output_dim": 3, "mask_zero": True},
              {"type": kind, "units": 3, "dropout": 0.2, "recurrent_dropout": 0.3, "return_sequences": True},
              {"type": "Bidirectional", "layer": {"type": kind, "units": 2}}, dense(1, "sigmoid")]  # fmt: skip
    compare(request_for(make_spec(layers, training(optimizer="adam")), dataset), backend)


def test_balanced_classes_weigh_the_same_in_sum(loop: str, backend: Backend) -> None:
    whole = make_dataset(classes=3)
    dataset = replace(whole, train=whole.train.take(np.flatnonzero((whole.train.y > 0) | (np.arange(53) % 5 == 0))))
    counts = np.bincount(dataset.train.y)
    assert len(set(counts)) > 1
    request = request_for(make_spec([dense(4, "tanh"), dense(3, "softmax")], training(class_weight="balanced")), dataset)
    got = trained(request, backend)
    model = build(request.spec, dataset)
    x, y, _ = arrays(request, "train")
    weights = {i: len(y) / (3 * count) for i, count in enumerate(counts)}
    held = arrays(request, "test")[:2]
    done = model.fit(x, y, batch_size=10, epochs=3, shuffle=False, verbose=0, class_weight=weights, validation_data=held)
    assert got.history["loss"] == pytest.approx(done.history["loss"], rel=1e-5)
    assert got.history["val_loss"] == pytest.approx(done.history["val_loss"], rel=1e-5)  # unweighted
    assert_weights(got.weights, model.get_weights())


SCHEDULES: list[dict[str, Any]] = [
    {"type": "ExponentialDecay", "initial_learning_rate": 0.5, "decay_steps": 4, "decay_rate": 0.5},
    {"type": "InverseTimeDecay", "initial_learning_rate": 0.5, "decay_steps": 4, "decay_rate": 0.5, "staircase": True},
    {"type": "PolynomialDecay", "initial_learning_rate": 0.5, "decay_steps": 7, "power": 2.0, "cycle": True},
    {"type": "PiecewiseConstantDecay", "boundaries": [3, 8], "values": [0.5, 0.2, 0.1]},
    {"type": "CosineDecay", "initial_learning_rate": 0.0, "decay_steps": 9, "warmup_target": 0.5, "warmup_steps": 5},
    {"type": "CosineDecayRestarts", "initial_learning_rate": 0.5, "first_decay_steps": 4, "m_mul": 0.9},
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s["type"])
def test_a_schedule_sets_the_rate_of_every_step(schedule: dict[str, Any], backend: Backend) -> None:
    """The slope of a sum of weights is 1, so that each step moves the weight by the rate."""
    import keras

    optimizer = {"type": "SGD", "learning_rate": schedule}
    told = training(epochs=2, batch_size=1, loss="mean_absolute_error", optimizer=optimizer)
    spec = make_spec([dense(1, use_bias=False, kernel_initializer="zeros")], told)
    arguments = {name: value for name, value in schedule.items() if name != "type"}
    rate = getattr(keras.optimizers.schedules, schedule["type"])(**arguments)
    ones, targets = np.ones((6, 1), np.float32), np.full(6, 1e6, np.float32)
    facts = DataFacts("line", "Line", (1,), Task.REGRESSION, 6, 6)
    request = TrainRequest(spec, Dataset(facts, Source.GENERATED, Part(ones, targets), Part(ones, targets)), 1)
    list(train(request, backend))
    assert keras_weights(backend)[0].item() == pytest.approx(sum(float(rate(step)) for step in range(12)), rel=1e-5)
    assert backend.learning_rate == pytest.approx(float(rate(12)), rel=1e-5)


CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
GATES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}


def gate(name: str, epochs: int, **more: Any) -> TrainRequest:
    facts = DataFacts("and", "Gate", (2,), Task.BINARY, 4, 4, ("0", "1"))
    part = Part(CORNERS, np.array(GATES[name]))
    neuron = dense(1, "sign", kernel_initializer="zeros")
    spec = make_spec([neuron], {"epochs": epochs, "batch_size": 1, "optimizer": {"type": "SGD", "learning_rate": 0.1}, **more})
    return TrainRequest(spec, Dataset(facts, Source.GENERATED, part, part), 1)


@pytest.mark.parametrize(("name", "loop"), by_turns(GATES), indirect=["loop"])
def test_a_step_of_one_sample_is_the_perceptron_rule(name: str, loop: str, backend: Backend) -> None:
    request = gate(name, 7, shuffle=False)
    weights, bias = np.zeros(2), 0.0
    for _ in range(7):
        for x, y in zip(CORNERS, 2 * np.array(GATES[name]) - 1, strict=True):
            if y * (1 if x @ weights + bias >= 0 else -1) < 0:
                weights, bias = weights + 0.1 * y * x, bias + 0.1 * y
    list(train(request, backend))
    got = keras_weights(backend)
    np.testing.assert_allclose(got[0][:, 0], weights, atol=1e-6)
    np.testing.assert_allclose(got[1], [bias], atol=1e-6)


@pytest.mark.parametrize(("name", "settles"), [("and", True), ("or", True), ("xor", False)])
def test_a_perceptron_learns_what_a_line_can_tell_apart(name: str, settles: bool, backend: Backend) -> None:
    history = history_of(train(gate(name, 60), backend))
    assert (history["loss"][-20:] == [0.0] * 20) is settles
    assert (backend.evaluate(Split.TEST) or {})["accuracy"] == (1.0 if settles else pytest.approx(0.5, abs=0.26))


@pytest.mark.parametrize(
    ("classes", "output", "more"),
    [
        (2, dense(1, "sigmoid"), {"metrics": ["precision", "recall", "auc"]}),
        (7, dense(7, "softmax"), {"metrics": ["top_k_categorical_accuracy"]}),
        (7, dense(7, "softmax"), {"metrics": ["top_k_categorical_accuracy"], "loss": "categorical_crossentropy"}),
        (0, dense(1), {"loss": {"type": "Huber", "delta": 0.2}, "metrics": ["r2_score", "mape"]}),
        (2, dense(1, "sine"), {}),
    ],
    ids=lambda v: str(v)[:60],
)  # fmt: skip
def test_metrics_of_other_outputs_and_losses(classes: int, output: dict[str, Any], more: dict[str, Any], backend: Backend) -> None:
    spec = make_spec([dense(4, "tanh"), output], training(optimizer={"type": "SGD", "learning_rate": 0.1}, **more))
    compare(request_for(spec, make_dataset(classes=classes)), backend)
