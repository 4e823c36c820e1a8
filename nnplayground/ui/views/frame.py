"""Where a square of the plane lies in a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

Array = NDArray[Any]


@dataclass(frozen=True)
class Frame:
    """The square of the map in the widget, and which part of the plane it shows."""

    area: QRectF
    low: float
    high: float

    @property
    def scale(self) -> float:
        """Pixels for one unit of the plane."""
        return self.area.width() / (self.high - self.low)

    def to_pixel(self, points: Array) -> Array:
        """Points of the plane (n, 2) as pixels (n, 2)."""
        share = (np.asarray(points, np.float64) - self.low) / (self.high - self.low)
        x = self.area.left() + share[:, 0] * self.area.width()
        return np.stack([x, self.area.bottom() - share[:, 1] * self.area.height()], axis=1)

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        span = self.high - self.low
        return (
            self.low + (at.x() - self.area.left()) / self.area.width() * span,
            self.low + (self.area.bottom() - at.y()) / self.area.height() * span,
        )
