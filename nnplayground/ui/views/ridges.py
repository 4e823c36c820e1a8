"""Histograms of one array over time: a ridge for each look, the newest in front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.engine.layer_weights import Histogram
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme

MOST_DRAWN = 40
DEPTH = 0.5
"""The part of the height over which ridges stand one behind the other."""
STALE = 0.6


class Ridges(QWidget):
    """Each ridge is as high as its fullest bin, so that its shape is seen; the axis is the same for all."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._title = theme, title
        self._history: Sequence[tuple[float, Histogram]] = ()
        self.stale = False
        self.setAccessibleName(title)
        self.setToolTip(self.tr("{title}: the newest in front, each as high as its fullest bin.").format(title=title))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.updateGeometry)

    def show_history(self, history: Sequence[tuple[float, Histogram]], *, stale: bool) -> None:
        """Epochs with what was seen then, the newest last."""
        self._history, self.stale = history, stale
        self.update()

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis: of everything that is shown."""
        drawn = [h for _, h in self._history if h.counts.any()]
        if not drawn:
            return -1.0, 1.0
        low, high = min(float(h.edges[0]) for h in drawn), max(float(h.edges[-1]) for h in drawn)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def sizeHint(self) -> QSize:
        return QSize(180, self._theme.pixels(108))

    def minimumSizeHint(self) -> QSize:
        return QSize(70, self._theme.pixels(80))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = self._theme.font(Role.AXIS)
        line = QFontMetricsF(small).height()
        painter.setFont(self._theme.font(Role.CAPTION))
        painter.setPen(QColor(tokens.muted))
        head = QFontMetricsF(painter.font()).height()
        title = QFontMetricsF(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), head), Qt.AlignmentFlag.AlignLeft, title)
        box = QRectF(1, head + 3, self.width() - 2, self.height() - head - line - 5)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if self._history and box.height() > 8:
            if self.stale:
                painter.setOpacity(STALE)
            self._draw_axis(painter, box, line)
            self._draw_ridges(painter, box)
        painter.end()

    def _draw_axis(self, painter: QPainter, box: QRectF, line: float) -> None:
        tokens, (low, high) = self._theme.tokens, self.span
        painter.setFont(self._theme.font(Role.AXIS))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(tokens.faint))
        below = QRectF(box.left(), box.bottom() + 2, box.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(high))
        if not low < 0 < high:
            return
        x = box.left() + box.width() * -low / (high - low)
        painter.setPen(QPen(QColor(tokens.grid), 1))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        left, right = metrics.horizontalAdvance(number(low)) + 8, metrics.horizontalAdvance(number(high)) + 8
        if box.left() + left < x < box.right() - right:
            painter.setPen(QColor(tokens.faint))
            painter.drawText(QRectF(x - 10, below.top(), 20, line), Qt.AlignmentFlag.AlignHCenter, "0")

    def _draw_ridges(self, painter: QPainter, box: QRectF) -> None:
        tokens = self._theme.tokens
        drawn = thinned(self._history, MOST_DRAWN)
        count = len(drawn)
        step = min(box.height() * DEPTH / max(count - 1, 1), 7.0)
        tall = box.height() - step * (count - 1) - 2
        ages = np.linspace(0.25, 0.8, max(count - 1, 1))
        shades = colormap.mix(tokens.surface, tokens.magnitude, ages)
        ground = QColor(tokens.surface)
        for i, (_, histogram) in enumerate(drawn):
            newest = i == count - 1
            base = box.bottom() - step * (count - 1 - i)
            outline = QPolygonF([QPointF(x, y) for x, y in self._points(histogram, box, base, tall)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawPolygon(outline)
            colour = QColor(tokens.magnitude) if newest else QColor(*(int(v) for v in shades[i]))
            painter.setPen(QPen(colour, 1.6 if newest else 1.0))
            if newest:
                filled = QColor(colour)
                filled.setAlphaF(0.22)
                painter.setBrush(filled)
            painter.drawPolygon(outline) if newest else painter.drawPolyline(outline)

    def _points(self, histogram: Histogram, box: QRectF, base: float, tall: float) -> list[list[float]]:
        low, high = self.span
        most = max(int(histogram.counts.max()), 1)
        middles: NDArray[Any] = (histogram.edges[1:] + histogram.edges[:-1]) / 2
        ends = np.concatenate([histogram.edges[:1], middles, histogram.edges[-1:]])
        x = box.left() + (ends - low) / (high - low) * box.width()
        y = base - np.concatenate([[0], histogram.counts, [0]]) / most * tall
        return np.stack([x, y], axis=-1).tolist()


def thinned(history: Sequence[tuple[float, Histogram]], most: int) -> list[tuple[float, Histogram]]:
    """At most so many of them, the first and the newest always."""
    if len(history) <= most:
        return list(history)
    return [history[round(i)] for i in np.linspace(0, len(history) - 1, most)]
