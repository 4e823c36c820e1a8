"""What is known of a layer's outputs before there are any: whether they have two signs, and how large they get."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import (
    AveragePooling1D,
    AveragePooling2D,
    Bidirectional,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    LayerBase,
    MaxPooling1D,
    MaxPooling2D,
    Rescaling,
    Reshape,
)
from nnplayground.engine.layer_activity import function_of

KEEPS_RANGE = (
    Dropout, Flatten, Reshape, MaxPooling1D, MaxPooling2D, AveragePooling1D, AveragePooling2D, GlobalMaxPooling1D, GlobalMaxPooling2D,
    GlobalAveragePooling1D, GlobalAveragePooling2D,
)  # fmt: skip
"""Layers whose outputs are inputs, or means of inputs."""
NOT_NEGATIVE = (
    "relu", "relu6", "sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax", "softplus", "squareplus", "sparse_plus",
    "exponential",
)  # fmt: skip
WITHIN_ONE = (
    "sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax", "tanh", "softsign", "hard_tanh", "sign", "sine",
)  # fmt: skip


@dataclass(frozen=True)
class Outputs:
    """`signed`: below 0, too. `bound`: never further from 0 than that; None: as far as they like."""

    signed: bool
    bound: float | None = None


def of_inputs(analysis: Analysis) -> Outputs:
    """The same of what the network is given."""
    low, high = analysis.facts.input_range
    return Outputs(low < 0, max(abs(low), abs(high)))


def outputs_of(analysis: Analysis) -> tuple[Outputs, ...]:
    """One entry a layer."""
    found: list[Outputs] = []
    before = of_inputs(analysis)
    for layer in analysis.spec.layers:
        if not layer.disabled:
            before = _of_layer(layer, before)
        found.append(before)
    return tuple(found)


def _of_layer(layer: LayerBase, before: Outputs) -> Outputs:
    if isinstance(layer, KEEPS_RANGE):
        return before
    if isinstance(layer, Rescaling):
        positive = layer.scale >= 0 and layer.offset >= 0 and not before.signed
        return Outputs(not positive, None if before.bound is None else abs(layer.scale) * before.bound + abs(layer.offset))
    function = function_of(layer)
    if function is None:
        return Outputs(signed=True)
    bound = 1.0 if function in WITHIN_ONE else 6.0 if function == "relu6" else None
    if isinstance(layer, Bidirectional) and layer.merge_mode == "sum" and bound is not None:
        bound *= 2
    return Outputs(function not in NOT_NEGATIVE, bound)
