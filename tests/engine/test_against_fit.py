"""The engine against `Model.fit`: same weights and order, same history and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnplayground.engine.backend import Backend
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import compare, orders, trained

EPOCHS = 3


def training(**more: Any) -> dict[str, Any]:
    return {"epochs": EPOCHS, "batch_size": 10, "shuffle": False, **more}


NETWORKS: dict[str, tuple[tuple[int, ...], int, list[dict[str, Any]]]] = {
    "regularized dense": ((3,), 2, [
        dense(6, "relu", kernel_regularizer={"type": "L2", "l2": 0.05}, activity_regularizer={"type": "L1", "l1": 0.02}),
        dense(1, "sigmoid", kernel_constraint={"type": "MaxNorm", "max_value": 0.5})]),
    "convolution": ((8, 8, 1), 3, [
        {"type": "Conv2D", "filters": 3, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"}, {"type": "Flatten"},
        dense(3, "softmax")]),
    "frozen": ((3,), 2, [dense(4, "tanh", trainable=False), dense(1, "sigmoid")]),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_learn_the_same(name: str, backend: Backend) -> None:
    """Every kind of layer is in `test_drawn_projects`, every optimizer in `test_build`."""
    shape, classes, layers = NETWORKS[name]
    spec = make_spec(layers, training(optimizer={"type": "Adam", "learning_rate": 0.01}))
    compare(request_for(spec, make_dataset(shape, classes)), backend)


LOSSES = {
    "mean_squared_error": 0, "mean_absolute_error": 0, "log_cosh": 0, "binary_crossentropy": 2, "hinge": 2, "squared_hinge": 2,
    "sparse_categorical_crossentropy": 3, "kl_divergence": 3, "categorical_hinge": 3,
}  # fmt: skip
"""Those with arguments are in `test_build`."""


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_and_encoding_is_keras_own(loss: str, backend: Backend) -> None:
    classes = LOSSES[loss]
    output = dense(1) if not classes else dense(1, "tanh" if "hinge" in loss else "sigmoid") if classes == 2 else dense(3, "softmax")
    metrics = ["mae", "mse", "rmse"] if not classes else ["accuracy", "mae"] if loss != "sparse_categorical_crossentropy" else ["accuracy"]
    spec = make_spec([dense(4, "tanh"), output], training(loss=loss, metrics=metrics))
    compare(request_for(spec, make_dataset(classes=classes)), backend)


@pytest.mark.parametrize("batch_size", [1, 7, 53, 1000])
def test_every_batch_size_trains_on_all_samples(batch_size: int, loop: str, backend: Backend) -> None:
    spec = make_spec([dense(4, "tanh"), dense(1, "sigmoid")], training(batch_size=batch_size, epochs=2))
    compare(request_for(spec), backend)


def test_shuffled_epochs_take_each_sample_once_in_an_order_of_their_own(loop: str, backend: Backend) -> None:
    request = request_for(make_spec([dense(4, "tanh"), dense(1, "sigmoid")], training(shuffle=True, optimizer="adam")))
    taken = orders(request)
    assert all(sorted(order) == list(range(53)) for order in taken)
    assert not np.array_equal(taken[0], taken[1])
    compare(request, backend)


def test_plus_minus_accuracy_counts_equal_signs(backend: Backend) -> None:
    request = request_for(make_spec([dense(4, "tanh"), dense(1, "tanh")], training(epochs=1)))
    outcome = trained(request, backend)
    share = np.mean((outcome.answers[:, 0] > 0) == (request.dataset.test.y > 0))
    assert outcome.results["accuracy"] == pytest.approx(share)
    assert outcome.history["val_accuracy"][-1] == pytest.approx(share)
