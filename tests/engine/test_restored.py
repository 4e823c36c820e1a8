"""What a saved run brings besides its weights, and what every fold begins with."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Finished, Started, Status, TrainRequest
from nnplayground.engine.folds import cross_validate
from nnplayground.engine.loader import create_backend
from nnplayground.engine.state import dump_state, load_state
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import keras_weights

NET = [dense(4, "tanh"), dense(1, "sigmoid")]


@pytest.mark.parametrize("saved", ["xla", "graph"])
def test_a_run_goes_on_with_the_compiler_it_was_saved_with(saved: str, loop: str, backend: Backend) -> None:
    """Though the other one would be chosen for this network now."""
    request = request_for(make_spec(NET if saved == "graph" else [NET[0], {"type": "Dropout", "rate": 0.2}, NET[1]], {"epochs": 3}))
    before = create_backend()
    fresh = before.open(request)
    assert fresh.how.lower().startswith("graph" if saved == "xla" else "xla")
    started = backend.open(replace(request, state=replace(before.state(), compiled=saved)))
    assert started.how.lower().startswith(f"{saved}: as it was saved")
    assert backend._run.loop._run._jit_compile is (saved == "xla")  # type: ignore[attr-defined]
    assert backend.state().compiled == saved


def test_an_end_that_nobody_was_told_is_told_where_the_run_is_taken_up(loop: str, backend: Backend) -> None:
    rule = {"metric": "loss", "below": 1e9}
    request = request_for(make_spec(NET, {"epochs": 9, "stop_when": rule}))
    stream = train(request, backend, Pace(epochs=1, seconds=math.inf))
    told = [next(stream), next(stream)]
    assert isinstance(told[1], Epochs)
    stream.close()  # its last epoch is told, but not that it was the last
    state = load_state(dump_state(backend.state()))
    assert "below 1e+09" in state.ending
    other = create_backend()
    events = list(train(replace(request, state=state), other))
    assert [type(event) for event in events] == [Started, Finished]
    assert events[-1] == Finished(1, Status.STOPPED, 1, state.ending)
    assert other.epoch == 1
    assert other.state().ending == ""


def test_every_fold_begins_with_the_same_weights(backend: Backend) -> None:
    request = TrainRequest(make_spec(NET, {"epochs": 2, "k_fold": 3}, seed=11), make_dataset(), 1)
    create_backend()
    from nnplayground.engine.keras_backend import build

    expected = build.build_model(request.spec, request.dataset.facts).get_weights()
    begun = 0
    for fold, event in cross_validate(request, backend):
        if isinstance(event, Started):
            assert fold == begun
            begun += 1
            for ours, theirs in zip(keras_weights(backend), expected, strict=True):
                np.testing.assert_array_equal(ours, theirs)
    assert begun == 3
