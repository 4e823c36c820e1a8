"""A small convolutional network and what its probes answer, for the views of weights and activations."""

from __future__ import annotations

import numpy as np

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Conv2D, Dense, Flatten, LayerBase, MaxPooling2D
from nnplayground.core.losses import Task
from nnplayground.core.presets import recommended
from nnplayground.data.dataset import Affine, Dataset, Part, Source
from nnplayground.engine.layer_activity import LayerActivity, ends_of, switches_off
from nnplayground.engine.layer_pictures import cut, large_plan
from nnplayground.engine.layer_weights import LayerWeights, tile_of, weight_array
from nnplayground.engine.probes import Snapshot

CNN = (
    Conv2D(filters=12, activation="relu"), MaxPooling2D(), Conv2D(filters=5, activation="tanh"), Flatten(),
    Dense(units=64, activation="relu"), Dense(units=10, activation="softmax"),
)  # fmt: skip
FACTS = DataFacts("mnist", "MNIST", (28, 28, 1), Task.MULTICLASS, 3, 4, tuple("0123456789"), input_range=(0.0, 1.0))


def analysis(layers: tuple[LayerBase, ...] = CNN, facts: DataFacts = FACTS) -> Analysis:
    return analyse(edits.set_layers(recommended("mnist"), layers), facts)


def pictures() -> Dataset:
    """Three pictures to learn from, four to test."""
    x = np.random.default_rng(3).integers(0, 255, (7, 28, 28, 1)).astype(np.uint8)
    y = np.arange(7)
    return Dataset(FACTS, Source.GENERATED, Part(x[:3], y[:3]), Part(x[3:], y[3:]), scaler=Affine(1 / 255))


def weights(of: Analysis, layer: int, epoch: float = 1.0, *, spoilt: int = 0) -> Snapshot:
    """A layer's weights, of which some are no numbers."""
    entry, draw = of.shapes[layer], np.random.default_rng(int(epoch * 10))
    assert entry.input
    assert entry.output
    kernel = draw.normal(size=(*getattr(of.spec.layers[layer], "kernel_size", ()), entry.input[-1], entry.output[-1])).astype(np.float32)
    kernel.reshape(-1)[:spoilt] = np.nan
    tile = tile_of(of.spec.layers, layer, of.facts.input_shape)
    arrays = tuple(weight_array(n, a, a / 100, tile) for n, a in (("kernel", kernel), ("bias", np.zeros(entry.output[-1], np.float32))))
    return Snapshot(0, epoch, layer_weights=LayerWeights(layer, arrays))


def views(of: Analysis, seed: int = 0) -> Snapshot:
    """Every layer's outputs for one sample."""
    draw = np.random.default_rng(seed)
    outputs = [np.abs(draw.normal(size=(1, *(e.output or ())))).astype(np.float32) for e in of.shapes]
    return Snapshot(0, 1.0, layer_views=tuple(cut(y, large_plan(y.shape[1:])) for y in outputs))


def activity(of: Analysis, silent: int = 3, at_ends: float = 0.25) -> Snapshot:
    told = tuple(
        LayerActivity((e.output or (0,))[-1], 4, silent if switches_off(layer) else None, at_ends if ends_of(layer) else None)
        for layer, e in zip(of.spec.layers, of.shapes, strict=True)
    )
    return Snapshot(0, 1.0, activity=told)
