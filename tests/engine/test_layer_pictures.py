"""What the pictures of layers are made from: Keras's own outputs, cut where they are large."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.core.losses import Task
from nnplayground.engine.backend import Backend
from nnplayground.engine.layer_pictures import LONGEST_MAP, LONGEST_SEQUENCE, MOST_MAPS, MOST_UNITS, cut, joined, plan
from nnplayground.engine.probes import ProbeRequest
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_spec, request_for
from tests.engine.oracle import arrays, build

CONVOLUTIONS = [
    {"type": "Conv2D", "filters": 11, "activation": "tanh"}, {"type": "MaxPooling2D"}, {"type": "BatchNormalization"},
    {"type": "Dropout", "rate": 0.5}, {"type": "Flatten"}, dense(3, "softmax"),
]  # fmt: skip
RECURRENT = [
    {"type": "Embedding", "input_dim": 7, "output_dim": 3, "mask_zero": True},
    {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}}, {"type": "GRU", "units": 4},
    dense(3, "softmax"),
]  # fmt: skip
CASES: dict[str, tuple[tuple[int, ...], list[dict[str, Any]], int, bool]] = {
    "large pictures": ((210, 100, 2), CONVOLUTIONS, 0, False),
    "small pictures": ((9, 9, 1), CONVOLUTIONS, 0, False),
    "long sequences of words": ((140,), RECURRENT, 7, False),
    "rows of words": ((50,), [dense(4, "relu"), dense(3, "softmax")], 0, True),
    "very many units": ((200, 200, 2), [{"type": "Flatten"}, dense(3, "softmax")], 0, False),
}


@pytest.mark.parametrize("case", CASES)
def test_pictures_are_of_what_keras_gives_in_between(case: str, backend: Backend) -> None:
    import keras

    shape, layers, words, rows = CASES[case]
    dataset = make_data(shape, Task.MULTICLASS, 6, 3, rows=rows, words=words)
    project = request_for(make_spec(layers, {"epochs": 1, "batch_size": 6}), dataset)
    backend.open(project)
    shot = backend.probe(ProbeRequest(weights=True, activations=dataset.test.x[1:3], pictures_only=True))
    assert shot is not None
    model = build(project.spec, dataset)
    model.set_weights([w for layer in shot.weights for w in layer])
    between = keras.Model(model.inputs, [layer.output for layer in model.layers])
    expected = between.predict(arrays(project, "test")[0][1:3], verbose=0)
    assert len(shot.activations) == len(layers)
    for mine, theirs in zip(shot.activations, expected, strict=True):
        assert mine.shape[1:] == plan(theirs.shape[1:]).result
        assert mine.nbytes <= 2 * 4 * max(LONGEST_MAP**2 * MOST_MAPS, LONGEST_SEQUENCE**2, MOST_UNITS)
        np.testing.assert_allclose(mine, cut(theirs), atol=1e-5)
    assert (shot.activations[0].shape[1:] == expected[0].shape[1:]) == (case == "rows of words")


def test_one_request_gives_all_of_it_and_the_next_only_the_pictures(backend: Backend) -> None:
    dataset = make_data((9, 9, 1), Task.MULTICLASS, 6, 3, rows=False, words=0)
    backend.open(request_for(make_spec(CONVOLUTIONS, {"epochs": 1}), dataset))
    one, other = dataset.test.x[:1], dataset.test.x[1:2]
    outputs = []
    for x, pictures, maps in ((one, False, 11), (one, True, MOST_MAPS), (other, True, MOST_MAPS), (one, False, 11)):
        shot = backend.probe(ProbeRequest(activations=x, pictures_only=pictures))
        assert shot is not None
        assert shot.activations[0].shape == (1, 7, 7, maps)
        outputs.append(shot.activations[0][..., :MOST_MAPS])
    np.testing.assert_array_equal(outputs[0], outputs[1])
    np.testing.assert_array_equal(outputs[0], outputs[3])
    assert np.abs(outputs[0] - outputs[2]).max() > 0.01


def test_what_is_not_a_number_stays_so_in_the_graph() -> None:
    import tensorflow as tf

    from nnplayground.engine.keras_backend.layer_cut import cut as cut_in_graph

    values = np.zeros((1, 300, 3), np.float32)
    values[0, 7, 1], values[0, 200, 2] = np.nan, -4
    got = cut_in_graph(tf.constant(values)).numpy()
    np.testing.assert_array_equal(got, cut(values))
    assert np.isnan(got[0, 2, 1])
    assert got[0, 66, 2] == -4


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_of_neighbours_the_furthest_from_zero_is_left(length: int, factor: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(2, length, 3))
    got = joined(values, 1, factor)
    assert got.shape == (2, -(-length // factor), 3)
    for i in range(got.shape[1]):
        piece = values[:, i * factor : (i + 1) * factor]
        np.testing.assert_array_equal(np.abs(got[:, i]), np.abs(piece).max(1))
        assert np.isin(got[:, i], piece).all()


@given(st.lists(st.integers(1, 300), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_cut_has_the_shape_that_was_planned_and_is_cut_no_further(shape: list[int]) -> None:
    wanted = plan(tuple(shape)).result
    assert plan(wanted).result == wanted
    if np.prod(shape) <= 200_000:
        assert cut(np.zeros((1, *shape), np.float32)).shape == (1, *wanted)
