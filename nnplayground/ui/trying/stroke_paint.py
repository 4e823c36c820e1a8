"""How a stroke looks on the drawing pad."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from nnplayground.data.drawing import Stroke


def draw_stroke(painter: QPainter, stroke: Stroke, area: QRectF, colour: QColor) -> None:
    """A stroke as `smooth` has it; with one thickness it is one path, else a line for each piece."""
    side, places = area.width(), (stroke.points * area.width() + (area.left(), area.top())).tolist()
    widths = stroke.widths * side
    if len(places) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(*places[0]), widths[0] / 2, widths[0] / 2)
        return
    points = [QPointF(x, y) for x, y in places]
    middles = [(a + b) / 2 for a, b in pairwise(points)]
    round_pen = QPen(colour, float(widths[0]), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    even = bool(np.ptp(widths) == 0)
    path = QPainterPath(points[0])
    path.lineTo(middles[0])
    for i, (pull, end) in enumerate(zip(points[1:-1], middles[1:], strict=True)):
        path.quadTo(pull, end)
        if not even:
            round_pen.setWidthF(float(widths[i + 1]))
            painter.strokePath(path, round_pen)
            path = QPainterPath(end)
    path.lineTo(points[-1])
    if not even:
        round_pen.setWidthF(float(widths[-1]))
    painter.strokePath(path, round_pen)


def dashed(colour: QColor) -> QPen:
    pen = QPen(colour, 1)
    pen.setDashPattern([4, 3])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
