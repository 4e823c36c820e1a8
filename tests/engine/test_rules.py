"""The rules that watch a run, decision by decision against Keras's own callbacks, whatever pieces the epochs come in."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnplayground.core.spec import EarlyStopping, ReduceLROnPlateau, TrainingSpec
from nnplayground.engine.events import Epochs, Event, Finished, Noted, Status
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_spec, request_for
from tests.engine.scripted import Scripted

drawn = settings(deadline=None, derandomize=True)
"""The first example imports TensorFlow; the same ones every time."""
numbers = st.floats(0, 1, width=32) | st.sampled_from([0.1, 0.2, 0.5]).map(lambda v: float(np.float32(v)))
odd_numbers = numbers | st.sampled_from([math.nan, math.inf])
deltas = st.sampled_from([0.0, 0.1, 0.01, 1e-4])
modes = st.sampled_from(["auto", "min", "max"])
monitors = st.sampled_from(["val_loss", "val_accuracy", "loss"])
series = st.integers(1, 25).flatmap(lambda n: st.fixed_dictionaries({
    "loss": st.lists(numbers, min_size=n, max_size=n), "val_loss": st.lists(odd_numbers, min_size=n, max_size=n),
    "val_accuracy": st.lists(numbers, min_size=n, max_size=n)}))  # fmt: skip
chunks = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)
stoppers = st.builds(EarlyStopping, monitor=monitors, mode=modes, min_delta=deltas, patience=st.integers(0, 4),
                     baseline=st.none() | numbers, restore_best_weights=st.booleans(), start_from_epoch=st.integers(0, 5))  # fmt: skip
plateaus = st.builds(ReduceLROnPlateau, monitor=monitors, mode=modes, min_delta=deltas, patience=st.integers(0, 3),
                     factor=st.sampled_from([0.1, 0.5, 0.9]), cooldown=st.integers(0, 3),
                     min_lr=st.sampled_from([0.0, 0.1, 0.05, 0.01, 0.2]))  # fmt: skip


def scripted(values: dict[str, list[float]], pieces: list[int], marks: bool = True, **rules: Any) -> tuple[Scripted, list[Event]]:
    training = TrainingSpec(epochs=len(values["loss"]), **rules)
    backend = Scripted(values, itertools.cycle(pieces), training, marks)
    spec = make_spec([dense(1)], {}).model_copy(update={"training": training})
    return backend, list(train(request_for(spec), backend))  # type: ignore[arg-type]


class Model:
    """What Keras's callbacks ask of a model: weights that are the epoch's number, a rate, a metric to find."""

    def __init__(self) -> None:
        import keras

        self.optimizer = keras.optimizers.SGD(0.1)
        compiled = keras.src.trainers.compile_utils.CompileMetrics([], [])
        self.metrics = [SimpleNamespace(name="loss"), compiled]
        compiled._flat_metrics, compiled._flat_weighted_metrics = [keras.metrics.BinaryAccuracy(name="accuracy")], []
        compiled.built = True
        self.stop_training = False
        self.epoch = self.restored = 0

    def get_weights(self) -> int:
        return self.epoch

    def set_weights(self, weights: int) -> None:
        self.restored = weights


def keras_run(
    values: dict[str, list[float]], stopper: EarlyStopping | None, plateau: ReduceLROnPlateau | None
) -> tuple[Model, list[float]]:
    """The model as Keras's callbacks leave it, and the rate of each epoch that they let it train."""
    import keras

    model = Model()
    rules: list[Any] = []
    if stopper is not None:
        rules.append(keras.callbacks.EarlyStopping(**dict(stopper)))
    if plateau is not None:
        rules.append(keras.callbacks.ReduceLROnPlateau(**dict(plateau)))
    rates = []
    for rule in rules:
        rule.set_model(model)
        rule.on_train_begin()
    for epoch in range(len(values["loss"])):
        model.epoch = epoch + 1
        rates.append(float(model.optimizer.learning_rate.numpy()))
        for rule in rules:
            rule.on_epoch_end(epoch, {name: column[epoch] for name, column in values.items()})
        if model.stop_training:
            break
    for rule in rules:
        rule.on_train_end()
    return model, rates


