"""The arithmetic of one sample against Keras's own layers and losses."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import LOSSES
from nnplayground.core.shapes import walk
from nnplayground.core.targets import Encoding, Goal
from nnplayground.data.dataset import Affine
from nnplayground.engine.backend import Backend
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.sample_loss import FORMULAS, sample_loss, targets_of
from nnplayground.engine.train import train
from nnplayground.engine.working import has_working, source_of, work
from tests.engine.making import dense, make_dataset, make_spec, request_for

CONV = {"type": "Conv2D", "filters": 4, "kernel_size": 3}


def trained(backend: Backend, layers: list[dict[str, Any]], shape: tuple[int, ...], classes: int = 3, **more: Any) -> Any:
    """Project, layers' inputs and outputs for the first test sample, and weights, after an epoch."""
    dataset = make_dataset(shape, classes, **more)
    project = request_for(make_spec(layers, {"epochs": 1, "optimizer": "adam"}), dataset)
    list(train(project, backend))
    x = dataset.test.array[:1]
    shot = backend.probe(ProbeRequest(activations=x, weights=True))
    assert shot is not None
    outputs = [a[0] for a in shot.activations]
    return project, [dataset.scaler.apply(x)[0], *outputs[:-1]], outputs, shot.weights


def logits_of_keras(layer: Any, weights: tuple[np.ndarray, ...], inputs: np.ndarray) -> np.ndarray:
    """What the same Keras layer gives without its activation."""
    import keras

    arguments = {k: getattr(layer, k) for k in ("kernel_size", "strides", "padding", "dilation_rate", "groups") if hasattr(layer, k)}
    linear = getattr(keras.layers, layer.type)(weights[0].shape[-1], use_bias=len(weights) > 1, **arguments)
    linear.build((None, *inputs.shape))
    linear.set_weights(list(weights))
    return np.asarray(linear(inputs[None]))[0]


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([dense(7, "tanh"), dense(5, "relu", use_bias=False), dense(3, "softmax")], (4,)),
        ([dense(3, "tanh"), {"type": "Flatten"}, dense(3, "softmax")], (5, 2)),
        ([CONV | {"padding": "same", "strides": 2, "activation": "relu"}, {"type": "Flatten"}, dense(3, "softmax")], (7, 6, 2)),
        ([CONV | {"dilation_rate": 2, "groups": 2, "use_bias": False}, {"type": "Flatten"}, dense(3, "softmax")], (8, 8, 2)),
        ([{"type": "Conv1D", "filters": 3, "kernel_size": 4, "padding": "same"}, {"type": "Flatten"}, dense(3, "softmax")], (9, 2)),
    ],
    ids=["dense", "dense on a sequence", "same", "dilated groups", "1d"],
)
def test_every_units_sum_is_that_of_keras(layers: list[dict[str, Any]], shape: tuple[int, ...], backend: Backend) -> None:
    project, inputs, outputs, weights = trained(backend, layers, shape)
    for layer, x, y, own in zip(project.spec.layers, inputs, outputs, weights, strict=True):
        if not has_working(layer):
            continue
        expected = logits_of_keras(layer, own, x)
        for unit in range(y.shape[-1]):
            working = work(layer, x, y, own, unit, most=3)
            assert working.sum is not None
            assert working.unit == unit
            assert y[..., unit].max() == y[working.place] == np.float32(working.output)
            assert working.z == pytest.approx(expected[working.place], abs=2e-5)
            terms = working.sum.terms
            assert len(terms) + working.sum.others == own[0][..., 0].size
            assert working.z == pytest.approx(sum(t.product for t in terms) + working.sum.others_sum + (working.sum.bias or 0.0))
            if working.sum.others:
                sizes = [abs(t.product) for t in terms]
                assert sizes == sorted(sizes, reverse=True)
            assert all(t.value == (0.0 if t.at is None else x[t.at]) for t in terms)
        if y.ndim == 1:
            np.testing.assert_allclose(work(layer, x, y, own).logits, expected, atol=2e-5)


def test_softmax_is_what_its_exponentials_say(backend: Backend) -> None:
    layers = [dense(6, "relu"), dense(4), {"type": "Activation", "activation": "softmax"}]
    project, inputs, outputs, weights = trained(backend, layers, (3,), 4)
    working = work(project.spec.layers[2], inputs[2], outputs[2], weights[2])
    np.testing.assert_allclose(working.exps / working.exps.sum(), outputs[2], atol=1e-6)
    assert working.sum is None
    assert working.unit == int(outputs[2].argmax())
    np.testing.assert_array_equal(working.logits, outputs[1])


def test_what_has_no_sum_and_what_does_not_fit_is_refused(backend: Backend) -> None:
    project, inputs, outputs, weights = trained(backend, [{"type": "Flatten"}, dense(3, "softmax")], (2, 2))
    with pytest.raises(TypeError, match="Flatten"):
        work(project.spec.layers[0], inputs[0], outputs[0], weights[0])
    with pytest.raises(ValueError, match="Dense cannot make"):
        work(project.spec.layers[1], inputs[1][:3], outputs[1], weights[1])


def test_an_output_that_is_no_number_is_told_as_it_is() -> None:
    layer = make_spec([dense(2)], {}).layers[0]
    weights = (np.array([[np.nan, 1.0]]), np.zeros(2))
    working = work(layer, np.ones(1), np.array([np.nan, 1.0]), weights, 0)
    assert np.isnan(working.z)
    assert work(layer, np.ones(1), np.array([np.nan, 1.0]), weights).unit == 1


