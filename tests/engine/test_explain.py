"""Where answers come from, against plain Keras models, differences and loops; and that asking changes nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import Task
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.explaining import Explanation, Method, Question
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.train import Pace, train
from tests.engine.drawing import CLASSES, make_data
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import build, history_of

FOUR = (4,)


def look(backend: Backend, *questions: Question) -> tuple[Explanation, ...]:
    shot = backend.probe(ProbeRequest(explain=questions))
    assert shot is not None
    assert len(shot.explanations) == len(questions)
    return shot.explanations


def trained(backend: Backend, layers: list[dict[str, Any]], dataset: Dataset, epochs: int = 5, **training: Any) -> TrainRequest:
    project = request_for(make_spec(layers, {"epochs": epochs, "optimizer": "adam", **training}), dataset)
    list(train(project, backend))
    return project


def twin(backend: Backend, of: TrainRequest, layers: list[dict[str, Any]] | None = None) -> Any:
    """A plain Keras model with the same weights; of `layers` where its last function is to be another."""
    spec = of.spec if layers is None else make_spec(layers, {})
    model = build(spec, of.dataset)
    shot = backend.probe(ProbeRequest(weights=True))
    assert shot is not None
    model.set_weights([w for layer in shot.weights for w in layer])
    return model


def keras_slopes(model: Any, x: np.ndarray, about: np.ndarray | None) -> np.ndarray:
    """Of the output `about` (n,) along every input; None: of the only one."""
    import tensorflow as tf

    given = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(given)
        out = model(given, training=False)
        score = tf.reduce_sum(out if about is None else tf.gather(out, about, batch_dims=1))
    return np.asarray(tape.gradient(score, given))


def to_linear(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*layers[:-1], layers[-1] | {"activation": "linear"}]


def test_parts_of_a_table_are_slopes_of_the_logit_times_what_differs_from_the_mean(backend: Backend) -> None:
    layers = [dense(5, "tanh"), {"type": "BatchNormalization"}, {"type": "Dropout", "rate": 0.4}, dense(3, "softmax")]
    dataset = make_dataset(FOUR, 3)
    project = trained(backend, layers, dataset)
    x = dataset.test.array[:6]
    (found,) = look(backend, Question(x))
    outputs = twin(backend, project).predict(dataset.scaler.apply(x), verbose=0)
    np.testing.assert_allclose(found.outputs, outputs, atol=1e-6)
    np.testing.assert_array_equal(found.about, outputs.argmax(1))
    slopes = keras_slopes(twin(backend, project, to_linear(layers)), dataset.scaler.apply(x), outputs.argmax(1))
    expected = slopes * 0.5 * (x - dataset.train.array.mean(axis=0))
    np.testing.assert_allclose(found.parts, expected, rtol=1e-4, atol=1e-6)
    (other,) = look(backend, Question(x, about=2))
    slopes = keras_slopes(twin(backend, project, to_linear(layers)), dataset.scaler.apply(x), np.full(6, 2))
    np.testing.assert_allclose(other.parts, slopes * 0.5 * (x - dataset.train.array.mean(axis=0)), rtol=1e-4, atol=1e-6)


def test_two_classes_by_one_output_are_as_differences_say(backend: Backend) -> None:
    """Without any derivative: the log odds of the answers a little to both sides."""
    dataset = make_dataset(FOUR, 2)
    trained(backend, [dense(4, "tanh"), dense(1, "sigmoid")], dataset, epochs=20)
    x, step = dataset.test.array.astype(np.float64), 0.05
    (found,) = look(backend, Question(dataset.test.x))
    chosen = (backend.predict(dataset.test.x)[:, 0] > 0.5).astype(int)
    assert set(chosen) == {0, 1}
    np.testing.assert_array_equal(found.about, chosen)

    def log_odds(samples: np.ndarray) -> np.ndarray:
        p = backend.predict(samples.astype(np.float32))[:, 0].astype(np.float64)
        return np.log(p / (1 - p)) * np.where(chosen == 1, 1, -1)

    mean = dataset.train.array.mean(axis=0)
    for i in range(4):
        move = np.eye(4)[i] * step
        slopes = (log_odds(x + move) - log_odds(x - move)) / (2 * step)
        np.testing.assert_allclose(found.parts[:, i], slopes * (x[:, i] - mean[i]), rtol=0.02, atol=2e-3)


@pytest.mark.parametrize("activation", ["tanh", "sign"])
def test_signed_answers_are_explained_before_their_function(activation: str, backend: Backend) -> None:
    dataset = make_dataset(FOUR, 2)
    project = trained(backend, [dense(1, activation)], dataset)
    (found,) = look(backend, Question(dataset.test.x, about=0))
    (kernel, _) = twin(backend, project).get_weights()
    expected = -kernel[:, 0] * 0.5 * (dataset.test.array - dataset.train.array.mean(axis=0))
    np.testing.assert_allclose(found.parts, expected, rtol=1e-4, atol=1e-6)


def test_parts_of_a_value_are_in_its_unit_and_of_a_linear_network_add_up(backend: Backend) -> None:
    dataset = replace(make_dataset(FOUR, 0), target_scaler=Affine(0.1, -0.3))
    trained(backend, [dense(1)], dataset)
    (found,) = look(backend, Question(dataset.test.x))
    mean = dataset.train.array.mean(axis=0, keepdims=True).astype(np.float32)
    values = (backend.predict(dataset.test.x)[:, 0] + 0.3) / 0.1
    typical = (backend.predict(mean)[0, 0] + 0.3) / 0.1
    np.testing.assert_allclose(found.parts.sum(axis=1), values - typical, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(found.about, np.zeros(17))


def pictures(channels: int = 1) -> Dataset:
    """Bytes, scaled in the graph."""
    dataset = make_data((8, 8, channels), Task.MULTICLASS, 30, 0, rows=False, words=0)

    def stored(x: np.ndarray) -> np.ndarray:
        return np.clip(x * 60 + 40, 0, 255).astype(np.uint8)

    parts = {name: replace(part, x=stored(part.array)) for name, part in (("train", dataset.train), ("test", dataset.test))}
    return replace(dataset, **parts, validation=None, scaler=Affine(1 / 255))


CONVOLUTION = [{"type": "Conv2D", "filters": 3, "activation": "relu"}, {"type": "Flatten"}, dense(CLASSES, "softmax")]


@pytest.mark.parametrize("channels", [1, 3])
def test_parts_of_a_picture_are_slopes_times_pixels(channels: int, backend: Backend) -> None:
    dataset = pictures(channels)
    project = trained(backend, CONVOLUTION, dataset)
    x = dataset.test.array[:5]
    (found,) = look(backend, Question(x))
    scaled = x.astype(np.float32) / 255
    about = twin(backend, project).predict(scaled, verbose=0).argmax(1)
    np.testing.assert_array_equal(found.about, about)
    expected = (keras_slopes(twin(backend, project, to_linear(CONVOLUTION)), scaled, about) * scaled).sum(axis=-1)
    assert found.parts.shape == (5, 8, 8)
    np.testing.assert_allclose(found.parts, expected, rtol=1e-3, atol=1e-5)


def test_a_function_in_a_layer_of_its_own_is_left_out(backend: Backend) -> None:
    layers = [dense(3), {"type": "Activation", "activation": "softmax"}]
    dataset = make_dataset(FOUR, 3)
    project = trained(backend, layers, dataset)
    (found,) = look(backend, Question(dataset.test.x, about=1))
    kernel = twin(backend, project).get_weights()[0]
    expected = kernel[:, 1] * 0.5 * (dataset.test.array - dataset.train.array.mean(axis=0))
    np.testing.assert_allclose(found.parts, expected, rtol=1e-4, atol=1e-6)


def test_of_words_that_occur_each_has_its_part(backend: Backend) -> None:
    dataset = make_data((9,), Task.BINARY, 20, 0, rows=True, words=0)
    layers = [dense(4, "relu"), dense(1, "sigmoid")]
    project = trained(backend, layers, dataset)
    rows = dataset.test.x
    assert isinstance(rows, Rows)
    (found,) = look(backend, Question(rows, about=1))
    slopes = keras_slopes(twin(backend, project, to_linear(layers)), rows.dense(), None)
    assert found.parts.shape == rows.indices.shape
    np.testing.assert_allclose(found.parts, slopes[rows.dense() > 0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("after", [[{"type": "GlobalAveragePooling1D"}], [{"type": "LSTM", "units": 3}], [{"type": "Flatten"}]])
def test_of_a_sequence_each_place_has_its_part(after: list[dict[str, Any]], backend: Backend) -> None:
    import keras
    import tensorflow as tf

    dataset = make_data((5,), Task.BINARY, 20, 0, rows=False, words=11)
    masked = after[0]["type"] != "Flatten"
    layers = [{"type": "Embedding", "input_dim": 11, "output_dim": 2, "mask_zero": masked}, *after, dense(1, "sigmoid")]
    project = trained(backend, layers, dataset)
    x = dataset.test.array
    assert (x == 0).any()
    (found,) = look(backend, Question(x, about=1))
    model = twin(backend, project, to_linear(layers))
    vectors = model.layers[0](x)
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        y = vectors
        for layer in model.layers[1:]:
            y = layer(y, training=False)
        y = tf.reduce_sum(y)
    expected = (np.asarray(tape.gradient(y, vectors)) * keras.ops.convert_to_numpy(vectors)).sum(axis=-1)
    assert found.parts.shape == (17, 5)
    np.testing.assert_allclose(found.parts, expected, rtol=1e-3, atol=1e-6)
    if masked:
        np.testing.assert_array_equal(found.parts[x == 0], 0)


# ---- covering


def covered_by_hand(backend: Backend, dataset: Dataset, x: np.ndarray, about: int) -> np.ndarray:
    """Patches of 1 pixel's width for a picture of 8: 8 / 7, rounded."""
    ground = np.median(dataset.train.array, axis=(0, 1, 2)).astype(np.uint8)
    drops = np.zeros(x.shape[:2])
    before = backend.predict(x[np.newaxis])[0, about]
    for row in range(8):
        for column in range(8):
            copy = x.copy()
            copy[row, column] = ground
            drops[row, column] = before - backend.predict(copy[np.newaxis])[0, about]
    return drops


