"""The weights of one layer at close range: how the values of each array are spread, and as much of it as a picture shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import prod

import numpy as np

from nnplayground.core.layers import Activation, Conv2D, Dense, Dropout, Flatten, GaussianNoise, LayerBase, Rescaling, Shape
from nnplayground.engine.events import Array
from nnplayground.engine.layer_pictures import joined

HISTOGRAM_VALUES = 200_000
"""Of larger weight arrays every so-manieth value is counted: their shape is the same."""
COUNTED_VALUES = 1_000_000
"""Up to so many values the numbers of a `Spread` are exact."""
BINS, LEAST_BINS = 48, 6
MOST_TILES = 64
MOST_CHANNELS = 16
LONGEST_TILE = 64
LONGEST_SIDE = 512
MOST_JOINED = 8_000_000
"""Of larger arrays the picture shows every so-manieth row and column."""
KEEPS_ORDER = (Flatten, Rescaling, Dropout, GaussianNoise, Activation)
"""Behind these layers the numbers of a picture still stand where they stood."""


@dataclass(frozen=True)
class Histogram:
    """How the values of one weight array are spread: `counts` (bins,) between `edges` (bins + 1,)."""

    name: str
    edges: Array
    counts: Array
    not_finite: int = 0
    """Values left out, because they are no numbers any more."""


@dataclass(frozen=True)
class Spread:
    """An array's values in a few numbers; those that are no numbers are left out, and NaN stands where none is left."""

    histogram: Histogram
    mean: float
    std: float
    low: float
    high: float
    zeros: float
    """The share of values that are exactly 0."""
    counted: int
    """How many values were looked at: all of them, or every so-manieth."""


@dataclass(frozen=True)
class WeightArray:
    """One array of a layer's weights, by Keras's name for it."""

    name: str
    shape: Shape
    values: Spread
    gradient: Spread | None
    """None for what is not trained."""
    picture: Array
    """(height, width, channels, tiles): patterns that are looked for; (rows, columns): a matrix; (n,): a row of numbers."""


@dataclass(frozen=True)
class LayerWeights:
    """What a request for `weights_of` a layer is answered with."""

    layer: int
    arrays: tuple[WeightArray, ...]


def histogram(name: str, values: Array, bins: int) -> Histogram:
    """How the values are spread over their range."""
    flat = _thinned(values, HISTOGRAM_VALUES)
    finite = flat[np.isfinite(flat)].astype(np.float64)  # of float32 a narrow range cannot be divided
    counts, edges = np.histogram(finite, bins, _limits(finite, bins))
    return Histogram(name, edges, counts, int(flat.size - finite.size))


def _limits(values: Array, bins: int) -> tuple[float, float] | None:
    """Where the bins begin and end; None: at the least and the greatest value, as long as numbers are fine enough for that."""
    if not values.size:
        return None
    low, high = float(values.min()), float(values.max())
    largest = max(abs(low), abs(high))
    if high - low > 8 * bins * float(np.spacing(largest)):
        return None
    margin = max(0.5, 1e-6 * largest)
    return low - margin, high + margin


def spread(name: str, values: Array) -> Spread:
    """The same and more: what stands beside the picture of it."""
    flat = _thinned(values, COUNTED_VALUES)
    finite = flat[np.isfinite(flat)]
    bins = min(BINS, max(LEAST_BINS, math.ceil(2 * math.sqrt(flat.size))))
    drawn = histogram(name, finite, bins)
    drawn = Histogram(name, drawn.edges, drawn.counts, int(flat.size - finite.size))
    if not finite.size:
        return Spread(drawn, *(float("nan"),) * 4, 0.0, flat.size)
    mean, std = float(finite.mean(dtype=np.float64)), float(finite.std(dtype=np.float64))
    zeros = float((finite == 0).mean())
    return Spread(drawn, mean, std, float(finite.min()), float(finite.max()), zeros, flat.size)


def weight_array(name: str, values: Array, gradient: Array | None, tile: Shape | None) -> WeightArray:
    """One array; `tile` as `tile_of` has it."""
    slopes = None if gradient is None else spread(name, gradient)
    return WeightArray(name, values.shape, spread(name, values), slopes, picture(values, tile))


def tile_of(layers: tuple[LayerBase, ...], index: int, input_shape: Shape) -> Shape | None:
    """How the weights of one unit are a picture: (height, width, channels); None where they are none.

    They are for filters, and for units that see every number of a picture.
    """
    layer = layers[index]
    if isinstance(layer, Conv2D):
        return layer.kernel_size if prod(layer.kernel_size) > 1 else None
    before = [other for other in layers[:index] if not other.disabled]
    ordered = all(isinstance(other, KEEPS_ORDER) for other in before) and any(isinstance(other, Flatten) for other in before)
    return input_shape if isinstance(layer, Dense) and len(input_shape) == 3 and ordered else None


def picture(values: Array, tile: Shape | None) -> Array:
    """As much of an array as a picture shows: the first tiles, or all of it with neighbours joined."""
    if tile is not None and values.ndim >= 2:
        if values.ndim == 2:
            values = values[:, :MOST_TILES].reshape(*tile, -1)
        values = values[..., :MOST_CHANNELS, :MOST_TILES]
        for axis in (0, 1):
            values = joined(values, axis, -(-values.shape[axis] // LONGEST_TILE))
        return np.array(values)
    if values.ndim < 2:
        row = values.reshape(-1)
        return np.array(joined(row, 0, -(-row.size // LONGEST_SIDE) or 1))
    matrix = values.reshape(-1, values.shape[-1])
    factors = [-(-n // LONGEST_SIDE) or 1 for n in matrix.shape]
    if matrix.size > MOST_JOINED:
        return np.array(matrix[:: factors[0], :: factors[1]])
    return np.array(joined(joined(matrix, 0, factors[0]), 1, factors[1]))


def _thinned(values: Array, most: int) -> Array:
    flat = values.reshape(-1)
    return np.asarray(flat[:: -(-flat.size // most) or 1])
