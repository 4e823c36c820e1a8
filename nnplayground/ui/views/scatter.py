"""A small plot with axes, painted without pyqtgraph: the ground of the regression views."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.ticks import linear_ticks, tick_text

FEW = 4
"""Ticks by which it is told how long the numbers at an axis are."""
Array = NDArray[Any]
Range = tuple[float, float]


def padded(values: Array, share: float = 0.06) -> Range:
    """A range a little wider than the finite values; never empty."""
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = (high - low) * share or max(abs(high), 1.0) * 0.1
    return low - room, high + room


def fitting(title: str, metrics: QFontMetricsF, room: float) -> str:
    """A title whole, or without its unit, or with an ellipsis."""
    for text in (title, title.rpartition(", ")[0]):
        if text and metrics.horizontalAdvance(text) <= room:
            return text
    return metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)


class Scatter(QWidget):
    """Axes with titles and round ticks; subclasses paint inside `area`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.x_range: Range = (0.0, 1.0)
        self.y_range: Range = (0.0, 1.0)
        self.x_title = ""
        self.y_title = ""
        self._least = 180, 180
        self.setMinimumSize(*self._least)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def grow_with_text(self, width: int, height: int) -> None:
        """Be at least so large, and as much higher as the text is larger: else titles leave no room for points."""
        self._least = width, height
        self._theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.setMinimumSize(self._least[0], self._theme.pixels(self._least[1]))

    def area(self) -> QRectF:
        """Where the points lie, in the widget."""
        metrics = QFontMetricsF(self._theme.font(Role.AXIS))
        title = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        # Wide enough for the longest number at the axis: prices have many digits.
        height = self.height() - 2 * title - metrics.height() - 16
        ticks = {*linear_ticks(*self.y_range, most=FEW), *linear_ticks(*self.y_range, most=_rows(height))}
        left = min(max(map(metrics.horizontalAdvance, ("\N{MINUS SIGN}00.0", *map(tick_text, ticks)))) + 8, self.width() * 0.4)
        return QRectF(left, title + 6, self.width() - left - 8, height)

    def place(self, x: float, y: float) -> QPointF:
        area = self.area()
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        up = (y - self.y_range[0]) / (self.y_range[1] - self.y_range[0])
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def places(self, x: Array, y: Array) -> NDArray[np.float64]:
        """Values as pixels (n, 2); what is not finite is left out."""
        known = np.isfinite(x) & np.isfinite(y)
        area = self.area()
        across = (np.asarray(x, np.float64)[known] - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        up = (np.asarray(y, np.float64)[known] - self.y_range[0]) / (self.y_range[1] - self.y_range[0])
        return np.stack([area.left() + across * area.width(), area.bottom() - up * area.height()], axis=1)

    def draw_axes(self, painter: QPainter, *, values: bool = True) -> None:
        """Grid, ticks and titles; the value axis has its title above it, so that nothing is read sideways.

        Without `values` the value axis is left to whoever draws it otherwise.
        """
        tokens, area = self._theme.tokens, self.area()
        painter.setFont(self._theme.font(Role.AXIS))
        height = QFontMetricsF(painter.font()).height()
        for tick in linear_ticks(*self.y_range, most=_rows(area.height())) if values else ():
            y = round(self.place(self.x_range[0], tick).y()) + 0.5
            painter.setPen(QPen(QColor(tokens.grid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens.faint))
            box = QRectF(0, y - height / 2, area.left() - 6, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick_text(tick))
        metrics = QFontMetricsF(painter.font())
        longest = max((metrics.horizontalAdvance(tick_text(end)) for end in linear_ticks(*self.x_range, most=FEW)), default=0.0)
        for tick in linear_ticks(*self.x_range, most=max(2, int(area.width() / max(36, longest + 14)))):
            x = self.place(tick, self.y_range[0]).x()
            half = metrics.horizontalAdvance(tick_text(tick)) / 2
            middle = max(min(x, self.width() - half), half)  # at the edge it stays inside
            painter.drawText(QRectF(middle - 40, area.bottom() + 4, 80, height), Qt.AlignmentFlag.AlignCenter, tick_text(tick))
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(self._theme.font(Role.CAPTION))
        painter.setPen(QColor(tokens.muted))
        metrics = QFontMetricsF(painter.font())
        painter.drawText(QPointF(0, metrics.ascent()), fitting(self.y_title, metrics, self.width()))
        below = QRectF(0, area.bottom() + height + 5, area.right(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, fitting(self.x_title, metrics, below.width()))

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(264, 264)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tallest = max(self.width(), 180)  # taller than wide would look like a hole
        if self.maximumHeight() != tallest:
            self.setMaximumHeight(tallest)


def _rows(height: float) -> int:
    """Ticks that have room above each other."""
    return max(2, int(height / 40))
