"""The arithmetic of one sample, layer by layer: weighted sums with their terms, softmax, and the loss with its numbers.

Everything is worked out in float64 from what the network's own layers gave and weigh (`Snapshot.activations`, `Snapshot.weights`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import Activation, Conv1D, Conv2D, Dense, LayerBase
from nnplayground.core.shapes import LayerShape
from nnplayground.core.targets import PASSES_THROUGH
from nnplayground.engine.answers import Array, Floats
from nnplayground.engine.probes import Snapshot

Place = tuple[int, ...]


@dataclass(frozen=True)
class Term:
    """One product of a weighted sum. `at` is the input's place in one sample of the layer's input; None in a convolution's padding."""

    at: Place | None
    weight: float
    value: float

    @property
    def product(self) -> float:
        return self.weight * self.value + 0.0  # never minus nothing


@dataclass(frozen=True)
class WeightedSum:
    """z = Σ wᵢxᵢ + b of one unit: all terms in their order; of many the largest, the largest first, and what the others come to."""

    terms: tuple[Term, ...]
    others: int
    others_sum: float
    bias: float | None
    z: float


@dataclass(frozen=True)
class LayerWorking:
    """What one layer does to one sample, at `place` of its output (its last axis is the unit)."""

    activation: str
    place: Place
    sum: WeightedSum | None
    """None where the layer only applies a function."""
    z: float
    output: float
    logits: Floats | None = None
    """(units,): what every unit has before the function; only for vectors."""
    outputs: Floats | None = None
    """(units,): what every unit gives; only for vectors."""

    @property
    def unit(self) -> int:
        return self.place[-1]

    @property
    def exps(self) -> Floats:
        """e^(z - the largest z) of every unit: what softmax divides by its sum."""
        assert self.logits is not None
        return np.asarray(np.exp(self.logits - self.logits.max()))


def has_working(layer: LayerBase) -> bool:
    """Whether what a layer does can be written as sums."""
    return isinstance(layer, Dense | Conv1D | Conv2D | Activation) and not layer.disabled


def work(
    layer: LayerBase, inputs: Array, outputs: Array, weights: tuple[Array, ...], unit: int | None = None, most: int = 5
) -> LayerWorking:
    """Write out what `layer` makes of `inputs` (*shape). `outputs` (*shape) are its own; `unit` None: the one that answers most.

    Of sequences and pictures it is the place where the unit answers most. `most` terms are told one by one. Raises TypeError
    for layers without such a working, and ValueError where the arrays are of another layer.
    """
    if not has_working(layer):
        raise TypeError(f"{type(layer).__name__} has no weighted sum.")
    _require_fit(layer, inputs, outputs, weights)
    activation = str(layer.activation)  # type: ignore[attr-defined]
    place = _place(outputs, unit)
    output = float(outputs[place])
    row = outputs.astype(np.float64) if outputs.ndim == 1 else None
    if isinstance(layer, Activation):
        logits = inputs.astype(np.float64) if inputs.ndim == 1 else None
        return LayerWorking(activation, place, None, float(inputs[place]), output, logits, row)
    kernel = weights[0]
    bias = float(weights[1][place[-1]]) if len(weights) > 1 else None
    if isinstance(layer, Dense):
        terms = _dense_terms(inputs, kernel, place)
        logits = None
        if row is not None:
            logits = inputs.astype(np.float64) @ kernel.astype(np.float64) + (weights[1] if len(weights) > 1 else 0.0)
    else:
        assert isinstance(layer, Conv1D | Conv2D)
        terms, logits = _window_terms(layer, inputs, kernel, place), None
    total = _summed(*terms, bias, most)
    return LayerWorking(activation, place, total, total.z, output, logits, row)


def working_of(
    analysis: Analysis, layer: int, sample: Array, snapshot: Snapshot, unit: int | None = None, most: int = 5
) -> LayerWorking | None:
    """The working of one layer for the one sample of `snapshot.activations`: `sample` (1, *input_shape), as the first layer gets it.

    None where the layer has none, or where the snapshot is of another network.
    """
    layers, outputs = analysis.spec.layers, snapshot.activations
    known = len(outputs) == len(snapshot.weights) == len(layers) and layer < len(layers) and len(outputs[layer]) == 1
    if not known or not has_working(layers[layer]) or outputs[layer].shape[1:] != analysis.shapes[layer].output:
        return None
    inputs = np.asarray(outputs[layer - 1] if layer else sample)[0]
    try:
        return work(layers[layer], inputs, outputs[layer][0], snapshot.weights[layer], unit, most)
    except ValueError:  # from before an edit
        return None


