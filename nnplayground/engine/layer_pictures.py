"""How much of a layer's outputs a picture of it needs: of large ones a part, of very large ones what stands out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nnplayground.core.layers import Shape
from nnplayground.engine.events import Array

MOST_MAPS = 8
LONGEST_MAP = 96
"""Pixels a side of one map."""
LONGEST_SEQUENCE = 128
"""Steps, and features, of a sequence."""
MOST_UNITS = 65_536
MOST_VALUES = 400_000
"""Of a layer that is looked at on its own."""


@dataclass(frozen=True)
class Plan:
    """What `cut` does to samples of one shape: take the first `maps`, bring them into `shape`, and join neighbours.

    Along axis i of one sample, `factors[i]` neighbours become the one of them that is furthest from 0.
    """

    maps: int | None
    shape: Shape
    factors: tuple[int, ...]

    @property
    def result(self) -> Shape:
        """The shape of one sample afterwards."""
        return tuple(-(-n // f) for n, f in zip(self.shape, self.factors, strict=True))


def plan(shape: Shape) -> Plan:
    """The first maps of pictures, sequences as they are; everything else is one row of numbers."""
    kept: Shape
    limits: tuple[int, ...]
    if len(shape) == 3:
        height, width, maps = shape
        kept, limits = (height, width, min(maps, MOST_MAPS)), (LONGEST_MAP, LONGEST_MAP, MOST_MAPS)
    elif len(shape) == 2:
        kept, limits = shape, (LONGEST_SEQUENCE, LONGEST_SEQUENCE)
    else:
        kept, limits = (math.prod(shape),), (MOST_UNITS,)
    return Plan(kept[-1] if len(shape) == 3 else None, kept, tuple(-(-n // most) for n, most in zip(kept, limits, strict=True)))


def large_plan(shape: Shape) -> Plan:
    """For pictures as large as people look at them: every map, and nothing joined up to `MOST_VALUES` numbers."""
    kept = shape if len(shape) in (2, 3) else (math.prod(shape),)
    factors = [1] * len(kept)
    while math.prod(-(-n // f) for n, f in zip(kept, factors, strict=True)) > MOST_VALUES:
        # Of pictures height and width give way, never a map; of all else the longest axis does.
        axes = range(2 if len(kept) == 3 and max(kept[:2]) > 1 else len(kept))
        if len(kept) == 3 and all(factors[i] >= kept[i] for i in axes):
            axes = range(3)
        factors[max(axes, key=lambda i: kept[i] / factors[i])] += 1
    return Plan(kept[-1] if len(shape) == 3 else None, kept, tuple(factors))


def cut(values: Array, wanted: Plan | None = None) -> Array:
    """Outputs (n, *shape) as pictures need them, (n, *plan(shape).result); what is small enough stays as it is."""
    wanted = wanted or plan(values.shape[1:])
    if wanted.maps is not None:
        values = values[..., : wanted.maps]
    values = values.reshape(len(values), *wanted.shape)
    for axis, factor in enumerate(wanted.factors, 1):
        values = joined(values, axis, factor)
    return values


def joined(values: Array, axis: int, factor: int) -> Array:
    """Of every `factor` neighbours along an axis the one that is furthest from 0; not a number if one of them is none."""
    if factor == 1:
        return values
    pieces = -(-values.shape[axis] // factor)
    space = [(0, 0)] * values.ndim
    space[axis] = (0, pieces * factor - values.shape[axis])
    shape = (*values.shape[:axis], pieces, factor, *values.shape[axis + 1 :])
    split = np.pad(values, space).reshape(shape)
    high, low = split.max(axis + 1), split.min(axis + 1)
    return np.asarray(np.where(high < -low, low, high))
