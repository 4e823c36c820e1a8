"""Every answer of a probe against NumPy or a plain Keras model; and that looking changes nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import Task
from nnplayground.data.dataset import Affine
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Split, TrainRequest
from nnplayground.engine.explaining import Method, Question
from nnplayground.engine.keras_backend.probe import Probe
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import Plane, ProbeRequest, Snapshot
from nnplayground.engine.train import Pace, train
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import arrays, build, history_of

LAYERS = [dense(5, "tanh", kernel_regularizer="l2"), {"type": "BatchNormalization"}, {"type": "Dropout", "rate": 0.4}, dense(3, "softmax")]
EVERYTHING = ProbeRequest(
    grid=6, neurons=True, neuron_grid=4, weights=True, gradients=True, histograms=5, inputs=np.zeros((2, 2), np.float32),
    activations=np.ones((3, 2), np.float32), test_answers=4, examine=True)  # fmt: skip


def request(**training: Any) -> TrainRequest:
    told = {"epochs": 4, "batch_size": 10, "optimizer": "adam", **training}
    return request_for(make_spec(LAYERS, told), make_dataset(classes=3))


def look(backend: Backend, wanted: ProbeRequest) -> Snapshot:
    shot = backend.probe(wanted)
    assert shot is not None
    return shot


def twin(backend: Backend, of: TrainRequest) -> Any:
    """A plain Keras model with the same weights."""
    model = build(of.spec, of.dataset)
    shot = look(backend, ProbeRequest(weights=True))
    model.set_weights([w for layer in shot.weights for w in layer])
    return model


def test_gradients_are_those_of_keras(backend: Backend) -> None:
    import tensorflow as tf

    project = request(class_weight=[1.0, 2.0, 0.5])
    list(train(project, backend))
    model = twin(backend, project)
    x, y, weights = arrays(project, "train")
    with tf.GradientTape() as tape:
        loss = model.loss(y, model(x, training=False), weights) + tf.add_n(model.losses)
    expected = iter(tape.gradient(loss, model.trainable_variables))
    shot = look(backend, ProbeRequest(gradients=True))
    for layer, gradients in zip(model.layers, shot.gradients, strict=True):
        assert len(gradients) == len(layer.weights)
        for weight, gradient in zip(layer.weights, gradients, strict=True):
            if weight.trainable:
                assert gradient is not None
                np.testing.assert_allclose(gradient, next(expected).numpy(), rtol=1e-4, atol=1e-6)
            else:
                assert gradient is None


def test_histograms_count_every_value(backend: Backend) -> None:
    project = request()
    list(train(project, backend))
    shot = look(backend, ProbeRequest(weights=True, gradients=True, histograms=7))
    for kind, arrays_of in ((shot.weight_histograms, shot.weights), (shot.gradient_histograms, shot.gradients)):
        for drawn, layer in zip(kind, arrays_of, strict=True):
            for histogram, values in zip(drawn, [a for a in layer if a is not None], strict=True):
                counts, edges = np.histogram(values.astype(np.float64), 7)
                np.testing.assert_array_equal(histogram.counts, counts)
                np.testing.assert_allclose(histogram.edges, edges)
                assert histogram.not_finite == 0
    names = [[h.name for h in layer] for layer in shot.weight_histograms]
    assert names == [["kernel", "bias"], ["gamma", "beta", "moving_mean", "moving_variance"], [], ["kernel", "bias"]]


def test_activations_are_every_layers_outputs(backend: Backend) -> None:
    import keras

    project = request()
    list(train(project, backend))
    model = twin(backend, project)
    x = project.dataset.test.x[:6]
    layers = keras.Model(model.inputs, [layer.output for layer in model.layers])
    expected = layers.predict(project.dataset.scaler.apply(x), verbose=0)
    got = look(backend, ProbeRequest(activations=x)).activations
    for mine, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


@pytest.mark.parametrize("kind", ["picture", "words", "rows"])
def test_pictures_words_and_rows_are_looked_at(kind: str, backend: Backend) -> None:
    shape = {"picture": (4, 4, 1), "words": (5,), "rows": (9,)}[kind]
    words = 11 if kind == "words" else 0
    first = {"picture": [{"type": "Conv2D", "filters": 2}, {"type": "Flatten"}], "rows": [dense(3)],
             "words": [{"type": "Embedding", "input_dim": 11, "output_dim": 2, "mask_zero": True},
                       {"type": "GlobalAveragePooling1D"}]}[kind]  # fmt: skip
    dataset = make_data(shape, Task.BINARY, 20, 5, rows=kind == "rows", words=words)
    project = request_for(make_spec([*first, dense(1, "sigmoid")], {"epochs": 1}), dataset)
    list(train(project, backend))
    some = dataset.test.x[:4]
    shot = look(backend, ProbeRequest(inputs=some, activations=some, gradients=True, examine=True))
    expected = twin(backend, project).predict(arrays(project, "test")[0], verbose=0)
    assert shot.answers is not None
    assert shot.examination is not None
    np.testing.assert_allclose(shot.answers, expected[:4], atol=1e-6)
    np.testing.assert_allclose(shot.activations[-1], expected[:4], atol=1e-6)
    np.testing.assert_allclose(shot.examination.outputs, expected, atol=1e-6)
    np.testing.assert_allclose(backend.predict(dataset.test.x), expected, atol=1e-6)


def test_a_plane_through_more_dimensions(backend: Backend) -> None:
    dataset = make_dataset((4,), 2)
    project = request_for(make_spec([dense(3, "tanh"), dense(1, "sigmoid")], {"epochs": 1}), dataset)
    list(train(project, backend))
    assert look(backend, ProbeRequest(grid=5, neurons=True)).output_map is None
    plane = Plane(2, 0, (-1.0, 3.0), (10.0, 20.0), (9.0, 0.5, 9.0, -2.0))
    shot = look(backend, ProbeRequest(grid=5, neurons=True, neuron_grid=3, plane=plane))
    model = twin(backend, project)
    for side, maps in ((5, shot.output_map), (3, shot.neuron_maps[1])):
        points = [[y, 0.5, x, -2.0] for y in np.linspace(10, 20, side) for x in np.linspace(-1, 3, side)]
        expected = model.predict(dataset.scaler.apply(np.array(points)), verbose=0)
        assert maps is not None
        np.testing.assert_allclose(maps, expected.reshape(side, side, 1), atol=1e-6)


@pytest.mark.parametrize("plane", [Plane(0, 1, (0, 1), (0, 1), (0.0, 0.0)), Plane(0, 4, (0, 1), (0, 1), (0.0,) * 4)])
def test_a_plane_that_is_not_there_is_said_in_words(plane: Plane, backend: Backend) -> None:
    backend.open(request_for(make_spec([dense(1, "sigmoid")], {}), make_dataset((4,), 2)))
    shot = look(backend, ProbeRequest(grid=5, plane=plane, weights=True))
    assert shot.output_map is None
    assert len(shot.weights) == 1
    assert shot.failures.keys() == {"grid"}
    assert "plane" in shot.failures["grid"].sentence


def test_an_examination_counts_and_sorts_mistakes(backend: Backend) -> None:
    project = request()
    list(train(project, backend))
    shot = look(backend, ProbeRequest(examine=True))
    outputs = twin(backend, project).predict(arrays(project, "test")[0], verbose=0)
    truth, chosen = project.dataset.test.y, outputs.argmax(1)
    confusion = np.zeros((3, 3), int)
    for t, c in zip(truth, chosen, strict=True):
        confusion[t, c] += 1
    wrong = [i for i in np.argsort(-outputs.max(1), kind="stable") if truth[i] != chosen[i]]
    assert wrong
    examination = shot.examination
    assert examination is not None
    np.testing.assert_array_equal(examination.confusion, confusion)
    np.testing.assert_allclose(examination.outputs, outputs, atol=1e-6)
    np.testing.assert_allclose(examination.confidence, outputs.max(1), atol=1e-6)
    assert set(examination.mistakes.tolist()) == set(wrong)
    assert np.all(np.diff(outputs.max(1)[examination.mistakes]) <= 1e-6)


def test_an_examination_of_numbers_puts_the_furthest_off_first(backend: Backend) -> None:
    dataset = replace(make_dataset(classes=0), target_scaler=Affine(0.1, -0.3))
    list(train(request_for(make_spec([dense(1)], {"epochs": 1}), dataset), backend))
    examination = look(backend, ProbeRequest(examine=True)).examination
    assert examination is not None
    answers = (backend.predict(dataset.test.x)[:, 0] + 0.3) / 0.1
    np.testing.assert_allclose(examination.answers, answers, rtol=1e-4, atol=1e-4)
    off = abs(answers - dataset.test.y)[examination.mistakes]
    assert np.all(np.diff(off) <= 1e-4)
    assert examination.confusion is None


def test_an_examination_in_pieces_is_of_one_moment(backend: Backend) -> None:
    dataset = make_dataset(classes=3)
    many = dataset.test.take(np.arange(5000) % 17)
    project = request_for(make_spec(LAYERS, {"epochs": 4, "batch_size": 10}), replace(dataset, test=many, validation=None))
    backend.open(project)
    backend.advance(1, math.inf)
    expected = backend.predict(many.x)
    wanted, pieces = ProbeRequest(examine=True), 0
    while (shot := backend.probe(wanted, 0.0)) is None:
        pieces += 1
        backend.advance(1, math.inf)
    assert pieces > 1
    assert shot.examination is not None
    np.testing.assert_allclose(shot.examination.outputs, expected, atol=1e-6)
    assert not np.allclose(backend.predict(many.x), expected, atol=1e-4)


def test_an_evaluation_in_pieces_begins_anew_when_the_network_learns(backend: Backend) -> None:
    dataset = make_dataset(classes=3)
    project = request_for(make_spec(LAYERS, {"epochs": 9}), replace(dataset, test=dataset.test.take(np.arange(5000) % 17), validation=None))
    backend.open(project)
    backend.advance(1, math.inf)
    assert backend.evaluate(Split.TEST, 0.0) is None
    backend.advance(1, math.inf)
    while (got := backend.evaluate(Split.TEST, 0.0)) is None:
        pass
    x, y, _ = arrays(project, "test")
    assert got == pytest.approx(twin(backend, project).evaluate(x, y, verbose=0, return_dict=True), rel=1e-4)
    assert backend.evaluate(Split.VALIDATION) == {}


MEMORY = [{"type": "Reshape", "target_shape": [2, 1]}, {"type": "GRU", "units": 2, "dropout": 0.3, "recurrent_dropout": 0.3},
          dense(3, "softmax")]  # fmt: skip


@pytest.mark.parametrize("layers", [LAYERS, MEMORY], ids=["dropout", "recurrent dropout"])
def test_looking_changes_nothing(layers: list[dict[str, Any]], loop: str, backend: Backend) -> None:
    """Not even which units are dropped: random numbers are drawn in training only."""
    spec = make_spec(layers, {"epochs": 3, "batch_size": 10, "optimizer": "adam"})
    project, looked = request_for(spec, make_dataset(classes=3)), create_backend()
    seen = []
    for event in train(project, looked, Pace(seconds=0.0)):
        seen.append(event)
        looked.probe(EVERYTHING)
        looked.predict(project.dataset.test.x)
        looked.evaluate(Split.TEST)
        looked.evaluate(Split.VALIDATION, 0.0)
        looked.state()
    assert history_of(seen) == history_of(train(project, backend))
    mine, other = looked.state(), backend.state()
    for a, b in zip((*mine.weights, *mine.optimizer), (*other.weights, *other.optimizer), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_network_at_rest_answers_too(tmp_path: Path, backend: Backend) -> None:
    project = request()
    events = train(project, backend, Pace(epochs=1, seconds=math.inf))
    for _ in range(3):
        next(events)
    events.close()
    stopped = look(backend, EVERYTHING)
    backend.save_weights(tmp_path / "net.weights.h5")
    loaded, resumed = create_backend(), create_backend()
    loaded.open(project)
    loaded.load_weights(tmp_path / "net.weights.h5")
    resumed.open(replace(project, state=backend.state()))
    for other in (loaded, resumed):
        shot = look(other, EVERYTHING)
        for name in ("output_map", "answers", "test_answers"):
            np.testing.assert_array_equal(getattr(shot, name), getattr(stopped, name))
        for mine, theirs in zip(shot.gradients, stopped.gradients, strict=True):
            for a, b in zip(mine, theirs, strict=True):
                np.testing.assert_array_equal(a, b)
        assert other.evaluate(Split.TEST) == backend.evaluate(Split.TEST)


@pytest.mark.parametrize("wanted", [ProbeRequest(inputs=np.zeros((3, 5))), ProbeRequest(activations=np.zeros((3, 2, 2)))])
def test_samples_of_another_shape_are_said_in_words(wanted: ProbeRequest, backend: Backend) -> None:
    backend.open(request())
    failures = look(backend, wanted).failures
    assert failures.keys() == wanted.asked
    assert all("shape" in failure.sentence for failure in failures.values())
    rows = make_data((9,), Task.BINARY, 3, 0, rows=True, words=0).train.x
    with pytest.raises(EngineError):
        backend.predict(rows)
    assert backend.predict(np.zeros((0, 2), np.float32)).shape == (0, 3)


EACH = {
    "grid": "_map", "neurons": "_neuron_maps", "weights": "_weights", "gradients": "_layered", "histograms": "_histograms",
    "weights_of": "_layer_weights", "inputs": "predict", "activations": "_activations", "layer_views": "_outputs_for",
    "activity": "_watched_part", "examine": "_examine",
}  # fmt: skip
"""What works out what."""


@pytest.mark.parametrize("name", EACH)
def test_what_fails_leaves_the_rest_as_it_is(name: str, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.open(request())
    x = request().dataset.test.x
    everything = ProbeRequest(
        grid=5, neurons=True, weights=True, gradients=True, histograms=4, weights_of=0, inputs=x[:2], activations=x[:2], layer_views=x[:1],
        activity=8, test_answers=3, examine=True, explain=(Question(x[:1], Method.SLOPE),),
    )  # fmt: skip
    assert look(backend, everything).failures == {}

    def fail(*_what: object, **_more: object) -> None:
        raise RuntimeError("no wind")

    monkeypatch.setattr(Probe, EACH[name], fail)
    shot = look(backend, everything)
    alike = {"weights": {"histograms"}, "inputs": {"test_answers"}, "activations": set(), "layer_views": {"activations"}}
    assert shot.failures.keys() == {name} | alike.get(name, set())
    failure = shot.failures[name]
    assert failure.sentence == "Unexpected RuntimeError: no wind."
    assert "Traceback" in failure.details
    assert shot.explanations
    assert (shot.examination is None) == (name == "examine")
    monkeypatch.undo()
    assert look(backend, everything).failures == {}


def test_a_network_without_an_open_run_says_so() -> None:
    fresh = create_backend()
    for ask in (lambda: fresh.predict(np.zeros((1, 2))), lambda: fresh.evaluate(Split.TEST), lambda: fresh.probe(EVERYTHING), fresh.state):
        with pytest.raises(EngineError, match="open one first"):
            ask()
