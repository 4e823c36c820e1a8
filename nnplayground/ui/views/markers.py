"""Data points as they are painted everywhere: + is a circle, - is a diamond, training data filled, test data rings.

Of more than two classes each has a shape of its own; the first two are - and +.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

Array = NDArray[Any]


def _regular(corners: int, turn: float = 0.0, inner: float = 1.0) -> list[tuple[float, float]]:
    """The corners of a regular polygon, the first at the top, or with `inner` below 1 of a star; as large as the unit circle."""
    count = corners if inner == 1.0 else 2 * corners
    radii = [1.0 if inner == 1.0 or i % 2 == 0 else inner for i in range(count)]
    area = 0.5 * math.sin(2 * math.pi / count) * sum(radii[i] * radii[i - 1] for i in range(count))
    size = math.sqrt(math.pi / area)
    angles = [2 * math.pi * i / count + turn for i in range(count)]
    return [(size * r * math.sin(a), -size * r * math.cos(a)) for r, a in zip(radii, angles, strict=True)]


_CROSS = [(-0.45, -1.3), (0.45, -1.3), (0.45, -0.45), (1.3, -0.45), (1.3, 0.45), (0.45, 0.45), (0.45, 1.3), (-0.45, 1.3), (-0.45, 0.45),
          (-1.3, 0.45), (-1.3, -0.45), (-0.45, -0.45)]  # fmt: skip
_SHAPES: tuple[list[tuple[float, float]], ...] = (
    [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)], [], _regular(4, math.pi / 4), _regular(3), _CROSS, _regular(3, math.pi),
    _regular(5, inner=0.5), _regular(6), _regular(4, math.pi / 4, inner=0.45), _regular(3, inner=0.4),
)  # fmt: skip
"""By class number; the empty one is a circle."""


def draw_class_marker(painter: QPainter, at: QPointF, radius: float, index: int) -> None:
    """The shape of a class, with the painter's pen and brush; all look equally large."""
    shape = _SHAPES[index % len(_SHAPES)]
    if shape:
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) * radius for x, y in shape]))
    else:
        painter.drawEllipse(at, radius, radius)


def draw_marker(painter: QPainter, at: QPointF, radius: float, *, plus: bool) -> None:
    """A circle for +, a diamond for -, with the painter's pen and brush; both look equally large."""
    draw_class_marker(painter, at, radius, int(plus))


def marker_stamp(colour: str, ground: str, radius: float, ratio: float, *, plus: bool, ring: bool = False) -> QPixmap:
    """The picture of a marker for + or -, to be set many times; drawing each anew costs twenty times as much."""
    return class_stamp(colour, ground, radius, ratio, int(plus), ring=ring)


def class_stamp(colour: str, ground: str, radius: float, ratio: float, index: int, *, ring: bool = False) -> QPixmap:
    """The picture of a class's marker.

    Filled markers have a thin edge in the ground's colour; rings are filled with the ground's colour.
    """
    side = int(2 * radius * (1.25 if index < 2 else 1.6) + 5)
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(side / 2, side / 2)
    if ring:
        painter.setPen(QPen(QColor(colour), 1.4))
        painter.setBrush(QBrush(QColor(ground)))
        draw_class_marker(painter, centre, radius - 0.4, index)
    else:
        painter.setPen(QPen(QColor(ground), 1))
        painter.setBrush(QBrush(QColor(colour)))
        draw_class_marker(painter, centre, radius, index)
    painter.end()
    return pixmap


def stamp_all(painter: QPainter, stamp: QPixmap, places: Iterable[Sequence[float]]) -> None:
    """Set a stamp at each (x, y)."""
    half = stamp.deviceIndependentSize().width() / 2
    for x, y in places:
        painter.drawPixmap(QPointF(x - half, y - half), stamp)


def card(painter: QPainter, box: QRectF, *, fill: QColor, edge: QColor) -> None:
    """The ground of a read-out."""
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QBrush(fill))
    painter.drawRoundedRect(box, 4, 4)
