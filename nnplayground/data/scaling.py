"""What is done to inputs and targets before the network meets them, fitted on training samples."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import DataSpec, Scaling
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Affine, Part

PIXEL_RANGE = 255.0
BLOCK = 10_000
THREADS = 2
CONSTANT = 1e-7
"""A column whose spread is below this share of its size counts as constant: rounding, not information."""


def fitted(data: DataSpec, train: Part, task: Task) -> tuple[Affine, Affine]:
    """What the settings of a data set do to inputs and target, fitted on these samples and no others."""
    inputs = Affine() if data.scaling is Scaling.NONE else fit(train.array, data.scaling)
    return inputs, fit_target(train.y, getattr(data, "target_scaling", "none")) if task is Task.REGRESSION else Affine()


def fit(x: NDArray[Any], scaling: Scaling) -> Affine:
    """The scaling of samples `x` (n, *shape): pixels (uint8) alike everywhere, other features each on its own."""
    if scaling is Scaling.NONE or not len(x):  # a painting may be empty still
        return Affine()
    if x.dtype == np.uint8:
        return _fit_pixels(x, scaling)
    if scaling is Scaling.STANDARD:
        mean = _summed(x, lambda block: block) / len(x)
        return _standard(mean, np.sqrt(_summed(x, lambda block: (block - mean) ** 2) / len(x)))
    low, high = x.min(axis=0).astype(np.float64), x.max(axis=0).astype(np.float64)
    scale = 1 / _spread(high - low, np.maximum(abs(low), abs(high)))
    offset = -low * scale - (0.5 if scaling is Scaling.MINUS_HALF_TO_HALF else 0.0)
    return Affine(scale.astype(np.float32), offset.astype(np.float32))


def _summed(x: NDArray[Any], what: Callable[[NDArray[Any]], NDArray[Any]]) -> Any:
    """The sum over all samples, exact enough; in blocks, since a copy of a large table would take twice its memory, and on two threads."""
    with ThreadPoolExecutor(THREADS) as threads:
        parts = threads.map(lambda start: what(x[start : start + BLOCK].astype(np.float64)).sum(axis=0), range(0, len(x), BLOCK))
        return sum(parts)


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