@drawn
@given(series, chunks, stoppers, st.none() | plateaus, st.booleans())
@example({"loss": [0.5, 0.5], "val_loss": [math.nan, 0.1], "val_accuracy": [0.0, 0.0]}, [1], EarlyStopping(patience=1), None, True)
def test_early_stopping_decides_as_keras_does(
    values: dict[str, list[float]], pieces: list[int], stopper: EarlyStopping, plateau: ReduceLROnPlateau | None, marks: bool
) -> None:
    model, rates = keras_run(values, stopper, plateau)
    backend, events = scripted(values, pieces, marks, early_stopping=stopper, reduce_lr_on_plateau=plateau)
    assert backend.epoch == model.epoch
    assert backend.rates == rates
    assert backend.restored == model.restored
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.status is (Status.STOPPED if model.stop_training else Status.COMPLETED)
    told = [epoch for e in events if isinstance(e, Epochs) for epoch in range(e.first, e.last + 1)]
    assert told == list(range(1, model.epoch + 1))


@drawn
@given(series, chunks, plateaus)
@example(
    {"loss": [0.5] * 9, "val_loss": [0.5] * 9, "val_accuracy": [0.5] * 9}, [9],
    ReduceLROnPlateau(monitor="loss", patience=1, factor=0.5, min_lr=0.1))  # fmt: skip
def test_a_plateau_is_noticed_as_keras_does(values: dict[str, list[float]], pieces: list[int], plateau: ReduceLROnPlateau) -> None:
    model, rates = keras_run(values, None, plateau)
    backend, events = scripted(values, pieces, reduce_lr_on_plateau=plateau)
    assert backend.rates == rates
    assert backend.learning_rate == float(model.optimizer.learning_rate.numpy())
    notes = [e.epoch for e in events if isinstance(e, Noted)]
    after = [*rates[1:], backend.learning_rate]
    changed = [epoch for epoch, (old, new) in enumerate(zip(rates, after, strict=True), 1) if old != new]
    assert notes == changed


@drawn
@given(series, chunks, st.booleans(), numbers)
def test_a_target_ends_the_run_after_the_first_epoch_that_reaches_it(
    values: dict[str, list[float]], pieces: list[int], below: bool, mark: float
) -> None:
    stop = {"metric": "val_loss", "below" if below else "above": mark}
    backend, events = scripted(values, pieces, stop_when=stop)
    reached = [i for i, v in enumerate(values["val_loss"], 1) if (v < mark if below else v > mark)]
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.epoch == backend.epoch == (reached[0] if reached else len(values["loss"]))
    assert last.status is (Status.STOPPED if reached else Status.COMPLETED)
    assert bool(last.reason) == bool(reached)


@drawn
@given(chunks, st.integers(1, 12), st.sampled_from([math.nan, math.inf]))
def test_a_loss_that_is_no_number_ends_the_run_before_any_rule(pieces: list[int], bad: int, value: float) -> None:
    loss = [0.5] * (bad - 1) + [value] + [0.1] * 3
    backend, events = scripted({"loss": loss}, pieces, stop_when={"metric": "loss", "above": 1.0})
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.status is Status.DIVERGED
    # Inside the epoch, where its running mean is told, as soon as that shows.
    assert last.epoch == backend.epoch
    assert backend.epoch in ((bad - 1, bad) if 0 in pieces else (bad,))
    assert "learning rate" in last.reason


@drawn
@given(series, chunks, stoppers, plateaus, st.integers(1, 24))
def test_a_stream_that_is_left_and_begun_again_decides_the_same(
    values: dict[str, list[float]], pieces: list[int], stopper: EarlyStopping, plateau: ReduceLROnPlateau, left: int
) -> None:
    model, rates = keras_run(values, stopper, plateau)
    training = TrainingSpec(epochs=len(values["loss"]), early_stopping=stopper, reduce_lr_on_plateau=plateau)
    request = request_for(make_spec([dense(1)], {}).model_copy(update={"training": training}))
    backend = Scripted(values, itertools.cycle(pieces), training)
    ended = False
    while not ended:
        events = train(request, backend, Pace(epochs=left))  # type: ignore[arg-type]
        for event in itertools.islice(events, left):
            ended = isinstance(event, Finished)
        events.close()
    assert (backend.epoch, backend.rates, backend.restored) == (model.epoch, rates, model.restored)


@pytest.mark.parametrize("watch", ["loss", "val_loss"])
def test_a_decision_inside_a_long_chunk_is_exact(watch: str) -> None:
    falling = [1 / (i + 1) for i in range(50)] + [0.5] * 50
    stopper = EarlyStopping(monitor=watch, patience=7, restore_best_weights=True)
    backend, events = scripted({"loss": falling, "val_loss": falling}, [100], early_stopping=stopper)
    assert (backend.epoch, backend.restored) == (57, 50)
    (only,) = [e for e in events if isinstance(e, Epochs)]
    assert only.logs["loss"].tolist() == falling[:57]
