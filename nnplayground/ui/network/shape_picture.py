"""What leaves a layer, as a small neutral picture: stacked maps, a strip of places, or a field of cells."""

from __future__ import annotations

from math import ceil, log2, sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnplayground.core.layers import Shape
from nnplayground.ui.theme.tokens import Tokens

MOST_CELLS = 144
MOST_MAPS = 6


def paint_shape(painter: QPainter, box: QRectF, shape: Shape, tokens: Tokens) -> None:
    """Draw one sample of `shape` inside the square `box`; sizes grow with the logarithm, so that all fit."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.border))
    if len(shape) >= 3:
        painter.setPen(QPen(QColor(tokens.ghost), 1))
        painter.setBrush(QColor(tokens.sunken))
        _maps(painter, box, shape)
    elif len(shape) == 2:
        _strip(painter, box, shape)
    else:
        _cells(painter, box, shape[0] if shape else 1)


def _maps(painter: QPainter, box: QRectF, shape: Shape) -> None:
    number = min(shape[-1], MOST_MAPS)
    longest = max(shape[:2])
    shift = box.width() * 0.07
    room = box.width() - shift * (number - 1)
    scale = room * min(1.0, 0.35 + 0.13 * log2(max(longest, 1))) / longest
    width, height = max(6.0, shape[1] * scale), max(6.0, shape[0] * scale)
    start = box.center() - QPointF((width + shift * (number - 1)) / 2, (height + shift * (number - 1)) / 2)
    for i in range(number):
        painter.drawRoundedRect(QRectF(start + QPointF(shift, shift) * i, QRectF(0, 0, width, height).size()), 2, 2)


def _strip(painter: QPainter, box: QRectF, shape: Shape) -> None:
    places, depth = min(shape[0], 12), min(shape[1], 8)
    side = min(box.width() / places, box.height() / depth, 9.0)
    start = box.center() - QPointF(places * side / 2, depth * side / 2)
    for i in range(places):
        painter.drawRoundedRect(QRectF(start.x() + i * side, start.y(), side - 1.5, depth * side), 1.5, 1.5)


def _cells(painter: QPainter, box: QRectF, number: int) -> None:
    shown = min(number, MOST_CELLS)
    across = min(max(1, ceil(sqrt(shown))), 12)
    down = ceil(shown / across)
    side = min(box.width() / max(across, 4), box.height() / max(down, 4), 14.0)
    start = box.center() - QPointF(across * side / 2, down * side / 2)
    for i in range(shown):
        corner = start + QPointF(i % across * side, i // across * side)
        painter.drawRoundedRect(QRectF(corner.x() + 0.75, corner.y() + 0.75, side - 1.5, side - 1.5), 2, 2)
