"""Networks and snapshots for the canvas, made with NumPy."""

from __future__ import annotations

import numpy as np

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import Dense
from nnplayground.data.features import derive, features_of
from nnplayground.engine.probes import Snapshot

FUNCTIONS = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "linear": lambda x: x,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
}


def snapshot(analysis: Analysis, seed: int = 0, grid: int = 40) -> Snapshot:
    """What a network of Dense layers with random weights looks like."""
    draw = np.random.default_rng(seed)
    maps, weights = [], []
    plane = analysis.facts.plane_range
    if plane is not None:
        line = np.linspace(*plane, grid, dtype=np.float32)
        values = derive(np.stack(np.meshgrid(line, line), -1).reshape(-1, 2), features_of(analysis.spec.data))
    else:
        values = np.zeros((grid * grid, analysis.facts.input_shape[0]))
    for layer in analysis.spec.layers:
        assert isinstance(layer, Dense)
        kernel, bias = draw.normal(size=(values.shape[1], layer.units)), draw.normal(size=layer.units)
        values = FUNCTIONS[layer.activation](values @ kernel + bias)
        maps.append(values.reshape(grid, grid, -1))
        weights.append((kernel, bias))
    return Snapshot(0, epoch=1.0, neuron_maps=tuple(maps) if plane else (), weights=tuple(weights))
