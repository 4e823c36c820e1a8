"""What a network is given of a point on a plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import DataSpec, Feature

Column = NDArray[np.float32]

PLANE_FEATURES = (Feature.X1, Feature.X2)

FORMULAS: dict[Feature, Callable[[Column, Column], Column]] = {
    Feature.X1: lambda x1, x2: x1,
    Feature.X2: lambda x1, x2: x2,
    Feature.X1_SQUARED: lambda x1, x2: x1 * x1,
    Feature.X2_SQUARED: lambda x1, x2: x2 * x2,
    Feature.X1_X2: lambda x1, x2: x1 * x2,
    Feature.SIN_X1: lambda x1, x2: np.sin(x1),
    Feature.SIN_X2: lambda x1, x2: np.sin(x2),
}


def derive(points: NDArray[np.float32], features: Sequence[Feature]) -> NDArray[np.float32]:
    """The features of `points` (n, 2), one column each, in the order asked for: (n, len(features))."""
    points = np.asarray(points, np.float32)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"expected points of shape (n, 2); found {points.shape}")
    return np.stack([FORMULAS[f](points[:, 0], points[:, 1]) for f in features], axis=1).astype(np.float32, copy=False)


def features_of(data: DataSpec) -> tuple[Feature, ...]:
    """The features that a project's network is given of a point: its own choice, or the point as it is."""
    return getattr(data, "features", PLANE_FEATURES)
