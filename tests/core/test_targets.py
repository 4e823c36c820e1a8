"""What 'auto' means, and how answers are written for a loss."""

from __future__ import annotations

import pytest

from nnplayground.core import edits
from nnplayground.core.layers import Activation, Dense, Dropout, Flatten, Reshape
from nnplayground.core.losses import LOSSES, REGRESSION_METRICS, history_name
from nnplayground.core.presets import recommended
from nnplayground.core.targets import Encoding, Goal, output_activation, output_layer_index, resolve
from nnplayground.data import registry


def goal(data: str, units: int, activation: str, loss: str = "auto", metrics: tuple[str, ...] = ("auto",)) -> Goal:
    spec = edits.set_layers(recommended(data), (Dense(units=units, activation=activation),))
    spec = edits.change_training(spec, loss=loss, metrics=metrics)
    return resolve(spec, registry.facts(spec.data))


@pytest.mark.parametrize(("data", "units", "activation", "loss", "encoding"), [
    ("line", 1, "linear", "mean_squared_error", Encoding.VALUE),
    ("boston_housing", 1, "relu", "mean_squared_error", Encoding.VALUE),
    ("circle", 1, "sigmoid", "binary_crossentropy", Encoding.ZERO_ONE),
    ("circle", 1, "tanh", "mean_squared_error", Encoding.PLUS_MINUS),
    ("circle", 1, "linear", "mean_squared_error", Encoding.ZERO_ONE),
    ("gender", 2, "softmax", "sparse_categorical_crossentropy", Encoding.INDEX),
    ("mnist", 10, "softmax", "sparse_categorical_crossentropy", Encoding.INDEX),
    ("mnist", 10, "sigmoid", "categorical_crossentropy", Encoding.ONE_HOT),
])  # fmt: skip
def test_auto(data: str, units: int, activation: str, loss: str, encoding: Encoding):
    found = goal(data, units, activation)
    assert (found.loss, found.encoding) == (loss, encoding)
    assert found.metric_names == (("mae",) if encoding is Encoding.VALUE else ("accuracy",))


@pytest.mark.parametrize(("data", "units", "activation", "loss", "encoding"), [
    ("circle", 1, "sigmoid", "mean_squared_error", Encoding.ZERO_ONE),
    ("circle", 1, "linear", "hinge", Encoding.PLUS_MINUS),
    ("circle", 1, "tanh", "binary_crossentropy", Encoding.ZERO_ONE),
    ("gender", 2, "softmax", "mean_squared_error", Encoding.ONE_HOT),
    ("mnist", 10, "softmax", "categorical_crossentropy", Encoding.ONE_HOT),
    ("mnist", 10, "linear", "categorical_hinge", Encoding.ONE_HOT),
    ("line", 1, "linear", "huber", Encoding.VALUE),
])  # fmt: skip
def test_a_loss_of_ones_own_choice(data: str, units: int, activation: str, loss: str, encoding: Encoding):
    assert goal(data, units, activation, loss).encoding is encoding


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("data", ["line", "circle", "mnist"])
def test_every_loss_has_an_encoding_for_every_task(data: str, loss: str):
    assert goal(data, 3, "softmax", loss).loss == loss


def test_metrics():
    assert goal("line", 1, "linear", metrics=("auto", "mean_absolute_error", "r2_score")).metrics == ("mean_absolute_error", "r2_score")
    assert goal("circle", 1, "sigmoid", metrics=()).metrics == ()
    assert goal("line", 1, "linear", metrics=REGRESSION_METRICS).metric_names == ("mae", "mse", "rmse", "mape", "r2_score")


@pytest.mark.parametrize(("name", "key"), [
    ("loss", "loss"), ("val_loss", "val_loss"), ("mean_absolute_error", "mae"), ("val_mean_squared_error", "val_mse"),
    ("val_mae", "val_mae"),
])  # fmt: skip
def test_names_in_a_history(name: str, key: str):
    assert history_name(name) == key


def test_the_layer_that_answers():
    layers = (Flatten(), Dense(units=3), Dropout(), Dense(units=2, activation="tanh"), Dropout(), Reshape(target_shape=(2,)))
    assert (output_activation(layers), output_layer_index(layers)) == ("tanh", 3)
    assert output_activation((*layers, Activation(activation="softmax"))) == "softmax"
    assert (output_activation((Flatten(),)), output_layer_index((Flatten(),))) == ("linear", None)
