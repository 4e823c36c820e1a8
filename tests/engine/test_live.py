"""What changes while a network trains: as if a Keras model had been built anew with the new number, and nothing else changed."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Event, Finished, Status, TrainRequest
from nnplayground.engine.train import Pace, train
from tests.engine.making import LOOPS, by_turns, dense, make_dataset, make_spec, request_for
from tests.engine.oracle import assert_history, assert_weights, build, extend, fit, history_of, keras_weights

BEFORE, AFTER = 2, 2
NET = [dense(4, "tanh"), dense(1, "sigmoid")]


def spec(regularizer: dict[str, Any], rate: float, stddev: float, learning_rate: float = 0.02) -> ProjectSpec:
    layers = [dense(6, "tanh", kernel_regularizer=regularizer), {"type": "Dropout", "rate": rate},
              {"type": "GaussianNoise", "stddev": stddev},
              dense(1, "sigmoid", bias_regularizer=regularizer, activity_regularizer=regularizer)]  # fmt: skip
    optimizer = {"type": "Adam", "learning_rate": learning_rate}
    return make_spec(layers, {"epochs": BEFORE + AFTER, "batch_size": 10, "optimizer": optimizer})


def l1l2(l1: float, l2: float) -> dict[str, Any]:
    return {"type": "L1L2", "l1": l1, "l2": l2}


START = spec(l1l2(0.01, 0.02), 0.3, 0.2)
CHANGES: dict[str, tuple[ProjectSpec, ProjectSpec]] = {
    "learning rate": (START, spec(l1l2(0.01, 0.02), 0.3, 0.2, 0.1)),
    "regularizers": (START, spec(l1l2(0.2, 0.1), 0.3, 0.2)),
    "dropout": (START, spec(l1l2(0.01, 0.02), 0.6, 0.2)),
    "noise": (START, spec(l1l2(0.01, 0.02), 0.3, 0.9)),
    "from nothing": (spec(l1l2(0.0, 0.0), 0.0, 0.0), START),
    "to nothing": (START, spec(l1l2(0.0, 0.0), 0.0, 0.0)),
    "everything": (START, spec(l1l2(0.3, 0.0), 0.1, 0.5, 0.05)),
}


def pull(events: Generator[Event, None, None], epochs: int) -> dict[str, list[float]]:
    history: dict[str, list[float]] = {}
    while len(history.get("loss", [])) < epochs:
        extend(history, history_of([next(events)]))
    return history


def traces(backend: Backend) -> int:
    return int(backend._run.loop._run.experimental_get_tracing_count())  # type: ignore[attr-defined]


def keras_layers(backend: Backend) -> list[Any]:
    return list(backend._run.network.model.layers)  # type: ignore[attr-defined]


BY_TURNS = [*by_turns(CHANGES), ("everything", LOOPS[1]), ("from nothing", LOOPS[1])]


@pytest.mark.parametrize(("change", "loop"), BY_TURNS, indirect=["loop"])
def test_a_number_that_changes_is_as_a_model_built_anew_with_it(change: str, loop: str, backend: Backend) -> None:
    old, new = CHANGES[change]
    request = TrainRequest(old, make_dataset(), 1)
    events = train(request, backend, Pace(epochs=1, seconds=math.inf))
    first = build(old, request.dataset)
    assert_history(pull(events, BEFORE), fit(first, request, 0, BEFORE))
    compiled = traces(backend)

    backend.set_live(new)
    second = build(new, request.dataset)
    fit(second, request, 0, 1)  # makes the optimizer's variables
    second.set_weights(first.get_weights())
    for mine, theirs in zip(second.optimizer.variables, first.optimizer.variables, strict=True):
        mine.assign(theirs)
    second.optimizer.learning_rate = new.training.optimizer.learning_rate
    for mine, engines in zip(second.layers, keras_layers(backend), strict=True):
        if hasattr(mine, "seed_generator"):  # Keras draws nothing at a rate of 0, so its own would stand elsewhere
            mine.seed_generator.state.assign(engines.seed_generator.state)
    expected = fit(second, TrainRequest(new, request.dataset, 1), BEFORE, AFTER)
    assert_history(pull(events, AFTER), expected)
    events.close()
    assert_weights(keras_weights(backend), second.get_weights())
    assert traces(backend) == compiled


def test_back_to_the_old_number_is_as_if_nothing_had_been(backend: Backend) -> None:
    from nnplayground.engine.loader import create_backend

    untouched, request = create_backend(), TrainRequest(START, make_dataset(), 1)
    expected = history_of(train(request, untouched))
    events = train(request, backend, Pace(epochs=1))
    got = pull(events, BEFORE)
    for new, _ in CHANGES.values():
        backend.set_live(new)
    backend.set_live(START)
    extend(got, pull(events, AFTER))
    events.close()
    assert got == expected


def test_a_mark_knows_the_numbers_of_its_time(backend: Backend) -> None:
    """The best epoch's weights are computed again from a mark, with what the numbers were then."""
    rule = {"monitor": "loss", "patience": 50, "restore_best_weights": True}
    project = edits.change_training(START, epochs=30, early_stopping=rule)
    events = train(TrainRequest(project, make_dataset(), 1), backend, Pace(epochs=10, seconds=math.inf))
    losses = pull(events, 10)["loss"]
    best = int(np.argmin(losses))
    assert best < 9
    backend.set_live(edits.change_training(spec(l1l2(0.5, 0.5), 0.9, 0.95, 0.5), epochs=30, early_stopping=rule))
    restored = backend.best_weights()
    assert backend.epoch == 10
    events.close()
    list(train(TrainRequest(edits.change_training(START, epochs=best + 1), make_dataset(), 2), backend))
    for a, b in zip(restored, backend.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_going_back_to_the_first_mark_takes_the_new_learning_rate(backend: Backend) -> None:
    """A rate that was changed before the reset holds after it."""
    old, new = CHANGES["learning rate"]
    request = TrainRequest(old, make_dataset(), 1)
    backend.open(request)
    mark = backend.mark()
    backend.advance(2, math.inf)
    backend.set_live(new)
    backend.advance(1, math.inf)
    backend.rewind(mark)
    backend.memory.clear()
    backend.set_live(new)
    again = history_of(train(request, backend))
    from nnplayground.engine.loader import create_backend

    assert again == history_of(train(TrainRequest(new, make_dataset(), 1), create_backend()))


@pytest.mark.parametrize("who", ["the engine", "a callback"])
def test_a_model_saved_after_a_change_holds_the_new_number(who: str, tmp_path: Path, backend: Backend) -> None:
    import keras

    new = spec(l1l2(0.3, 0.4), 0.6, 0.7)
    saver = keras.callbacks.ModelCheckpoint(str(tmp_path / "net.keras"))
    request = TrainRequest(START, make_dataset(), 1, callbacks=(saver,) if who == "a callback" else ())
    backend.open(request)
    backend.set_live(new)
    assert isinstance(backend.advance(1, math.inf), Epochs)
    if who == "the engine":
        backend.save_model(tmp_path / "net.keras")
    loaded = keras.saving.load_model(tmp_path / "net.keras")
    first, dropout, noise, last = loaded.layers
    assert (dropout.rate, noise.stddev) == pytest.approx((0.6, 0.7))
    assert (float(first.kernel_regularizer.l1), float(last.activity_regularizer.l2)) == pytest.approx((0.3, 0.4))
    x = request.dataset.test.x
    np.testing.assert_allclose(loaded.predict(request.dataset.scaler.apply(x), verbose=0), backend.predict(x), atol=1e-6)


def test_another_rule_takes_the_place_of_one_that_has_just_ended_a_run(backend: Backend) -> None:
    """The driver left between the last epoch and the word that it was the last: then another rule was set."""
    first = make_spec(NET, {"epochs": 6, "stop_when": {"metric": "loss", "below": 1000.0}})
    request = request_for(first)
    events = train(request, backend)
    assert [type(next(events)).__name__ for _ in range(2)] == ["Started", "Epochs"]
    events.close()
    assert backend.memory.ending.startswith("Stopped after epoch 1")
    other = make_spec(NET, {"epochs": 6, "stop_when": {"metric": "loss", "below": -1.0}})
    backend.set_live(other)
    last = list(train(request_for(other), backend))[-1]
    assert isinstance(last, Finished)
    assert (last.status, last.epoch) == (Status.COMPLETED, 6)


def test_a_rule_set_while_training_must_watch_what_is_measured(backend: Backend) -> None:
    dataset = replace(make_dataset(), validation=None)
    list(train(request_for(make_spec(NET, {"epochs": 1}), dataset), backend))
    with pytest.raises(EngineError, match=r"training\.stop_when.*not measured"):
        backend.set_live(make_spec(NET, {"epochs": 1, "stop_when": {"metric": "val_loss", "below": 0.1}}))
