"""Every layer a stack can hold. To add one: write its class, and name it in `LAYERS`."""

from __future__ import annotations

from nnplayground.core.layers.base import LayerBase, Shape, ShapeError, shape_text
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

__all__ = [
    "GRU", "LAYERS", "LSTM", "Activation", "AveragePooling1D", "AveragePooling2D", "BatchNormalization",
    "Bidirectional", "Conv1D", "Conv2D", "Dense", "Dropout", "Embedding", "Flatten", "GaussianNoise",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Layer",
    "LayerBase", "LayerNormalization", "MaxPooling1D", "MaxPooling2D", "Rescaling", "Reshape", "Shape",
    "ShapeError", "SimpleRNN", "shape_text",
]  # fmt: skip
