"""A run that is changed, left, saved and gone on with at awkward moments: nothing is lost, doubled, or said that is not so."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Finished, Progress, RunState, Split, Status, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.state import dump_state, load_state
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import extend, history_of
from tests.engine.test_resume import assert_same

NET = [dense(6, "tanh"), {"type": "Dropout", "rate": 0.2}, dense(1, "sigmoid")]
WILD = {"type": "Adam", "learning_rate": 0.5}
"""So that the best epoch is soon over."""


def spec(**training: Any) -> ProjectSpec:
    return make_spec(NET, {"epochs": 3, "batch_size": 10, **training})


def stopping(**rule: Any) -> ProjectSpec:
    rule = {"monitor": "val_loss", "patience": 5, "restore_best_weights": True, **rule}
    return spec(epochs=60, optimizer=WILD, early_stopping=rule)


def reopened(state: RunState) -> RunState:
    """A state that has been in a file."""
    return load_state(dump_state(state))


@pytest.fixture
def by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    from nnplayground.engine.keras_backend import run

    monkeypatch.setattr(run, "SHORT_EPOCH", 0.0)


def begun(request: TrainRequest, backend: Backend, steps: int) -> None:
    """Leave a run inside its first epoch."""
    events = train(request, backend, Pace(seconds=0.0))
    while (event := next(events)) and not (isinstance(event, Progress) and event.step == steps):
        pass
    events.close()


@pytest.mark.parametrize("shuffled", [True, False])
def test_an_epoch_that_has_begun_keeps_its_order_in_a_file_too(by_steps: None, shuffled: bool, backend: Backend) -> None:
    before, after = spec(shuffle=shuffled), spec(shuffle=not shuffled)
    begun(request_for(before), backend, 2)
    backend.set_live(after)
    state = reopened(backend.state())
    uncut = history_of(train(request_for(after), backend))
    other = create_backend()
    assert history_of(train(replace(request_for(after), state=state), other)) == uncut
    assert_same(other.state(), backend.state())


def test_a_reset_forgets_the_order_of_the_epoch_that_had_begun(by_steps: None, backend: Backend) -> None:
    before, after = spec(shuffle=True), spec(shuffle=False)
    backend.open(request_for(before))
    mark = backend.mark()
    begun(request_for(before), backend, 2)
    backend.rewind(mark)
    backend.memory.clear()
    backend.set_live(after)
    assert history_of(train(request_for(after), backend)) == history_of(train(request_for(after), create_backend()))


def until(epoch: int, request: TrainRequest, backend: Backend) -> list[Event]:
    """Train up to an epoch, and leave the stream there."""
    told = []
    events = train(request, backend, Pace(epochs=1))
    for event in events:
        told.append(event)
        if isinstance(event, Epochs) and event.last == epoch:
            break
    events.close()
    return told


Change = Callable[[Backend, ProjectSpec], tuple[Backend, TrainRequest]]


def in_place(backend: Backend, new: ProjectSpec) -> tuple[Backend, TrainRequest]:
    backend.set_live(new)
    return backend, request_for(new)


def by_file(backend: Backend, new: ProjectSpec) -> tuple[Backend, TrainRequest]:
    return create_backend(), replace(request_for(new), state=reopened(backend.state()))


@pytest.fixture(scope="module")
def best_when_stopped() -> int:
    """The best epoch of a run that `stopping` ends, of which nothing is changed."""
    return 1 + int(np.argmin(history_of(train(request_for(stopping()), create_backend()))["val_loss"]))


@pytest.mark.parametrize("change", [in_place, by_file])
@pytest.mark.parametrize("first", [{"restore_best_weights": False}, {"monitor": "loss"}, {"min_delta": 0.001}, None])
def test_a_rule_that_is_changed_watches_anew(
    first: dict[str, Any] | None, change: Change, backend: Backend, best_when_stopped: int
) -> None:
    rule, left = stopping(), best_when_stopped + 1
    until(left, request_for(stopping(**first) if first is not None else edits.change_training(rule, early_stopping=None)), backend)
    backend, request = change(backend, rule)
    events = list(train(request, backend))
    last, seen = events[-1], history_of(events)["val_loss"]
    best = left + 1 + int(np.argmin(seen))
    assert isinstance(last, Finished)
    assert f"has not improved since epoch {best}. Its weights are restored" in last.reason
    assert (backend.evaluate(Split.VALIDATION) or {})["loss"] == pytest.approx(min(seen), rel=1e-5)


def test_a_rule_that_was_another_in_between_does_not_restore_what_it_saw_before(backend: Backend) -> None:
    rule = stopping()
    values = history_of(train(request_for(rule), create_backend()))["val_loss"]
    left = int(np.argmin(values)) + 2
    until(left, request_for(rule), backend)
    other = stopping(monitor="loss", patience=50)
    backend.set_live(other)
    until(left + 2, request_for(other), backend)
    backend.set_live(rule)
    seen = history_of(train(request_for(rule), backend))["val_loss"]
    assert (backend.evaluate(Split.VALIDATION) or {})["loss"] == pytest.approx(min(seen), rel=1e-5)


def test_a_rule_that_was_another_for_no_epoch_goes_on(backend: Backend) -> None:
    rule = stopping()
    whole = list(train(request_for(rule), create_backend()))
    told = until(len(history_of(whole)["loss"]) - 2, request_for(rule), backend)
    backend.set_live(stopping(monitor="loss"))
    backend.set_live(rule)
    told += train(request_for(rule), backend)
    assert history_of(told) == history_of(whole)
    assert told[-1] == whole[-1]


def test_a_plateau_that_is_changed_begins_to_count_anew(backend: Backend) -> None:
    def plateau(patience: int) -> ProjectSpec:
        return spec(epochs=20, reduce_lr_on_plateau={"monitor": "loss", "patience": patience, "min_delta": 9.0, "factor": 0.5})

    until(5, request_for(plateau(50)), backend)
    backend.set_live(plateau(4))
    until(9, request_for(plateau(4)), backend)
    assert backend.learning_rate == pytest.approx(0.001)
    until(10, request_for(plateau(4)), backend)
    assert backend.learning_rate == pytest.approx(0.0005)


@pytest.mark.parametrize("goes_on", [in_place, by_file])
def test_five_epochs_and_five_are_ten_though_the_best_are_shown_in_between(loop: str, goes_on: Change, backend: Backend) -> None:
    def request(epochs: int) -> TrainRequest:
        return request_for(edits.change_training(stopping(patience=50), epochs=epochs))

    whole = create_backend()
    expected = history_of(train(request(10), whole))
    got = history_of(train(request(5), backend))
    best = min(got["val_loss"])
    assert int(np.argmin(got["val_loss"])) < 4
    assert (backend.evaluate(Split.VALIDATION) or {})["loss"] == pytest.approx(best, rel=1e-5)
    backend, further = goes_on(backend, request(10).spec)
    extend(got, history_of(train(further, backend)))
    assert got == expected
    assert_same(backend.state(), whole.state())


def test_weights_from_a_file_are_gone_on_with_after_the_end(tmp_path: Any, backend: Backend) -> None:
    """Not with those that the best took the place of."""
    file = tmp_path / "other.weights.h5"
    other = create_backend()
    other.open(request_for(edits.set_seed(stopping(), 8)))
    other.save_weights(file)
    list(train(request_for(edits.change_training(stopping(patience=50), epochs=5)), backend))
    backend.load_weights(file)
    still = edits.change_optimizer(edits.change_training(stopping(), epochs=6, early_stopping=None), learning_rate=1e-30)
    backend.set_live(still)
    list(train(request_for(still), backend))
    for got, wanted in zip(backend.weights()[:2], other.weights()[:2], strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-6)


def linear(count: int, rate: float, **training: Any) -> ProjectSpec:
    layers = [*(dense(8) for _ in range(count - 1)), dense(1)]
    return make_spec(layers, {"epochs": 1, "batch_size": 1000, "optimizer": {"type": "SGD", "learning_rate": rate}, **training})


@pytest.mark.parametrize("validation", [True, False])
def test_what_explodes_in_the_very_last_step_is_no_completed_run(loop: str, validation: bool, backend: Backend) -> None:
    dataset = make_dataset(classes=0)
    request = request_for(linear(9, 1e6), dataset if validation else replace(dataset, validation=None))
    *_, epochs, last = train(request, backend)
    assert isinstance(epochs, Epochs)
    assert isinstance(last, Finished)
    assert math.isfinite(epochs.logs["loss"][-1])
    assert not math.isfinite((backend.evaluate(Split.TEST) or {})["loss"])
    assert (last.status, last.epoch) == (Status.DIVERGED, 1)
    assert "epoch 1" in last.reason
    assert "layer" in last.reason
    assert list(train(request, backend))[-1].status is Status.DIVERGED  # type: ignore[attr-defined]


def test_a_run_that_ends_by_its_rule_may_have_exploded_too(backend: Backend) -> None:
    stop = {"metric": "loss", "above": 0.0}
    dataset = replace(make_dataset(classes=0), validation=None)
    *_, last = train(request_for(linear(9, 1e6, epochs=3, stop_when=stop), dataset), backend)
    assert isinstance(last, Finished)
    assert last.status is Status.DIVERGED


def penalized(rate: float, **training: Any) -> ProjectSpec:
    return make_spec([dense(4, "tanh", kernel_regularizer={"type": "L2", "l2": rate}), dense(1, "sigmoid")],
                     {"epochs": 1, "batch_size": 10, "shuffle": False, **training})  # fmt: skip


def test_what_is_half_evaluated_is_evaluated_anew_when_settings_change(backend: Backend) -> None:
    request = TrainRequest(penalized(0.0), replace(make_dataset(), test=make_dataset(n=3000).train), 1)
    backend.open(request)
    assert backend.evaluate(Split.TEST, 0.0) is None
    backend.set_live(penalized(10.0))
    while (pieces := backend.evaluate(Split.TEST, 0.0)) is None:
        pass
    assert pieces == backend.evaluate(Split.TEST)


def test_an_epoch_is_validated_under_one_setting(by_steps: None, backend: Backend) -> None:
    request = TrainRequest(penalized(0.0), replace(make_dataset(), validation=make_dataset(n=4000).train), 1)
    events = train(request, backend, Pace(seconds=0.0))
    inside = [e for e in (next(events) for _ in range(9)) if isinstance(e, Progress) and e.step == e.steps]
    assert len(inside) > 1, "the validation has begun"
    backend.set_live(penalized(10.0))
    told = history_of(events)
    assert told["val_loss"] == [pytest.approx((backend.evaluate(Split.VALIDATION) or {})["loss"], rel=1e-5)]
