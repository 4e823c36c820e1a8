"""A user's own `keras.callbacks` in the engine and in `Model.fit`: called as often, with the same numbers."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Finished, Status, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import assert_history, assert_weights, build, fit, history_of, keras_weights

Call = tuple[str, int | None, dict[str, float]]


def spec(**training: Any) -> ProjectSpec:
    layers = [dense(4, "tanh", kernel_regularizer="l2", activity_regularizer="l1"), {"type": "Dropout", "rate": 0.2}, dense(1, "sigmoid")]
    optimizer = {"type": "Adam", "learning_rate": 0.02}
    return make_spec(layers, {"epochs": 6, "batch_size": 10, "shuffle": False, "optimizer": optimizer, **training})


def both(request: TrainRequest, backend: Backend, make: Callable[[str], list[Any]]) -> tuple[dict[str, list[float]], Any]:
    """Train with callbacks of their own in both; gives the engine's history, and Keras's model."""
    got = history_of(train(replace(request, callbacks=tuple(make("ours"))), backend))
    model = build(request.spec, request.dataset)
    expected = fit(model, request, callbacks=make("keras"))
    assert_history(got, {name: values for name, values in expected.items() if name != "learning_rate"})
    assert_weights(keras_weights(backend), model.get_weights())
    return got, model


def recorder(calls: list[Call], hooks: list[str]) -> Any:
    """A callback that notes every call of these hooks."""
    import keras

    def note(name: str) -> Callable[..., None]:
        def hook(_self: Any, index: Any = None, logs: Any = None) -> None:
            index, logs = (index, logs) if isinstance(index, int) else (None, index)
            calls.append((name, index, dict(logs or {}) if name != "on_train_end" else {}))

        return hook

    return type("Recorder", (keras.callbacks.Callback,), {name: note(name) for name in hooks})()


EPOCH_HOOKS = ["on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end"]
BATCH_HOOKS = ["on_train_batch_begin", "on_train_batch_end"]


@pytest.mark.parametrize("hooks", [EPOCH_HOOKS, EPOCH_HOOKS + BATCH_HOOKS], ids=["epochs", "batches"])
def test_hooks_are_called_as_often_and_with_the_same_numbers(hooks: list[str], loop: str, backend: Backend) -> None:
    calls: dict[str, list[Call]] = {"ours": [], "keras": []}
    both(request_for(spec(epochs=2)), backend, lambda who: [recorder(calls[who], hooks)])
    assert [call[:2] for call in calls["ours"]] == [call[:2] for call in calls["keras"]]
    assert len(calls["ours"]) == (6 if hooks is EPOCH_HOOKS else 6 + 2 * 2 * 6)
    for (name, index, mine), (_, _, theirs) in zip(calls["ours"], calls["keras"], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-4), (name, index)


def test_a_stop_in_the_middle_of_an_epoch_calls_no_hook_twice(backend: Backend) -> None:
    calls: list[Call] = []
    request = replace(request_for(spec(epochs=2)), callbacks=(recorder(calls, [*EPOCH_HOOKS[2:], *BATCH_HOOKS]),))
    for _ in range(30):
        events = train(request, backend, Pace(seconds=0.0))
        last = None
        for last in events:
            if not isinstance(last, Finished):
                events.close()
                break
        if isinstance(last, Finished):
            break
    names = [(name, index) for name, index, _ in calls]
    one_epoch = [(name, step) for step in range(6) for name in BATCH_HOOKS]
    assert names == [("on_epoch_begin", 0), *one_epoch, ("on_epoch_end", 0), ("on_epoch_begin", 1), *one_epoch, ("on_epoch_end", 1)]


def test_early_stopping_of_keras_ends_the_run_and_restores(loop: str, backend: Backend) -> None:
    import keras

    request = request_for(spec(epochs=40, optimizer={"type": "Adam", "learning_rate": 0.3}))
    both(request, backend, lambda _: [keras.callbacks.EarlyStopping("val_accuracy", patience=2, restore_best_weights=True)])
    assert 2 < backend.epoch < 40


def test_restored_weights_are_there_when_the_end_is_told(backend: Backend) -> None:
    import keras

    stopper = keras.callbacks.EarlyStopping("loss", mode="max", patience=1, restore_best_weights=True)
    seen = []
    for event in train(replace(request_for(spec()), callbacks=(stopper,)), backend):
        if isinstance(event, Epochs | Finished):
            seen.append(backend.weights()[0])
    assert isinstance(event, Finished)
    assert event.status is Status.STOPPED
    np.testing.assert_array_equal(seen[-1], seen[0])
    assert not np.array_equal(seen[-2], seen[0])


def test_reduce_on_plateau_of_keras_turns_the_rate_down(backend: Backend) -> None:
    import keras

    request = request_for(spec(epochs=8))
    _, model = both(request, backend, lambda _: [keras.callbacks.ReduceLROnPlateau("val_loss", min_delta=1.0, patience=2, factor=0.5)])
    assert backend.learning_rate == pytest.approx(float(model.optimizer.learning_rate)) == pytest.approx(0.02 / 8)


def test_csv_logger_writes_the_same_table(tmp_path: Path, backend: Backend) -> None:
    import keras

    both(request_for(spec()), backend, lambda who: [keras.callbacks.CSVLogger(tmp_path / f"{who}.csv")])
    ours, theirs = (list(csv.DictReader((tmp_path / f"{who}.csv").read_text().splitlines())) for who in ("ours", "keras"))
    assert len(ours) == len(theirs) == 6
    for mine, other in zip(ours, theirs, strict=True):
        assert {k: float(v) for k, v in mine.items()} == pytest.approx({k: float(v) for k, v in other.items()}, rel=1e-4)


def test_checkpoints_are_written_and_can_be_loaded_by_keras_alone(tmp_path: Path, backend: Backend) -> None:
    import keras

    def make(who: str) -> list[Any]:
        (tmp_path / who).mkdir()
        best = keras.callbacks.ModelCheckpoint(str(tmp_path / who / "best.keras"), monitor="val_loss", save_best_only=True)
        return [best, keras.callbacks.ModelCheckpoint(str(tmp_path / who / "{epoch}.weights.h5"), save_weights_only=True)]

    request = request_for(spec())
    both(request, backend, make)
    assert sorted(p.name for p in (tmp_path / "ours").iterdir()) == sorted(p.name for p in (tmp_path / "keras").iterdir())
    loaded = [keras.saving.load_model(tmp_path / who / "best.keras") for who in ("ours", "keras")]
    assert_weights(loaded[0].get_weights(), loaded[1].get_weights())
    plain = keras.models.clone_model(build(request.spec, request.dataset))
    plain.load_weights(tmp_path / "ours" / "6.weights.h5")
    assert_weights(plain.get_weights(), keras_weights(backend))


def test_lambdas_for_epochs_and_batches(backend: Backend) -> None:
    import keras

    told: dict[str, list[Any]] = {"ours": [], "keras": []}

    def make(who: str) -> list[Any]:
        return [
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: told[who].append((epoch, sorted(logs)))),
            keras.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: told[who].append((step, sorted(logs)))),
        ]

    both(request_for(spec(epochs=2)), backend, make)
    assert told["ours"] == told["keras"]
    assert len(told["ours"]) == 2 * (6 + 1)


def test_a_rate_scheduled_by_a_callback_is_used(backend: Backend) -> None:
    import keras

    both(request_for(spec(epochs=3)), backend, lambda _: [keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.1 / (epoch + 1))])
    assert backend.learning_rate == pytest.approx(0.1 / 3)


def test_stop_training_ends_after_that_very_epoch(loop: str, backend: Backend) -> None:
    import keras

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                self.model.stop_training = True

    events = list(train(replace(request_for(spec()), callbacks=(Stop(),)), backend))
    assert isinstance(events[-1], Finished)
    assert (events[-1].epoch, backend.epoch, events[-1].status) == (3, 3, Status.STOPPED)
    assert "callback" in events[-1].reason
    more = list(train(replace(request_for(spec()), callbacks=(Stop(),)), backend))
    assert isinstance(more[-1], Finished)
    assert (more[-1].status, backend.epoch) == (Status.COMPLETED, 6)


@pytest.mark.parametrize("validated", [True, False])
def test_stop_training_inside_a_batch_ends_the_epoch_there(validated: bool, backend: Backend) -> None:
    import keras

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 2:
                self.model.stop_training = True

    request = request_for(spec())
    if not validated:
        request = replace(request, dataset=replace(request.dataset, validation=None))
    history, _ = both(request, backend, lambda _: [Stop()])
    assert len(history["loss"]) == 1
    assert backend.epoch == 1


def test_batches_are_told_in_the_unit_of_the_data_as_epochs_are(backend: Backend) -> None:
    calls: list[Call] = []
    dataset = replace(make_dataset(classes=0), target_scaler=Affine(0.1, -0.3))
    project = make_spec([dense(1)], {"epochs": 1, "batch_size": 1000, "metrics": ["mae", "mse"]})
    hooks = ["on_train_batch_end", "on_epoch_end", "on_test_end"]
    list(train(replace(request_for(project, dataset), callbacks=(recorder(calls, hooks),)), backend))
    (_, _, batch), (_, _, test), (_, _, epoch) = calls
    assert batch == pytest.approx({name: epoch[name] for name in batch})
    assert test == pytest.approx({name: epoch[f"val_{name}"] for name in test})
    assert epoch["mae"] > 1


def test_a_stream_that_is_left_is_not_the_end(loop: str, backend: Backend) -> None:
    """Else EarlyStopping would put other weights in whenever somebody stops for a moment."""
    import keras

    def request() -> TrainRequest:
        stopper = keras.callbacks.EarlyStopping("val_loss", patience=50, restore_best_weights=True)
        return replace(request_for(spec(epochs=8, optimizer={"type": "Adam", "learning_rate": 0.5})), callbacks=(stopper,))

    expected, cut = history_of(train(request(), create_backend())), request()
    events = train(cut, backend, Pace(seconds=math.inf, epochs=1))
    told = [event for event in itertools.islice(events, 4) if isinstance(event, Epochs)]
    events.close()
    assert int(np.argmin(expected["val_loss"][: len(told)])) < len(told) - 1
    told += [event for event in train(cut, backend) if isinstance(event, Epochs)]
    assert history_of(told) == expected


def test_hooks_of_validation_are_called_as_often_and_with_the_same_numbers(backend: Backend) -> None:
    calls: dict[str, list[Call]] = {"ours": [], "keras": []}
    hooks = [*EPOCH_HOOKS, "on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end"]
    both(request_for(spec(epochs=2)), backend, lambda who: [recorder(calls[who], hooks)])
    assert [call[:2] for call in calls["ours"]] == [call[:2] for call in calls["keras"]]
    assert len(calls["ours"]) == 2 + 2 * (2 + 2 + 2 * 2)
    for (name, index, mine), (_, _, theirs) in zip(calls["ours"], calls["keras"], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-4), (name, index)


def test_weights_that_a_callback_puts_in_for_the_validation_are_validated(backend: Backend) -> None:
    import keras

    class Without(keras.callbacks.Callback):
        def on_test_begin(self, logs: Any = None) -> None:
            self.kept = self.model.get_weights()
            self.model.set_weights([0 * w for w in self.kept])

        def on_test_end(self, logs: Any = None) -> None:
            self.model.set_weights(self.kept)

    history, _ = both(request_for(spec(epochs=2)), backend, lambda _: [Without()])
    assert history["val_loss"] == pytest.approx([np.log(2)] * 2)
