"""Data points as they are painted everywhere: + is a circle, - is a diamond, training data filled, test data rings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

Array = NDArray[Any]


def draw_marker(painter: QPainter, at: QPointF, radius: float, *, plus: bool) -> None:
    """A circle for +, a diamond for -, with the painter's pen and brush; both look equally large."""
    if plus:
        painter.drawEllipse(at, radius, radius)
        return
    r = radius * 1.25
    painter.drawPolygon(QPolygonF([at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)]))


def marker_stamp(colour: str, ground: str, radius: float, ratio: float, *, plus: bool, ring: bool = False) -> QPixmap:
    """A picture of one marker, to be set many times; drawing each anew costs twenty times as much.

    Filled markers have a thin edge in the ground's colour; rings are filled with the ground's colour.
    """
    side = int(2 * radius * 1.25 + 5)
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(side / 2, side / 2)
    if ring:
        painter.setPen(QPen(QColor(colour), 1.4))
        painter.setBrush(QBrush(QColor(ground)))
        draw_marker(painter, centre, radius - 0.4, plus=plus)
    else:
        painter.setPen(QPen(QColor(ground), 1))
        painter.setBrush(QBrush(QColor(colour)))
        draw_marker(painter, centre, radius, plus=plus)
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
