"""What a column of numbers is like, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 24


@dataclass(frozen=True)
class ColumnStatistics:
    """Of the values that are numbers; without any, all is NaN. `deviation` is the population's, as scaling uses it."""

    name: str
    count: int
    missing: int
    """How many values are no finite numbers."""
    low: float
    mean: float
    high: float
    deviation: float
    bins: tuple[int, ...]
    """How many values lie in each of 24 equally wide ranges from the least to the largest."""


def column_statistics(name: str, values: NDArray[Any]) -> ColumnStatistics:
    """Work out the statistics of `values` (n,)."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    missing = len(values) - len(finite)
    if not len(finite):
        nothing = float("nan")
        return ColumnStatistics(name, 0, missing, nothing, nothing, nothing, nothing, (0,) * BINS)
    low, high = float(finite.min()), float(finite.max())
    mean = float(finite.mean(dtype=np.float64))
    room = (high - low) or 1.0
    places = ((finite.astype(np.float64) - low) * (BINS / room)).astype(np.int64)
    bins = np.bincount(np.minimum(places, BINS - 1), minlength=BINS)
    deviation = float(finite.std(dtype=np.float64))
    return ColumnStatistics(name, len(finite), missing, low, mean, high, deviation, tuple(bins.tolist()))
