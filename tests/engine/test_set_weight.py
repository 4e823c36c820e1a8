"""One weight is put in by hand: exactly that one, at once, and training goes on from it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Finished, Split
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_spec, request_for

LAYERS = [dense(4, "tanh"), {"type": "Dropout", "rate": 0.3}, {"type": "BatchNormalization"}, dense(1, "sigmoid")]
WEIGHTS = ProbeRequest(weights=True)


@pytest.fixture
def spec():
    return make_spec(LAYERS, {"epochs": 4, "batch_size": 10})


def flat(backend: Backend) -> list[np.ndarray]:
    shot = backend.probe(WEIGHTS)
    assert shot is not None
    return [w for layer in shot.weights for w in layer]


@pytest.mark.parametrize(("layer", "number", "at"), [(0, 0, (1, 2)), (0, 1, (3,)), (3, 0, (2, 0)), (3, 1, (0,))])
def test_one_weight_changes_and_no_other(spec, backend: Backend, layer: int, number: int, at: tuple[int, ...]):
    backend.open(request_for(spec))
    before, loss = flat(backend), backend.evaluate(Split.TEST)
    old = backend.set_weight(layer, number, at, -2.5)
    place = {0: 0, 3: 6}[layer] + number
    assert old == pytest.approx(before[place][at])
    before[place][at] = -2.5
    for expected, found in zip(before, flat(backend), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert backend.evaluate(Split.TEST) != loss
    backend.set_weight(layer, number, at, old)
    assert backend.evaluate(Split.TEST) == loss


def test_training_goes_on_from_it_and_the_history_is_kept(spec, backend: Backend):
    pace = Pace(epochs=1)
    stream = train(request_for(spec), backend, pace)
    epochs = [e for e in itertools.islice(stream, 3) if isinstance(e, Epochs)]
    backend.set_weight(0, 0, (0, 0), 3.0)
    moved = backend.epoch
    rest = list(stream)
    assert isinstance(rest[-1], Finished)
    assert [e.first for e in [*epochs, *rest] if isinstance(e, Epochs)] == [1, 2, 3, 4]
    assert moved == 2
    shot = backend.probe(WEIGHTS)
    assert shot is not None
    assert 2.5 < shot.weights[0][0][0, 0] < 3.5
    assert shot.weights[0][0][0, 0] != 3.0


def test_of_a_completed_run_what_is_seen_is_changed_and_gone_on_with(backend: Backend):
    rule = {"monitor": "loss", "patience": 50, "restore_best_weights": True}
    spec = make_spec([dense(3, "tanh"), dense(1, "sigmoid")], {"epochs": 3, "batch_size": 10, "early_stopping": rule})
    request = request_for(spec)
    list(train(request, backend))
    backend.set_weight(1, 1, (0,), 5.0)
    assert isinstance(next(train(request, backend, Pace(epochs=1, until=5))), Epochs)
    shot = backend.probe(WEIGHTS)
    assert shot is not None
    assert shot.weights[1][1][0] > 4
