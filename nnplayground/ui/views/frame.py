"""Where a piece of a plane lies in a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

Array = NDArray[Any]
Range = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """The square of the map in the widget, and which part of the plane it shows."""

    area: QRectF
    x_range: Range
    y_range: Range

    @property
    def low(self) -> float:
        """Where the plane begins, for planes with both axes alike."""
        return self.x_range[0]

    @property
    def high(self) -> float:
        """Where the plane ends, for planes with both axes alike."""
        return self.x_range[1]

    @property
    def scale(self) -> float:
        """Pixels for one unit across."""
        return self.area.width() / (self.x_range[1] - self.x_range[0])

    def to_pixel(self, points: Array) -> Array:
        """Points of the plane (n, 2) as pixels (n, 2)."""
        (left, right), (bottom, top) = self.x_range, self.y_range
        points = np.asarray(points, np.float64)
        x = self.area.left() + (points[:, 0] - left) / (right - left) * self.area.width()
        return np.stack([x, self.area.bottom() - (points[:, 1] - bottom) / (top - bottom) * self.area.height()], axis=1)

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        (left, right), (bottom, top) = self.x_range, self.y_range
        return (
            left + (at.x() - self.area.left()) / self.area.width() * (right - left),
            bottom + (self.area.bottom() - at.y()) / self.area.height() * (top - bottom),
        )
