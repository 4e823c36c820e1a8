"""A network with layers that are off is trained, seen and saved as the one without them; its layers keep their numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.keras_model import read_keras
from nnplayground.core.losses import Task
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Finished, TrainRequest
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import train
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import compare, trained

TRAINING = {"epochs": 3, "batch_size": 10, "optimizer": "adam"}
OFF: list[dict[str, Any]] = [{"type": "Conv2D", "disabled": True}, {"type": "Dropout", "rate": 0.3, "disabled": True}]
LAYERS = [OFF[0], dense(4, "tanh"), OFF[1], dense(1, "sigmoid"), {"type": "BatchNormalization", "disabled": True}]


def test_it_trains_as_if_they_were_not_there(loop: str, backend: Backend) -> None:
    spec = make_spec(LAYERS, TRAINING)
    got = trained(request_for(spec), backend)
    without = trained(request_for(edits.set_layers(spec, spec.active), run_id=2), backend)
    assert got.history == without.history
    np.testing.assert_array_equal(got.answers, without.answers)


def test_what_is_seen_of_it_has_its_layers_numbers(backend: Backend) -> None:
    request = request_for(make_spec(LAYERS, TRAINING))
    list(train(request, backend))
    x = request.dataset.train.x[:3]
    seen = backend.probe(ProbeRequest(grid=5, neurons=True, neuron_grid=5, weights=True, gradients=True, histograms=4, activations=x))
    assert seen is not None
    assert [a.shape for a in seen.activations] == [(3, 2), (3, 4), (3, 4), (3, 1), (3, 1)]
    np.testing.assert_array_equal(seen.activations[2], seen.activations[1])
    np.testing.assert_allclose(seen.activations[0], request.dataset.scaler.apply(x), rtol=1e-6)
    assert [[w.shape for w in own] for own in seen.weights] == [[], [(2, 4), (4,)], [], [(4, 1), (1,)], []]
    assert [len(own) for own in seen.weight_histograms] == [0, 2, 0, 2, 0]
    assert [m.shape for m in seen.neuron_maps if m is not None] == [(5, 5, 2), (5, 5, 4), (5, 5, 4), (5, 5, 1), (5, 5, 1)]


def test_rows_of_words_pass_it_by(backend: Backend) -> None:
    """Sparse products behind a layer that is off, and pictures of what it passes on."""
    dataset = make_data((9,), Task.BINARY, 33, 17, rows=True, words=0)
    layers = [{"type": "Embedding", "disabled": True}, dense(5, "relu"), dense(1, "sigmoid")]
    request = TrainRequest(make_spec(layers, TRAINING), dataset, 1)
    compare(request, backend)
    seen = backend.probe(ProbeRequest(activations=dataset.test.x[:2]))
    assert seen is not None
    np.testing.assert_array_equal(seen.activations[0], dataset.test.x[:2].dense())  # type: ignore[union-attr]


def test_models_are_saved_without_them(backend: Backend, tmp_path: Path) -> None:
    request = request_for(make_spec(LAYERS, TRAINING))
    list(train(request, backend))
    backend.save_model(tmp_path / "m.keras")
    assert read_keras(tmp_path / "m.keras").layers == request.spec.active
    import keras

    model = keras.models.load_model(tmp_path / "m.keras")
    x = request.dataset.test.x
    np.testing.assert_allclose(model.predict(request.dataset.scaler.apply(x), verbose=0), backend.predict(x), rtol=1e-5)
    backend.save_weights(tmp_path / "m.weights.h5")
    backend.open(request_for(edits.set_seed(request.spec, 8)))
    backend.load_weights(tmp_path / "m.weights.h5")
    np.testing.assert_allclose(model.predict(request.dataset.scaler.apply(x), verbose=0), backend.predict(x), rtol=1e-5)
    backend.open(request_for(edits.change_layer(request.spec, 1, units=5)))
    with pytest.raises(EngineError, match=r"layer 2 \(Dense\) wants 2 × 5 and 5, and the file has 2 × 4 and 4; layer 4 \(Dense\)"):
        backend.load_weights(tmp_path / "m.weights.h5")


def test_an_explosion_is_told_of_the_layer_that_people_see(backend: Backend) -> None:
    first = dense(2, kernel_initializer="zeros", bias_initializer={"type": "Constant", "value": 1000.0})
    layers = [OFF[0], first, OFF[1], dense(2, "exponential", kernel_initializer="ones"), dense(1)]
    last = list(train(request_for(make_spec(layers, {"loss": "mean_squared_error"}), make_dataset(classes=0)), backend))[-1]
    assert isinstance(last, Finished)
    assert "first behind layer 4 (Dense)" in last.reason
