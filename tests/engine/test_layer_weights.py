"""Weights at close range and units that have nothing to say: against NumPy, and against a plain Keras model."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import Task
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.layer_activity import LayerActivity
from nnplayground.engine.layer_pictures import MOST_VALUES, cut, large_plan
from nnplayground.engine.layer_weights import COUNTED_VALUES, LONGEST_SIDE, picture, spread, weight_array
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.train import train
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_spec, request_for
from tests.engine.oracle import arrays, build

CNN = [
    {"type": "Rescaling", "scale": 0.5}, {"type": "Conv2D", "filters": 3, "kernel_size": [2, 3], "activation": "relu"},
    {"type": "BatchNormalization"}, {"type": "Flatten"}, dense(6, "tanh"), {"type": "Dropout"}, dense(4, "relu"), dense(1, "sigmoid"),
]  # fmt: skip


def look(backend: Backend, wanted: ProbeRequest) -> Snapshot:
    shot = backend.probe(wanted)
    assert shot is not None
    return shot


def trained(backend: Backend, layers: list[dict[str, Any]], shape: tuple[int, ...], **kind: Any) -> TrainRequest:
    project = request_for(make_spec(layers, {"epochs": 2}), make_data(shape, Task.BINARY, 40, 5, **{"rows": False, "words": 0, **kind}))
    list(train(project, backend))
    return project


def twin(backend: Backend, of: TrainRequest) -> Any:
    model = build(of.spec, of.dataset)
    model.set_weights([w for layer in look(backend, ProbeRequest(weights=True)).weights for w in layer])
    return model


def outputs_of(model: Any, x: Any) -> list[np.ndarray]:
    outputs = []
    for layer in model.layers:
        x = layer(x, training=False)
        outputs.append(np.asarray(x))
    return outputs


@pytest.mark.parametrize("layer", range(len(CNN)))
def test_a_layers_weights_and_slopes_are_those_of_the_whole_network(layer: int, backend: Backend) -> None:
    trained(backend, CNN, (5, 6, 2))
    shot = look(backend, ProbeRequest(weights=True, gradients=True, weights_of=layer))
    assert shot.layer_weights is not None
    assert shot.layer_weights.layer == layer
    assert len(shot.layer_weights.arrays) == len(shot.weights[layer])
    for found, values, gradient in zip(shot.layer_weights.arrays, shot.weights[layer], shot.gradients[layer], strict=True):
        assert found.shape == values.shape
        for told, array in ((found.values, values), (found.gradient, gradient)):
            assert (told is None) == (array is None)
            if told is not None and array is not None:
                numbers = (told.mean, told.std, told.low, told.high, told.zeros)
                expected = (array.mean(), array.std(), array.min(), array.max(), (array == 0).mean())
                np.testing.assert_allclose(numbers, expected, rtol=1e-5, atol=1e-7)
                counts, edges = np.histogram(array.astype(np.float64), len(told.histogram.counts))
                np.testing.assert_array_equal(told.histogram.counts, counts)
                np.testing.assert_allclose(told.histogram.edges, edges)


def test_pictures_of_kernels_are_what_keras_looks_for(backend: Backend) -> None:
    project = trained(backend, CNN, (5, 6, 2))
    shot = look(backend, ProbeRequest(weights=True, weights_of=1))
    assert shot.layer_weights is not None
    drawn = shot.layer_weights.arrays[0].picture
    assert drawn.shape == (2, 3, 2, 3)
    # One place of the layer's output is the sum over such a picture: height, width, channel, filter.
    x = arrays(project, "test")[0][:1]
    middle = np.asarray(twin(backend, project).layers[0](x))[0]
    sums = np.tensordot(middle[1:3, 2:5], drawn, 3) + shot.weights[1][1]
    np.testing.assert_allclose(np.maximum(sums, 0), outputs_of(twin(backend, project), x)[1][0, 1, 2], atol=1e-5)


def test_units_that_see_a_picture_are_pictures(backend: Backend) -> None:
    layers = [{"type": "Flatten"}, {"type": "Dropout"}, dense(70, "relu"), dense(1, "sigmoid")]
    trained(backend, layers, (5, 6, 2))
    shot = look(backend, ProbeRequest(weights=True, weights_of=2))
    assert shot.layer_weights is not None
    kernel, bias = shot.layer_weights.arrays
    assert kernel.picture.shape == (5, 6, 2, 64)
    np.testing.assert_array_equal(kernel.picture[..., 7].reshape(-1), shot.weights[2][0][:, 7])
    assert bias.picture.shape == (70,)
    behind = look(backend, ProbeRequest(weights=True, weights_of=3)).layer_weights
    assert behind is not None
    np.testing.assert_array_equal(behind.arrays[0].picture, shot.weights[3][0])  # it sees units, not a picture


def test_a_layer_without_weights_or_that_is_not_there(backend: Backend) -> None:
    trained(backend, CNN, (5, 6, 2))
    shot = look(backend, ProbeRequest(weights_of=3)).layer_weights
    assert shot is not None
    assert shot.arrays == ()
    assert look(backend, ProbeRequest(weights_of=8)).layer_weights is None


def test_large_arrays_are_cut_and_say_how_many_values_were_counted() -> None:
    values = np.random.default_rng(1).normal(size=(3000, 1000)).astype(np.float32)
    found = weight_array("kernel", values, values, None)
    assert found.picture.shape <= (LONGEST_SIDE, LONGEST_SIDE)
    np.testing.assert_array_equal(np.abs(found.picture[0, 0]), np.abs(values[:6, :2]).max())
    assert found.values.counted <= COUNTED_VALUES
    assert found.values.mean == pytest.approx(0, abs=0.01)
    assert found.values.std == pytest.approx(1, abs=0.01)
    giant = np.broadcast_to(np.float32(2), (20_000, 5_000))
    assert picture(giant, None).max() == 2
    assert max(picture(giant, None).shape) <= LONGEST_SIDE


def test_what_is_no_number_is_counted_and_left_out() -> None:
    told = spread("kernel", np.array([1.0, np.nan, 3.0, np.inf], np.float32))
    assert (told.mean, told.low, told.high, told.histogram.not_finite) == (2.0, 1.0, 3.0, 2)
    none = spread("kernel", np.full(5, np.nan, np.float32))
    assert math.isnan(none.mean)
    assert none.histogram.not_finite == 5
    narrow = spread("bias", np.array([1.0, np.nextafter(np.float32(1), np.float32(2))], np.float32))
    assert narrow.histogram.counts.sum() == 2
    assert spread("bias", np.array([-3e38, 3e38], np.float32)).histogram.counts.sum() == 2


@pytest.mark.parametrize("value", [1e17, -4e30, 3.4e38, 1e-40, 0.0])
@pytest.mark.parametrize("more", [1.0, 1 + 1e-6])
def test_weights_that_have_grown_beyond_all_measure_are_still_spread(value: float, more: float) -> None:
    """One number alone, or two that are nearly the same: there is no range to be divided."""
    for array in (np.array([value], np.float32), np.clip(np.array([value, value * more]), -3.4e38, 3.4e38).astype(np.float32)):
        told = spread("kernel", array).histogram
        assert told.counts.sum() == array.size
        assert (np.diff(told.edges) > 0).all()


# ---- what units do


def test_activity_is_what_keras_gives(backend: Backend) -> None:
    project = trained(backend, CNN, (5, 6, 2))
    backend.set_weight(1, 1, (2,), -1e6)  # a map that never fires
    backend.set_weight(6, 1, (0,), -1e6)
    backend.set_weight(4, 1, (1,), 50.0)  # a unit at its end
    outputs = outputs_of(twin(backend, project), arrays(project, "test")[0][:15])
    shot = look(backend, ProbeRequest(activity=15))
    for found, layer, own in zip(shot.activity, project.spec.layers, outputs, strict=True):
        function = getattr(layer, "activation", "")
        silent = int((own.reshape(-1, own.shape[-1]) == 0).all(axis=0).sum()) if function == "relu" else None
        near = {"tanh": np.abs(own) > 0.98, "sigmoid": (own < 0.01) | (own > 0.99)}.get(function)
        assert found == LayerActivity(own.shape[-1], 15, silent, None if near is None else pytest.approx(near.mean()))
    assert shot.activity[1].silent == 1
    assert shot.activity[6].silent
    assert shot.activity[4].at_ends


def test_activity_comes_in_pieces_of_one_moment(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnplayground.engine.keras_backend import run as module

    monkeypatch.setattr(module, "piece_rows", lambda _costs: 7)
    project = trained(backend, CNN, (5, 6, 2))
    expected = look(backend, ProbeRequest(activity=30, examine=True))
    request = ProbeRequest(activity=30, examine=True)
    assert backend.probe(request, 0.0) is None
    backend.set_weights(tuple(np.zeros_like(w) for w in backend.weights()))  # the network learns on
    for _ in range(50):
        if (shot := backend.probe(request, 0.0)) is not None:
            break
    assert shot is not None
    assert shot.activity == expected.activity
    assert shot.examination is not None
    assert expected.activity[0].samples == len(project.dataset.test) == 17


@pytest.mark.parametrize("kind", ["words", "rows"])
def test_sequences_and_rows_of_words(kind: str, backend: Backend) -> None:
    words = [{"type": "Embedding", "input_dim": 11, "output_dim": 3, "mask_zero": True}, {"type": "LSTM", "units": 4}]
    layers = words if kind == "words" else [dense(4, "relu")]
    rows = {"words": 11} if kind == "words" else {"rows": True}
    project = trained(backend, [*layers, dense(1, "sigmoid")], (5,) if kind == "words" else (9,), **rows)
    sample = project.dataset.test.x[:1]
    shot = look(backend, ProbeRequest(activity=500, layer_views=sample, activations=sample))
    assert {found.samples for found in shot.activity} == {17}
    for view, whole in zip(shot.layer_views, shot.activations, strict=True):
        np.testing.assert_allclose(view, whole, atol=1e-6)


# ---- outputs as large as people look at them


@pytest.mark.parametrize("shape", [(26, 26, 8), (224, 224, 64), (1, 1, 2_000_000), (500, 10_000), (70_000_000,), (3, 2, 2, 2)])
def test_views_keep_every_map_and_stay_small(shape: tuple[int, ...]) -> None:
    wanted = large_plan(shape)
    assert math.prod(wanted.result) <= MOST_VALUES
    if len(shape) == 3 and shape[0] > 1:
        assert wanted.result[-1] == shape[-1]
    if math.prod(shape) <= MOST_VALUES:
        values = np.random.default_rng(0).normal(size=(1, *shape))
        np.testing.assert_array_equal(cut(values, wanted).reshape(values.shape), values)


def test_views_are_every_layers_outputs(backend: Backend) -> None:
    project = trained(backend, CNN, (5, 6, 2))
    x = project.dataset.test.x[3:4]
    expected = outputs_of(twin(backend, project), arrays(project, "test")[0][3:4])
    for mine, theirs in zip(look(backend, ProbeRequest(layer_views=x)).layer_views, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
