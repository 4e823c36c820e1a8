"""The learning rate that comes with every epoch, against Keras's own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, TrainRequest
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_dataset, make_spec

SMALL = [dense(2, "tanh"), dense(1, "sigmoid")]
SCHEDULES: dict[str, dict[str, Any]] = {
    "exponential": {"type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5},
    "steps": {"type": "PiecewiseConstantDecay", "boundaries": [5, 17], "values": [0.1, 0.01, 0.001]},
    "warm-up": {"type": "CosineDecay", "initial_learning_rate": 0.0, "decay_steps": 40, "warmup_target": 0.1, "warmup_steps": 9},
}


def rates(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> list[float]:
    told: list[float] = []
    for event in train(request, backend, pace):
        if isinstance(event, Epochs):
            assert event.learning_rate is not None
            assert len(event.learning_rate) == event.count
            assert "learning_rate" not in event.logs  # it is none of the losses and metrics
            told += event.learning_rate.tolist()
    return told


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_where_keras_has_it_at_an_epochs_end(name: str, backend: Backend) -> None:
    table = SCHEDULES[name]
    spec = make_spec(SMALL, {"epochs": 8, "batch_size": 16, "optimizer": {"type": "SGD", "learning_rate": table}})
    dataset = make_dataset()
    steps = -(-len(dataset.train) // 16)
    arguments = {key: value for key, value in table.items() if key != "type"}
    schedule = getattr(keras.optimizers.schedules, table["type"])(**arguments)
    told = rates(TrainRequest(spec, dataset, 1), backend, Pace(epochs=3))
    np.testing.assert_allclose(told, [float(schedule(steps * epoch)) for epoch in range(1, 9)], rtol=1e-6)


def test_a_plateau_lowers_it_from_the_next_epoch_on(backend: Backend) -> None:
    """As Keras logs it: an epoch has the rate that it was trained with."""
    rule = {"monitor": "loss", "patience": 2, "min_delta": 1000.0, "factor": 0.5}
    spec = make_spec(SMALL, {"epochs": 6, "optimizer": {"type": "SGD", "learning_rate": 0.5}, "reduce_lr_on_plateau": rule})
    assert rates(TrainRequest(spec, make_dataset(), 1), backend) == [0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
