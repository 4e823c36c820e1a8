"""Every layer a stack can hold. To add one: write its class, and name it in `LAYERS`."""

from __future__ import annotations

from nnplayground.core.layers.base import LAYER_NAME, LayerBase, Shape, ShapeError, shape_text
from nnplayground.core.layers.dense import (
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    LayerNormalization,
    Rescaling,
    Reshape,
)
from nnplayground.core.layers.sequence import GRU, LSTM, Bidirectional, Embedding, SimpleRNN
from nnplayground.core.layers.spatial import (
    AveragePooling1D,
    AveragePooling2D,
    Conv1D,
    Conv2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from nnplayground.core.value import keras_object

LAYERS: tuple[type[LayerBase], ...] = (
    Dense, Activation, Flatten, Reshape, Rescaling, Dropout, GaussianNoise, BatchNormalization, LayerNormalization,
    Conv1D, Conv2D, MaxPooling1D, MaxPooling2D, AveragePooling1D, AveragePooling2D,
    GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalAveragePooling1D, GlobalAveragePooling2D,
    Embedding, SimpleRNN, LSTM, GRU, Bidirectional,
)  # fmt: skip

Layer = keras_object("a layer", *LAYERS)

_BY_KERAS = frozenset((*(cls.__name__.lower() for cls in LAYERS), "inputlayer"))


def is_automatic(name: str) -> bool:
    """Whether Keras may give this name to a layer that has none of its own: `dense`, `max_pooling2d_3`."""
    bare, _, number = name.rpartition("_")
    word = bare if bare and number.isdecimal() else name
    return name.islower() and word.replace("_", "") in _BY_KERAS


__all__ = [
    "GRU", "LAYERS", "LAYER_NAME", "LSTM", "Activation", "AveragePooling1D", "AveragePooling2D", "BatchNormalization",
    "Bidirectional", "Conv1D", "Conv2D", "Dense", "Dropout", "Embedding", "Flatten", "GaussianNoise",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Layer",
    "LayerBase", "LayerNormalization", "MaxPooling1D", "MaxPooling2D", "Rescaling", "Reshape", "Shape",
    "ShapeError", "SimpleRNN", "is_automatic", "shape_text",
]  # fmt: skip