def test_covering_says_how_much_less_probable_the_class_is(backend: Backend) -> None:
    dataset = pictures(3)
    trained(backend, CONVOLUTION, dataset)
    x = dataset.test.array[:2]
    (found,) = look(backend, Question(x, Method.COVER, about=1))
    for picture, parts in zip(x, found.parts, strict=True):
        np.testing.assert_allclose(parts, covered_by_hand(backend, dataset, picture, 1), atol=1e-6)


def test_patches_cover_every_place_alike() -> None:
    from nnplayground.engine.keras_backend.explain import _patches

    for height, width in ((28, 28), (32, 32), (1, 1), (5, 40), (64, 64)):
        over = np.zeros((height, width), int)
        for patch in _patches(height, width):
            assert over[patch].size
            over[patch] += 1
        assert over.min() >= 1
        if height == width == 28:
            assert set(over.ravel()) == {4}


def test_a_covered_spot_that_alone_matters_is_found(backend: Backend) -> None:
    """A network that looks at one pixel of a picture of 28."""
    dataset = make_data((28, 28, 1), Task.BINARY, 6, 0, rows=False, words=0)
    dataset = replace(dataset, scaler=Affine())
    backend.open(request_for(make_spec([{"type": "Flatten"}, dense(1, "sigmoid")], {}), replace(dataset, validation=None)))
    kernel = np.zeros((28, 28), np.float32)
    kernel[10, 17] = 1
    backend.set_weights((kernel.reshape(-1, 1), np.zeros(1, np.float32)))
    picture = np.full((1, 28, 28, 1), 5, np.float32)
    by_cover, by_slope = (look(backend, Question(picture, m))[0].parts[0] for m in (Method.COVER, Method.SLOPE))
    assert by_slope[10, 17] == pytest.approx(5)
    assert np.count_nonzero(by_slope) == 1
    assert by_cover[10, 17] == by_cover.max() > 0.1
    rows, columns = np.nonzero(by_cover > 1e-6)
    assert abs(rows - 10).max() < 4
    assert abs(columns - 17).max() < 4