def test_an_inputs_place_is_found_through_layers_that_only_pass_on() -> None:
    layers = make_spec([CONV, {"type": "Flatten"}, {"type": "Dropout"}, dense(3, "softmax")], {}).layers
    shapes = walk((6, 6, 1), layers)
    assert source_of(layers, shapes, 3, (4 * 4 * 2 + 4 * 1 + 3,)) == (0, (2, 1, 3))
    assert source_of(layers, shapes, 0, (5, 5, 0)) == (None, (5, 5, 0))
    flat = make_spec([{"type": "Flatten"}, dense(3, "softmax")], {}).layers
    assert source_of(flat, walk((28, 28, 1), flat), 1, (28 * 3 + 4,)) == (None, (3, 4, 0))


# ---- the loss


def keras_loss(name: str, targets: Any, outputs: np.ndarray, **arguments: Any) -> float:
    import keras

    if name == "perceptron":
        from nnplayground.engine.keras_backend.custom import Perceptron

        return float(Perceptron()(targets, outputs))
    from nnplayground.core.losses import class_name

    return float(getattr(keras.losses, class_name(name))(**arguments)(targets, outputs))


@pytest.mark.parametrize("arguments", [{}, {"label_smoothing": 0.1}])
@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu"])
@pytest.mark.parametrize("truth", [0, 2])
@pytest.mark.parametrize(
    "name", ["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error"]
)
def test_losses_of_several_units_are_those_of_keras(name: str, truth: int, activation: str, arguments: dict[str, float]) -> None:
    import keras

    if arguments and name.startswith(("sparse", "mean")):
        arguments = {}
    logits = np.array([-0.7, -2.0, -0.1, -1.2] if activation == "relu" and not truth else [0.3, -1.5, 2.1, 0.4], np.float32)
    outputs = np.asarray(getattr(keras.activations, activation)(logits[None]))[0]
    sparse = name.startswith("sparse")
    goal = Goal(name, (), Encoding.INDEX if sparse else Encoding.ONE_HOT, arguments)
    loss = sample_loss(goal, activation, outputs, logits.astype(np.float64), truth, Affine())
    assert loss is not None
    target = np.array([[truth]]) if sparse else np.eye(4, dtype=np.float32)[[truth]]
    assert loss.value == pytest.approx(keras_loss(name, target, outputs[None], **arguments), rel=1e-5, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize(("name", "encoding"), [
    ("binary_crossentropy", Encoding.ZERO_ONE), ("mean_squared_error", Encoding.PLUS_MINUS), ("mean_absolute_error", Encoding.ZERO_ONE),
    ("huber", Encoding.PLUS_MINUS), ("hinge", Encoding.PLUS_MINUS), ("squared_hinge", Encoding.PLUS_MINUS),
    ("perceptron", Encoding.PLUS_MINUS),
])  # fmt: skip
@pytest.mark.parametrize("truth", [0, 1])
@pytest.mark.parametrize("output", [0.03, 0.5, 0.91, 1.0])
def test_losses_of_one_unit_are_those_of_keras(name: str, encoding: Encoding, truth: int, output: float) -> None:
    outputs = np.array([output], np.float32)
    arguments = {"delta": 0.6} if name == "huber" else {}
    loss = sample_loss(Goal(name, (), encoding, arguments), "linear", outputs, None, truth, Affine())
    targets = targets_of(encoding, truth, 1, Affine()).astype(np.float32)
    assert loss is not None
    assert loss.value == pytest.approx(keras_loss(name, targets[None], outputs[None], **arguments), rel=1e-4, abs=1e-7)


def test_a_saturated_sigmoid_is_worked_out_from_its_logit_as_training_does() -> None:
    import tensorflow as tf

    logit = np.array([40.0], np.float32)
    goal = Goal("binary_crossentropy", (), Encoding.ZERO_ONE)
    loss = sample_loss(goal, "sigmoid", np.array([1.0]), logit.astype(np.float64), 0, Affine())
    expected = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant([0.0]), logits=tf.constant(logit))
    assert loss is not None
    assert loss.value == pytest.approx(float(expected[0]))


def test_values_are_compared_in_the_networks_own_units() -> None:
    goal = Goal("mean_squared_error", (), Encoding.VALUE)
    loss = sample_loss(goal, "linear", np.array([0.5]), None, 30.0, Affine(0.1, -2.0))
    assert loss is not None
    assert loss.targets == pytest.approx([1.0])
    assert loss.value == pytest.approx(0.25)


def test_other_losses_are_not_written_out() -> None:
    for name in set(LOSSES) - set(FORMULAS):
        assert sample_loss(Goal(name, (), Encoding.VALUE), "linear", np.array([0.5]), None, 0.3, Affine()) is None


def test_a_whole_networks_loss_is_what_evaluation_says(backend: Backend) -> None:
    from nnplayground.core.analysis import analyse

    project, inputs, outputs, weights = trained(backend, [dense(5, "tanh"), dense(3, "softmax")], (2,), 3)
    goal = analyse(project.spec, project.dataset.facts).goal
    last = work(project.spec.layers[-1], inputs[-1], outputs[-1], weights[-1])
    loss = sample_loss(goal, "softmax", outputs[-1], last.logits, project.dataset.test.y[0], project.dataset.target_scaler)
    assert loss is not None
    answer = outputs[-1][int(project.dataset.test.y[0])]
    assert loss.value == pytest.approx(-np.log(answer), rel=1e-5)
    assert prod(loss.targets.shape) == 3
