"""Targets that were scaled: every number that people see is in the data's own unit, whoever shows it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Split, TrainRequest
from nnplayground.engine.train import train
from tests.engine.making import dense, make_dataset, make_spec
from tests.engine.oracle import history_of

NAMES = ("mae", "mse", "rmse", "mape", "r2_score")


def project(**training: object) -> ProjectSpec:
    return make_spec([dense(3, "tanh"), dense(1)], {"epochs": 3, "batch_size": 10, "metrics": list(NAMES), **training})


def scaled(scale: float = 0.1, offset: float = -0.3) -> Dataset:
    return replace(make_dataset(classes=0), target_scaler=Affine(scale, offset))


def truth(backend: Backend, dataset: Dataset) -> dict[str, float]:
    """The test set's numbers by their formulas, from answers in the data's own unit."""
    y, got = dataset.test.y.astype(float), dataset.target_scaler.undo(backend.predict(dataset.test.x)[:, 0]).astype(float)
    error = got - y
    return {"mae": abs(error).mean(), "mse": (error**2).mean(), "rmse": np.sqrt((error**2).mean()),
            "mape": 100 * np.mean(abs(error / y)), "r2_score": 1 - (error**2).sum() / ((y - y.mean()) ** 2).sum()}  # fmt: skip


def test_every_metric_is_in_the_datas_own_unit(loop: str, backend: Backend) -> None:
    dataset = scaled()
    history = history_of(train(TrainRequest(project(), dataset, 1), backend))
    expected = truth(backend, dataset)
    assert expected["mape"] > 100
    assert backend.evaluate(Split.TEST) == pytest.approx({**expected, "loss": expected["mse"] * 0.1**2}, rel=1e-3)
    for name, value in expected.items():
        assert history[f"val_{name}"][-1] == pytest.approx(value, rel=1e-3), name


def test_percentages_are_those_of_a_run_without_scaling(backend: Backend) -> None:
    """The same network with the scaling undone by its last layer says the same."""
    list(train(TrainRequest(project(epochs=0, metrics=["mape"]), make_dataset(classes=0), 1), backend))
    plain = backend.evaluate(Split.TEST)
    list(train(TrainRequest(project(epochs=0, metrics=["mape"]), scaled(), 2), backend))
    weights = backend.weights()
    backend.set_weights((*weights[:2], weights[2] * 0.1, weights[3] * 0.1 - 0.3))
    assert backend.evaluate(Split.TEST)["mape"] == pytest.approx(plain["mape"], rel=1e-3)


def test_another_scaling_is_not_measured_by_the_loop_of_the_one_before(backend: Backend) -> None:
    """Compiled loops are used again for runs of the same structure."""
    for run_id, dataset in enumerate((scaled(), scaled(0.5, 2.0), scaled())):
        history = history_of(train(TrainRequest(project(), dataset, run_id), backend))
        assert history["val_mape"][-1] == pytest.approx(truth(backend, dataset)["mape"], rel=1e-3)


def test_callbacks_hear_of_epochs_what_the_history_has(loop: str, backend: Backend) -> None:
    import keras

    heard: list[dict[str, float]] = []
    listener = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: heard.append(dict(logs)))
    dataset = scaled()
    request = TrainRequest(project(), dataset, 1, callbacks=(listener,))
    told = [event for event in train(request, backend) if isinstance(event, Epochs)]
    assert heard == [{name: float(event.logs[name][0]) for name in event.logs} for event in told]
    assert heard[-1]["val_mae"] == pytest.approx(truth(backend, dataset)["mae"], rel=1e-3)
