"""What is done to inputs and targets before the network meets them, fitted on training samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import Scaling
from nnplayground.data.dataset import Affine

PIXEL_RANGE = 255.0
CONSTANT = 1e-7
"""A column whose spread is below this share of its size counts as constant: rounding, not information."""


def fit(x: NDArray[Any], scaling: Scaling) -> Affine:
    """The scaling of samples `x` (n, *shape): pixels (uint8) alike everywhere, other features each on its own."""
    if scaling is Scaling.NONE or not len(x):  # a painting may be empty still
        return Affine()
    if x.dtype == np.uint8:
        return _fit_pixels(x, scaling)
    values = x.astype(np.float64)
    if scaling is Scaling.STANDARD:
        return _standard(values.mean(axis=0), values.std(axis=0))
    low, high = values.min(axis=0), values.max(axis=0)
    scale = 1 / _spread(high - low, np.maximum(abs(low), abs(high)))
    offset = -low * scale - (0.5 if scaling is Scaling.MINUS_HALF_TO_HALF else 0.0)
    return Affine(scale.astype(np.float32), offset.astype(np.float32))


def fit_target(y: NDArray[np.float32], scaling: str) -> Affine:
    """The scaling of values `y` (n,): 'none' or 'standard'."""
    if scaling == "none" or not len(y):
        return Affine()
    fitted = _standard(y.mean(dtype=np.float64), y.std(dtype=np.float64))
    return Affine(float(fitted.scale), float(fitted.offset))


def _fit_pixels(x: NDArray[np.uint8], scaling: Scaling) -> Affine:
    if scaling is Scaling.UNIT:
        return Affine(1 / PIXEL_RANGE)
    if scaling is Scaling.MINUS_HALF_TO_HALF:
        return Affine(1 / PIXEL_RANGE, -0.5)
    # Counting the 256 values in blocks gives the exact mean and deviation without a float copy of every image.
    counts = np.zeros(256, np.int64)
    for start in range(0, len(x), 5000):
        counts += np.bincount(x[start : start + 5000].reshape(-1), minlength=256)
    values = np.arange(256)
    mean = np.average(values, weights=counts)
    fitted = _standard(mean, np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    return Affine(float(fitted.scale), float(fitted.offset))


def _standard(mean: Any, deviation: Any) -> Affine:
    scale = 1 / _spread(deviation, abs(mean))
    return Affine(np.asarray(scale, np.float32), np.asarray(-mean * scale, np.float32))


def _spread(spread: Any, size: Any) -> Any:
    """The spread to divide by: 1 where a feature is constant."""
    return np.where(spread > np.maximum(CONSTANT * size, np.finfo(np.float32).tiny), spread, 1.0)
