"""Compiled loops that are used again: nothing of the run before may be seen in the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Split, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import train
from tests.engine.making import dense, make_dataset, make_spec

NET = make_spec([dense(4, "tanh"), {"type": "Dropout", "rate": 0.2}, dense(1, "sigmoid")], {"epochs": 12, "batch_size": 10})
PROJECTS: dict[str, tuple[ProjectSpec, int]] = {
    "first": (NET, 5),
    "other data": (NET, 6),
    "other weights": (edits.set_seed(NET, 99), 5),
    "another dropout rate": (edits.change_layer(NET, 1, rate=0.6), 5),
    "another optimizer": (edits.change_training(NET, optimizer="sgd"), 5),
    "another network": (edits.change_layer(NET, 0, units=3), 5),
    "another batch": (edits.change_training(NET, batch_size=7), 5),
    "the first again": (NET, 5),
}


def everything(backend: Backend, spec: ProjectSpec, data_seed: int, run_id: int) -> list[Any]:
    """All that can be known of a run."""
    request = TrainRequest(spec, make_dataset(seed=data_seed), run_id)
    history = [event.logs for event in train(request, backend) if isinstance(event, Epochs)]
    snapshot = backend.probe(ProbeRequest(grid=9, neurons=True, gradients=True, examine=True))
    assert snapshot is not None
    assert snapshot.examination is not None
    columns = [np.concatenate([logs[name] for logs in history]) for name in history[0]]
    maps = [m for m in snapshot.neuron_maps if m is not None]
    slopes = [g for layer in snapshot.gradients for g in layer if g is not None]
    tested = backend.evaluate(Split.TEST)
    assert tested is not None
    state = backend.state()
    return [*columns, *state.weights, *state.optimizer, snapshot.output_map, *maps, *slopes, snapshot.examination.outputs, *tested.values()]


@pytest.fixture(scope="module")
def used() -> Backend:
    """One backend for all of them, in turn."""
    return create_backend()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_run_after_others_is_the_run_that_it_would_have_been_alone(name: str, used: Backend, backend: Backend) -> None:
    spec, data_seed = PROJECTS[name]
    run_id = 1 + list(PROJECTS).index(name)
    after_others, alone = (everything(b, spec, data_seed, run_id) for b in (used, backend))
    assert len(after_others) == len(alone)
    for a, b in zip(after_others, alone, strict=True):
        np.testing.assert_array_equal(a, b)


def test_other_data_of_the_same_shapes_is_not_compiled_again(backend: Backend) -> None:
    compiled = []
    for run_id, data_seed in enumerate((5, 6, 7), 1):
        list(train(TrainRequest(NET, make_dataset(seed=data_seed), run_id), backend))
        compiled.append(backend._run.loop)  # type: ignore[attr-defined]
    assert compiled[0] is compiled[1] is compiled[2]
    assert compiled[0]._run.experimental_get_tracing_count() == 1
