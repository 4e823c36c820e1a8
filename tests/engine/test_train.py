"""A run as a stream of events: exact epochs, rules, pauses, state, probes and failures, on real Keras networks."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine, Dataset, Part
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Event, Finished, RunState, Split, Started, Status, TrainRequest
from nnplayground.engine.folds import cross_validate, folds
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.state import dump_state, load_state
from nnplayground.engine.train import Pace, train
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import arrays, build, keras_weights

NET = [dense(4, "tanh"), dense(1, "sigmoid")]


def spec(**training: Any) -> ProjectSpec:
    return make_spec(NET, {"epochs": 20, "batch_size": 10, "optimizer": {"type": "Adam", "learning_rate": 0.01}, **training})


def history(events: list[Event]) -> dict[str, list[float]]:
    result: dict[str, list[float]] = {}
    for event in events:
        if isinstance(event, Epochs):
            assert event.first == len(result.get("loss", [])) + 1
            for name, values in event.logs.items():
                result.setdefault(name, []).extend(values.tolist())
    return result


def assert_same_state(a: RunState, b: RunState) -> None:
    assert a.epoch == b.epoch
    for left, right in zip((*a.weights, *a.optimizer), (*b.weights, *b.optimizer), strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_run_is_started_epochs_and_finished(loop: str, backend: Backend) -> None:
    events = list(train(request_for(spec()), backend))
    assert isinstance(events[0], Started)
    assert events[0].parameters == 17
    assert events[-1] == Finished(1, Status.COMPLETED, 20)
    assert len(history(events)["val_accuracy"]) == backend.epoch == 20
    assert [pickle.loads(pickle.dumps(e)).run_id for e in events] == [1] * len(events)


def test_one_seed_one_history_and_another_seed_another(backend: Backend) -> None:
    first = history(list(train(request_for(spec()), backend)))
    again = history(list(train(request_for(spec(), run_id=2), create_backend())))
    other = history(list(train(request_for(edits.set_seed(spec(), 9), run_id=3), create_backend())))
    assert first == again
    assert first != other


def test_steps_train_exactly_one_epoch_each_and_change_nothing_of_the_whole(loop: str) -> None:
    whole, stepped = create_backend(), create_backend()
    expected = history(list(train(request_for(spec()), whole)))
    events = list(train(request_for(spec()), stepped, Pace(epochs=1, seconds=0.0)))
    assert all(e.count == 1 for e in events if isinstance(e, Epochs))
    assert history(events) == expected
    assert_same_state(whole.state(), stepped.state())


@pytest.mark.parametrize("below", [0.69, 0.2])
def test_stop_when_ends_after_the_very_epoch(below: float, loop: str) -> None:
    stopping, exact = create_backend(), create_backend()
    wanted = spec(epochs=400, stop_when={"metric": "loss", "below": below})
    events = list(train(request_for(wanted), stopping))
    losses, last = history(events)["loss"], events[-1]
    assert isinstance(last, Finished)
    assert last.status is Status.STOPPED
    assert last.epoch == len(losses) < 400
    assert losses[-1] < below
    assert all(loss >= below for loss in losses[:-1])
    assert "loss" in last.reason
    list(train(request_for(spec(epochs=last.epoch)), exact))
    assert_same_state(stopping.state(), exact.state())


def test_early_stopping_decides_and_restores_as_keras_does(loop: str, backend: Backend) -> None:
    import keras

    rule = {"monitor": "val_loss", "patience": 4, "restore_best_weights": True}
    noisy = spec(epochs=300, optimizer={"type": "Adam", "learning_rate": 0.3}, shuffle=False, early_stopping=rule)
    request = request_for(noisy)
    events = list(train(request, backend))
    model = build(noisy, request.dataset, eagerly=False)
    stopper = keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True)
    x, y, _ = arrays(request, "train")
    held = arrays(request, "test")[:2]
    done = model.fit(x, y, batch_size=10, epochs=300, shuffle=False, verbose=0, callbacks=[stopper], validation_data=held)
    losses = history(events)["val_loss"]
    assert len(losses) == len(done.history["val_loss"]) < 300
    np.testing.assert_allclose(losses, done.history["val_loss"], rtol=5e-3, atol=1e-4)
    best = int(np.argmin(losses))
    assert backend.evaluate(Split.TEST)["loss"] == pytest.approx(losses[best], rel=1e-4)
    for a, b in zip(keras_weights(backend), model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-2, atol=2e-3)


def test_a_loss_that_is_not_finite_ends_the_run_with_a_reason(loop: str, backend: Backend) -> None:
    wild = make_spec([dense(1)], {"epochs": 500, "optimizer": {"type": "SGD", "learning_rate": 1e5}, "loss": "mean_squared_error"})
    events = list(train(request_for(wild, make_dataset(classes=0)), backend))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.status is Status.DIVERGED
    assert last.epoch < 500
    assert "learning rate" in last.reason


def test_the_learning_rate_changes_without_a_reset(backend: Backend) -> None:
    request = request_for(spec())
    events = train(request, backend, Pace(epochs=5, seconds=math.inf))
    assert isinstance(next(events), Started)
    assert isinstance(next(events), Epochs)
    before = backend.state()
    backend.set_learning_rate(1e-30)
    event = next(events)
    assert isinstance(event, Epochs)
    assert event.first == 6
    for old, new in zip(before.weights, backend.state().weights, strict=True):
        np.testing.assert_allclose(old, new, atol=1e-12)


def test_preparing_trains_nothing(loop: str, backend: Backend) -> None:
    backend.open(request_for(spec()))
    before = backend.state()
    backend.prepare()
    assert_same_state(before, backend.state())


def test_more_epochs_go_on_with_an_open_run(backend: Backend) -> None:
    request = request_for(spec(epochs=3))
    list(train(request, backend))
    more = list(train(request, backend, Pace(until=5)))
    assert not any(isinstance(e, Started) for e in more)
    assert next(e.first for e in more if isinstance(e, Epochs)) == 4
    assert backend.epoch == 5


def test_probes_show_what_the_network_computes(backend: Backend) -> None:
    request = request_for(spec(epochs=2))
    list(train(request, backend))
    x = request.dataset.test.x
    shot = backend.probe(ProbeRequest(grid=20, neurons=True, neuron_grid=8, weights=True, inputs=x, test_answers=6))
    (w1, b1), (w2, b2) = shot.weights

    def hidden(v: np.ndarray) -> np.ndarray:
        return np.tanh((0.5 * v + 0.1) @ w1 + b1)

    def output(v: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(hidden(v) @ w2 + b2)))

    assert shot.answers is not None
    assert shot.test_answers is not None
    assert shot.output_map is not None
    np.testing.assert_allclose(shot.answers, output(x), atol=1e-5)
    np.testing.assert_allclose(shot.test_answers, shot.answers[:6], atol=1e-6)
    axis = np.linspace(-6, 6, 20)
    np.testing.assert_allclose(shot.output_map[3, 17], output(np.array([[axis[17], axis[3]]]))[0], atol=1e-5)
    small = np.linspace(-6, 6, 8)
    maps = shot.neuron_maps[0]
    assert maps is not None
    assert maps.shape == (8, 8, 4)
    np.testing.assert_allclose(maps[1, 6], hidden(np.array([[small[6], small[1]]]))[0], atol=1e-5)
    assert shot.epoch == 2


def test_evaluating_without_training_and_weights_through_a_file(tmp_path: Path, backend: Backend) -> None:
    list(train(request_for(spec()), backend))
    path = tmp_path / "net.weights.h5"
    backend.save_weights(path)
    assert [p.name for p in tmp_path.iterdir()] == ["net.weights.h5"]
    other = create_backend()
    other.open(request_for(edits.set_seed(spec(), 8), run_id=2))
    other.load_weights(path)
    assert other.evaluate(Split.TEST) == pytest.approx(backend.evaluate(Split.TEST))


@pytest.mark.parametrize("content", [None, b"", b"no h5 file at all", b"\x89HDF\r\n\x1a\n" + bytes(200)])
def test_weights_that_do_not_fit_change_nothing(content: bytes | None, tmp_path: Path, backend: Backend) -> None:
    path = tmp_path / "other.weights.h5"
    if content is None:
        wide = create_backend()
        wide.open(request_for(make_spec([dense(9, "tanh"), dense(1, "sigmoid")], {})))
        wide.save_weights(path)
    else:
        path.write_bytes(content)
    backend.open(request_for(spec()))
    before = backend.state()
    with pytest.raises(EngineError, match=r"other\.weights\.h5"):
        backend.load_weights(path)
    assert_same_state(before, backend.state())


def test_a_state_of_another_network_is_refused(backend: Backend) -> None:
    other = create_backend()
    other.open(request_for(make_spec([dense(9, "tanh"), dense(1, "sigmoid")], {})))
    with pytest.raises(EngineError, match="do not fit"):
        backend.open(replace(request_for(spec()), state=other.state()))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", dump_state(RunState(1, (np.zeros(3),)))[:-40]])
def test_a_broken_state_is_said_in_words(content: bytes) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        load_state(content)


def test_pickled_objects_in_a_state_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", epoch=1, weights_0000=np.array([{"a": 1}], dtype=object))
    with pytest.raises(EngineError, match="cannot be read"):
        load_state((tmp_path / "evil.npz").read_bytes())


def test_scaled_targets_are_reported_in_their_unit(backend: Backend) -> None:
    dataset = make_dataset(classes=0)
    scaled = replace(dataset, target_scaler=Affine(0.1, -0.3))
    project = make_spec([dense(1)], {"epochs": 2, "metrics": ["mae", "mse", "rmse"], "optimizer": "adam"})
    events = list(train(request_for(project, scaled), backend))
    outputs = backend.probe(ProbeRequest(inputs=dataset.test.x)).answers
    assert outputs is not None
    error = np.abs(scaled.target_scaler.undo(outputs[:, 0]) - dataset.test.y)
    assert backend.evaluate(Split.TEST)["mae"] == pytest.approx(error.mean(), rel=1e-4)
    assert history(events)["val_mae"][-1] == pytest.approx(error.mean(), rel=1e-4)
    assert history(events)["val_mse"][-1] == pytest.approx((error**2).mean(), rel=1e-4)


def test_images_stay_bytes_and_are_scaled_in_the_graph(backend: Backend) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 4, 4, 1), dtype=np.uint8)
    part = Part(images, rng.integers(0, 3, 40))
    dataset: Dataset = replace(make_dataset((4, 4, 1), 3), train=part, test=part, validation=None, scaler=Affine(1 / 255, -0.5))
    project = make_spec([{"type": "Flatten"}, dense(3, "softmax")], {"epochs": 1})
    floats = replace(dataset, train=replace(part, x=images.astype(np.float32)), test=replace(part, x=images.astype(np.float32)))
    as_bytes = history(list(train(request_for(project, dataset), backend)))
    as_floats = history(list(train(request_for(project, floats), create_backend())))
    assert as_bytes["loss"] == pytest.approx(as_floats["loss"], rel=1e-5)


def test_folds_share_out_all_samples(backend: Backend) -> None:
    dataset = make_dataset(n=53)
    project = make_spec(NET, {"epochs": 2, "k_fold": 4})
    parts = list(folds(dataset, 4, edits.changed(project.data, scaling="standard")))
    assert [len(p.train) + len(p.validation or ()) for p in parts] == [53] * 4
    joined = np.concatenate([p.validation.x for p in parts if p.validation])
    np.testing.assert_array_equal(joined, dataset.train.x)
    for part in parts:  # what it is validated on has no say in the scaling
        scaled = part.scaler.apply(part.train.array)
        np.testing.assert_allclose((scaled.mean(axis=0), scaled.std(axis=0)), ((0, 0), (1, 1)), atol=1e-5)
    seen = [(fold, e.last) for fold, e in cross_validate(TrainRequest(project, dataset), backend) if isinstance(e, Epochs)]
    assert {fold for fold, last in seen if last == 2} == {0, 1, 2, 3}


def test_what_keras_refuses_is_said_in_words(backend: Backend) -> None:
    wrong = make_spec([{"type": "Conv2D"}, dense(1)], {})
    with pytest.raises(EngineError, match="Keras cannot train this network"):
        backend.open(request_for(wrong))
    assert backend.run_id is None
    with pytest.raises(EngineError, match="open one first"):
        backend.advance(1, math.inf)


def test_no_epochs_at_all_is_a_finished_run(backend: Backend) -> None:
    events = list(train(request_for(spec(epochs=0)), backend))
    assert [type(e) for e in events] == [Started, Finished]
    assert backend.evaluate(Split.TEST)["loss"] > 0


def test_all_that_an_epoch_needs_is_compiled_before_play(loop: str, backend: Backend) -> None:
    """The smaller last batch and the validation too: compiling them inside the first epoch would hold up a stop."""
    backend.open(request_for(spec()))
    before = backend.weights()
    backend.prepare()
    for first, second in zip(before, backend.weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    compiled = traces(backend)
    assert sum(compiled) > (2 if loop == "steps a call" else 0)
    backend.advance(1, math.inf)
    assert traces(backend) == compiled


def traces(backend: Backend) -> list[int]:
    """How often each of the training's functions was compiled."""
    run = backend._run  # type: ignore[attr-defined]
    functions = [run.loop._run, *([run.loop._run_rest] if hasattr(run.loop, "_run_rest") else [])]
    functions += [evaluation._piece for (_, training), evaluation in run._evaluations.items() if training]
    return [function.experimental_get_tracing_count() for function in functions]
