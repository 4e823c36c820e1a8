"""Weights of Keras 3 and of Keras 2 are loaded; those that do not fit are named layer by layer, and change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.engine.backend import Backend, EngineError
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import build

LSTM = {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 3, "dropout": 0.2}}
SHAPE = (6, 3)
DROPOUT = {"type": "Dropout", "rate": 0.2}
STACK: list[dict[str, Any]] = [LSTM, DROPOUT, dense(4), {"type": "BatchNormalization"}, dense(2), dense(1, "sigmoid")]
FILES = ["m.weights.h5", "m.h5"]


def saved(layers: list[dict[str, Any]], path: Path, seed: int = 8) -> Any:
    """A model that Keras itself made, with weights of its own, in a file of either format."""
    model = build(make_spec(layers, {}, seed=seed), make_dataset(SHAPE))
    if path.name.endswith(".weights.h5"):
        model.save_weights(path)
    else:
        model.save(path)
    return model


@pytest.mark.parametrize("name", FILES)
def test_weights_of_either_format_are_loaded(name: str, tmp_path: Path, backend: Backend) -> None:
    dataset = make_dataset(SHAPE)
    model = saved(STACK, tmp_path / name)
    backend.open(request_for(make_spec(STACK, {}), dataset))
    before = backend.predict(dataset.test.array)
    backend.load_weights(tmp_path / name)
    after = backend.predict(dataset.test.array)
    scaled = dataset.scaler.apply(dataset.test.array)
    np.testing.assert_allclose(after, model.predict(scaled, verbose=0), atol=1e-5)
    assert np.abs(before - after).max() > 0.01


OTHERS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "other units": (
        [LSTM, STACK[1], dense(5), STACK[3], dense(2), dense(1, "sigmoid")],
        [r"layer 3 \\(Dense\\) wants 6 × 5 and 5, and the file has 6 × 4 and 4", r"layer 5 \\(Dense\\) wants 5 × 2 and 2"]),
    "a layer more": ([*STACK, dense(7)], [r"layer 7 \\(Dense\\) wants 1 × 7 and 7, and the file has none"]),
    "a layer less": (STACK[:-1], ["the file has weights of 1 more layer"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("other", OTHERS)
def test_weights_that_do_not_fit_are_named_and_change_nothing(other: str, name: str, tmp_path: Path, backend: Backend) -> None:
    layers, sentences = OTHERS[other]
    saved(STACK, tmp_path / name)
    backend.open(request_for(make_spec(layers, {}), make_dataset(SHAPE)))
    before = backend.weights()
    for sentence in sentences:
        with pytest.raises(EngineError, match=sentence.replace("\\\\", "\\")):
            backend.load_weights(tmp_path / name)
    for first, second in zip(before, backend.weights(), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_of_weights_is_refused(name: str, tmp_path: Path, backend: Backend) -> None:
    backend.open(request_for(make_spec(STACK, {}), make_dataset(SHAPE)))
    path = tmp_path / name
    with pytest.raises(EngineError, match="cannot be read"):
        backend.load_weights(path)
    for content in (b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + bytes(200)):
        path.write_bytes(content)
        with pytest.raises(EngineError, match="cannot be read"):
            backend.load_weights(path)
    saved(STACK, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EngineError, match="cannot be read"):
        backend.load_weights(path)