def _require_fit(layer: LayerBase, inputs: Array, outputs: Array, weights: tuple[Array, ...]) -> None:
    if isinstance(layer, Activation):
        fits = inputs.shape == outputs.shape
    else:
        channels = inputs.shape[-1] // getattr(layer, "groups", 1)
        fits = bool(weights) and weights[0].shape[-2:] == (channels, outputs.shape[-1]) and inputs.ndim == outputs.ndim
    if not fits:
        raise ValueError(f"{type(layer).__name__} cannot make {outputs.shape} of {inputs.shape} with these weights.")


def _place(outputs: Array, unit: int | None) -> Place:
    """Where a unit, or any unit, answers most; what is no number counts as nothing."""
    known = np.where(np.isnan(outputs), -np.inf, outputs)
    if unit is None:
        return tuple(int(i) for i in np.unravel_index(int(known.argmax()), known.shape))
    unit = min(unit, outputs.shape[-1] - 1)
    part = known[..., unit]
    return (*(int(i) for i in np.unravel_index(int(part.argmax()), part.shape)), unit) if part.ndim else (unit,)


_Terms = tuple[Floats, Floats, Callable[[int], Place | None]]
"""Weights and values of all products, (n,) each, and where in the input the value of one of them stands."""


def _dense_terms(inputs: Array, kernel: Array, place: Place) -> _Terms:
    before = place[:-1]
    values = inputs[before].astype(np.float64)
    return kernel[:, place[-1]].astype(np.float64), values, lambda i: (*before, i)


def _window_terms(layer: Conv1D | Conv2D, inputs: Array, kernel: Array, place: Place) -> _Terms:
    """The window under one place of a convolution's output, flattened; outside of the picture there is nothing but zeros."""
    size, strides, dilation = layer.windows()
    *spatial, unit = place
    channels = kernel.shape[-2]
    first = unit // (kernel.shape[-1] // layer.groups) * channels
    starts = []
    for n, k, stride, gap, at in zip(inputs.shape[:-1], size, strides, dilation, spatial, strict=True):
        missing = max((-(-n // stride) - 1) * stride + (k - 1) * gap + 1 - n, 0) if layer.padding == "same" else 0
        starts.append(at * stride - missing // 2)
    steps = [start + gap * np.arange(k) for start, gap, k in zip(starts, dilation, size, strict=True)]
    inside = [(s >= 0) & (s < n) for s, n in zip(steps, inputs.shape[:-1], strict=True)]
    window = np.zeros((*size, channels), np.float64)
    to, of = np.ix_(*map(np.flatnonzero, inside)), np.ix_(*(s[ok] for s, ok in zip(steps, inside, strict=True)))
    window[to] = inputs[of][..., first : first + channels]

    def where(i: int) -> Place | None:
        *offsets, channel = np.unravel_index(i, window.shape)
        if not all(ok[o] for ok, o in zip(inside, offsets, strict=True)):
            return None
        return (*(int(s[o]) for s, o in zip(steps, offsets, strict=True)), first + int(channel))

    return kernel[..., unit].astype(np.float64).reshape(-1), window.reshape(-1), where


def _summed(weights: Floats, values: Floats, where: Callable[[int], Place | None], bias: float | None, most: int) -> WeightedSum:
    products = weights * values
    z = float(products.sum()) + (bias or 0.0)
    if len(products) <= most + 1:  # to leave out one saves nothing
        chosen = np.arange(len(products))
    else:
        largest = np.argpartition(-np.abs(products), most - 1)[:most]
        chosen = largest[np.argsort(-np.abs(products[largest]), kind="stable")]
    terms = tuple(Term(where(int(i)), float(weights[i]), float(values[i])) for i in chosen)
    rest = np.delete(products, chosen)
    return WeightedSum(terms, len(rest), float(rest.sum()) + 0.0, bias, z)


def source_of(layers: tuple[LayerBase, ...], shapes: tuple[LayerShape, ...], layer: int, at: Place) -> tuple[int | None, Place]:
    """Where a number at place `at` of a layer's input is from: a layer's output, or the sample itself (None).

    What layers only pass on or lay out anew (Flatten, Dropout, …) is looked for further back.
    """
    while layer > 0 and (layers[layer - 1].disabled or isinstance(layers[layer - 1], PASSES_THROUGH)):
        layer -= 1
        shape = shapes[layer]
        if shape.input is None or shape.output is None:
            break
        if shape.input != shape.output and prod(shape.input) == prod(shape.output):
            flat = int(np.ravel_multi_index(at, shape.output))
            at = tuple(int(i) for i in np.unravel_index(flat, shape.input))
    return (layer - 1 if layer > 0 else None), at