def test_covering_in_pieces_is_of_one_moment(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = pictures()
    backend.open(request_for(make_spec(CONVOLUTION, {"epochs": 9, "optimizer": "adam"}), dataset))
    backend.advance(1, math.inf)
    question = Question(dataset.test.x[:40], Method.COVER, about=0)
    expected = look(backend, question)[0]
    wanted, pieces = ProbeRequest(explain=(question, Question(dataset.test.x[:2]))), 0
    shot: Snapshot | None = None
    while shot is None:
        shot = backend.probe(wanted, 0.0)
        pieces += shot is None
        backend.advance(1, math.inf)
    assert pieces > 1
    np.testing.assert_allclose(shot.explanations[0].parts, expected.parts, atol=1e-6)
    assert shot.explanations[1].parts.shape == (2, 8, 8)


def test_only_pictures_can_be_covered(backend: Backend) -> None:
    dataset = make_dataset(FOUR, 2)
    trained(backend, [dense(1, "sigmoid")], dataset, epochs=1)
    shot = backend.probe(ProbeRequest(explain=(Question(dataset.test.x, Method.COVER),)))
    assert shot is not None
    assert shot.explanations == ()
    assert "pictures" in shot.failures["explain"].sentence


def test_asking_changes_nothing(loop: str, backend: Backend) -> None:
    dataset = pictures()
    layers = [CONVOLUTION[0], {"type": "Flatten"}, {"type": "Dropout", "rate": 0.3}, dense(CLASSES, "softmax")]
    project = request_for(make_spec(layers, {"epochs": 3, "batch_size": 10, "optimizer": "adam"}), dataset)
    looked = create_backend()
    seen = []
    for event in train(project, looked, Pace(seconds=0.0)):
        seen.append(event)
        looked.probe(ProbeRequest(explain=(Question(dataset.test.x[:1]), Question(dataset.test.x[:1], Method.COVER))))
    assert history_of(seen) == history_of(train(project, backend))
    for a, b in zip(looked.state().weights, backend.state().weights, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(looked.predict(dataset.test.x), backend.predict(dataset.test.x))
