"""What cannot be trained is said in a sentence; what diverges is found: which step, and where in the network first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.scaling import fit_target
from nnplayground.engine import checks
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Finished, Progress, Split, Started, Status, TrainRequest
from nnplayground.engine.keras_backend import run as run_module
from nnplayground.engine.train import Pace, train
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import arrays, build, history_of, orders

NET = [dense(4, "tanh"), dense(1, "sigmoid")]
SOFT = [dense(4, "tanh"), dense(3, "softmax")]


def without(dataset: Dataset, part: str) -> Dataset:
    return replace(dataset, **{part: dataset.train.take(slice(0, 0))})


def spoilt(dataset: Dataset, part: str, x: float | None = None, y: Any = None) -> Dataset:
    """A data set with a wrong number in its third sample."""
    old = getattr(dataset, part)
    new = Part(old.array.copy(), old.y.copy())
    if x is not None:
        new.array[2] = x
    if y is not None:
        new.y[2] = y
    return replace(dataset, **{part: new})


REFUSED: dict[str, tuple[Dataset, str]] = {
    "no training samples": (without(make_dataset(), "train"), "no training samples"),
    "an input that is no number": (spoilt(make_dataset(), "train", x=np.nan), "inputs of the training samples are not finite"),
    "an endless test input": (spoilt(make_dataset(), "test", x=np.inf), "inputs of the test samples are not finite"),
    "an answer that is no number": (
        spoilt(make_dataset(classes=0), "validation", y=np.nan), "answers of the validation samples are not finite"),
    "a class too high": (spoilt(make_dataset(classes=3), "train", y=3), "class numbers from 0 to 2; found 0 to 3"),
    "a class below 0": (spoilt(make_dataset(classes=3), "test", y=-1), "class numbers from 0 to 2; found -1 to 2"),
    "another shape": (replace(make_dataset(), test=make_dataset((3,)).test), r"test samples have shape \(3,\); expected \(2,\)"),
    "fewer answers": (
        replace(make_dataset(), train=Part(np.zeros((9, 2), np.float32), np.zeros(8, int))), "9 training samples but 8 answers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_data_that_cannot_be_trained_on_is_refused_in_a_sentence(name: str, backend: Backend) -> None:
    dataset, sentence = REFUSED[name]
    layers = {0: [dense(1)], 2: NET, 3: SOFT}[len(dataset.facts.classes)]
    with pytest.raises(EngineError, match=sentence) as caught:
        next(train(request_for(make_spec(layers, {}), dataset), backend))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert backend.run_id is None


RULES = {"stop_when": {"metric": "val_loss", "below": 0.1}, "early_stopping": {"monitor": "val_accuracy"},
         "reduce_lr_on_plateau": {"monitor": "mae"}}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_watches_what_is_not_measured_is_refused(rule: str, backend: Backend) -> None:
    dataset = without(make_dataset(), "validation")
    with pytest.raises(EngineError, match=rf"training\.{rule}.*not measured.*accuracy, loss"):
        backend.open(request_for(make_spec(NET, {rule: RULES[rule]}), dataset))


@pytest.mark.parametrize(("part", "monitor", "reason"), [
    ("there", "val_auc", ""), ("there", "val_mae", ""), ("empty", "val_accuracy", " Nothing is in the validation part."),
    ("empty", "val_auc", ""), ("none", "val_accuracy", " There is no validation part."),
])  # fmt: skip
def test_why_a_number_is_not_measured(part: str, monitor: str, reason: str, backend: Backend) -> None:
    dataset = {"there": make_dataset(), "empty": without(make_dataset(), "validation"), "none": replace(make_dataset(), validation=None)}
    with pytest.raises(EngineError, match=r"is not measured in this run; there are .*\.") as caught:
        backend.open(request_for(make_spec(NET, {"early_stopping": {"monitor": monitor}}), dataset[part]))
    assert str(caught.value).partition(";")[2].partition(".")[2] == reason


def test_a_run_watches_a_number_by_its_short_name(backend: Backend) -> None:
    rule = {"monitor": "val_acc", "patience": 2, "min_delta": 1.0}
    last = list(train(request_for(make_spec(NET, {"epochs": 9, "early_stopping": rule})), backend))[-1]
    assert isinstance(last, Finished)
    assert last.reason == "Stopped after epoch 3: val_accuracy has not improved since epoch 1."


def test_a_run_that_needs_more_memory_than_there_is_is_refused(monkeypatch: pytest.MonkeyPatch, backend: Backend) -> None:
    monkeypatch.setattr(checks, "available_memory", lambda: 1000)
    with pytest.raises(EngineError, match=r"would need about .* GB of memory; 0\.0 GB are free.*batch_size"):
        backend.open(request_for(make_spec(NET, {})))
    monkeypatch.setattr(checks, "available_memory", lambda: 10**9)
    started = backend.open(request_for(make_spec(NET, {})))
    assert 0 < started.memory < 10**9


def alike(dataset: Dataset, answer: Any) -> Dataset:
    """Every answer the same."""
    train, test = (Part(p.x, np.full_like(p.y, answer)) for p in (dataset.train, dataset.test))
    return replace(dataset, train=train, test=test, validation=test)


ODD: dict[str, tuple[Dataset, str]] = {
    "one sample": (replace(make_dataset(), train=make_dataset().train.take(slice(0, 1))), "only 1 training sample"),
    "one class": (alike(make_dataset(), 1), "All 53 training answers are of one class, 1"),
    "one number": (alike(make_dataset(classes=0), 7.5), "All 53 training answers are 7.5"),
    "no validation": (without(make_dataset(), "validation"), "validation part is empty"),
    "no test": (without(make_dataset(), "test"), "test part is empty"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_data_is_trained_on_with_a_word_of_warning(name: str, backend: Backend) -> None:
    dataset, sentence = ODD[name]
    layers = NET if dataset.facts.classes else [dense(1)]
    metrics = ["accuracy", "auc"] if dataset.facts.classes else ["mae", "r2_score"]
    events = list(train(request_for(make_spec(layers, {"epochs": 2, "metrics": metrics}), dataset), backend))
    started, last = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(last, Finished)
    assert any(sentence in warning for warning in started.warnings)
    assert last.status is Status.COMPLETED
    assert np.isfinite(history_of(events)["loss"]).all()
    assert (backend.evaluate(Split.TEST) == {}) is (name == "no test")
    assert ("val_loss" in history_of(events)) is (name != "no validation")


def test_constant_targets_are_scaled_by_nothing(backend: Backend) -> None:
    dataset = alike(make_dataset(classes=0), 7.5)
    scaled = replace(dataset, target_scaler=fit_target(dataset.train.y, "standard"))
    spec = make_spec([dense(1, kernel_initializer="zeros")], {"epochs": 2, "metrics": ["mae"]})
    history = history_of(train(request_for(spec, scaled), backend))
    assert history["loss"] == pytest.approx([0.0] * 2)
    assert history["mae"] == pytest.approx([0.0] * 2)


DIVERGING: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "linear": ([dense(3), dense(1)], {"optimizer": {"type": "SGD", "learning_rate": 40.0}}),
    "exponential": ([dense(3), dense(4, "exponential"), dense(1)], {"optimizer": {"type": "SGD", "learning_rate": 0.3}}),
    "momentum": ([dense(3, "relu"), dense(1)], {"optimizer": {"type": "SGD", "learning_rate": 5.0, "momentum": 0.9}}),
}


def first_bad_step(request: TrainRequest) -> tuple[int, int]:
    """Epoch and step, both 1-based, of the first loss that is not finite; found by taking every step with plain Keras."""
    model = build(request.spec, request.dataset, eagerly=False)
    x, y, _ = arrays(request, "train")
    for epoch, order in enumerate(orders(request), 1):
        for step, start in enumerate(range(0, len(x), request.spec.training.batch_size), 1):
            index = order[start : start + request.spec.training.batch_size]
            if not np.isfinite(model.train_on_batch(x[index], y[index], return_dict=True)["loss"]):
                return epoch, step
            model.reset_metrics()
    raise AssertionError("it does not diverge")


LONG, SHORT = Pace(), Pace(seconds=0.0)
WAYS = [("linear", LONG, "epochs a call"), ("linear", SHORT, "steps a call"), ("exponential", LONG, "steps a call"),
        ("momentum", SHORT, "epochs a call")]  # fmt: skip


@pytest.mark.parametrize(("name", "pace", "loop"), WAYS, indirect=["loop"])
def test_divergence_is_found_at_its_step(name: str, pace: Pace, loop: str, backend: Backend) -> None:
    layers, training = DIVERGING[name]
    spec = make_spec(layers, {"epochs": 50, "batch_size": 10, "loss": "mean_squared_error", **training})
    request = request_for(spec, make_dataset(classes=0))
    events = list(train(request, backend, pace))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.status is Status.DIVERGED
    epoch, step = first_bad_step(request)
    assert f"in epoch {epoch}, step {step} of 6" in last.reason, last.reason
    assert re.search(r"layer \d \(Dense\)|in the loss itself", last.reason), last.reason
    assert "learning rate" in last.reason
    told = [e for e in events if isinstance(e, Epochs | Progress)]
    assert isinstance(told[-1], Progress) or told[-1].last == epoch
    assert all(np.isfinite(e.logs["loss"]).all() for e in told[:-1])


def test_without_a_copy_to_go_back_to_the_layer_is_named_as_it_is_now(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network too large to be copied at every pull."""
    monkeypatch.setattr(run_module, "SHORT_EPOCH", 0.0)
    monkeypatch.setattr(run_module, "MARK_BYTES", 0)
    layers, training = DIVERGING["linear"]
    spec = make_spec(layers, {"epochs": 50, "batch_size": 10, "loss": "mean_squared_error", **training})
    last = list(train(request_for(spec, make_dataset(classes=0)), backend, SHORT))[-1]
    assert isinstance(last, Finished)
    assert last.status is Status.DIVERGED
    assert re.search(r"in epoch \d+(, by step \d of 6)?, now (in the weights of|behind) layer 1 \(Dense\)", last.reason), last.reason


def test_the_layer_that_is_first_is_named(backend: Backend) -> None:
    """exp(1000) is no number: it appears behind the second layer, in the first step, with every weight in order."""
    first = dense(2, kernel_initializer="zeros", bias_initializer={"type": "Constant", "value": 1000.0})
    layers = [first, dense(2, "exponential", kernel_initializer="ones"), dense(1)]
    last = list(train(request_for(make_spec(layers, {"loss": "mean_squared_error"}), make_dataset(classes=0)), backend))[-1]
    assert isinstance(last, Finished)
    assert "in epoch 1, step 1 of 2, first behind layer 2 (Dense)" in last.reason


def test_errors_of_tensorflow_are_one_sentence(backend: Backend) -> None:
    dataset = make_data((4,), Task.BINARY, 20, 0, rows=False, words=11)
    layers = [{"type": "Embedding", "input_dim": 3, "output_dim": 2}, {"type": "Flatten"}, dense(1, "sigmoid")]
    with pytest.raises(EngineError, match=r"^Keras cannot train this network: indices.* is not in \[0, 3\)$") as caught:
        list(train(request_for(make_spec(layers, {"epochs": 1}), dataset), backend))
    assert "\n" not in str(caught.value)
