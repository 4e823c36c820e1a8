"""Histograms of one array over time: a ridge for each look, the newest in front."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QHideEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.engine.layer_weights import Histogram
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens

MOST_DRAWN = 40
SHADES = 256
OLDEST, NEWER, FILL = 0.2, 0.6, 0.25
"""How strong lines are, and the ground below the newest."""
DEPTH = 0.5
"""The part of the height over which ridges stand one behind the other."""
STALE = 0.6
PATIENCE, SHARE = 0.5, 0.05
"""Seconds that the ridges behind the newest stay as they are while more come, and the most of the time that goes into drawing them."""


@dataclass(frozen=True)
class _Behind:
    """All ridges but the newest, as they were drawn last: how much of the colour each pixel has."""

    size: tuple[int, int]
    span: tuple[float, float]
    drawn: list[Histogram]
    amounts: NDArray[np.float32]
    until: float
    """The moment up to which they may be out of date."""


class Ridges(QWidget):
    """Each ridge is as high as its fullest bin, so that its shape is seen; the axis is the same for all."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._title = theme, title
        self._history: Sequence[tuple[float, Histogram]] = ()
        self._behind: _Behind | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self.update)
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

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._late.stop()

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
            self._draw_ridges(painter, box)
            self._draw_axis(painter, box, line)
        painter.end()

    def _draw_axis(self, painter: QPainter, box: QRectF, line: float) -> None:
        tokens, (low, high) = self._theme.tokens, self.span if self._behind is None else self._behind.span
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
        ratio = painter.device().devicePixelRatioF()
        size = max(1, round(box.height() * ratio)), max(1, round(box.width() * ratio))
        drawn, span = [histogram for _, histogram in thinned(self._history, MOST_DRAWN)], self.span
        behind, now = self._behind, time.monotonic()
        if behind is None or behind.size != size or (not _same(behind, span, drawn) and now >= behind.until):
            amounts = np.zeros(size, np.float32)
            for i, histogram in enumerate(drawn[:-1]):
                self._add(amounts, histogram, span, len(drawn) - 1 - i, len(drawn), ratio)
            took = time.monotonic() - now
            behind = self._behind = _Behind(size, span, drawn, amounts, now + max(PATIENCE, took / SHARE))
        elif not _same(behind, span, drawn):
            self._late.start(round(1000 * (behind.until - now)) + 1)
        amounts = behind.amounts.copy()
        self._add(amounts, drawn[-1], behind.span, 0, len(behind.drawn), ratio)
        table = _table(self._theme.tokens)
        pixels = table[np.round(amounts * (SHADES - 1)).astype(np.intp)]
        image = QImage(pixels.tobytes(), size[1], size[0], 4 * size[1], QImage.Format.Format_ARGB32).copy()
        painter.drawImage(box, image)

    def _add(
        self, amounts: NDArray[np.float32], histogram: Histogram, span: tuple[float, float], age: int, count: int, ratio: float
    ) -> None:
        """Put a ridge in front of those that are there: `amounts` says how much of the colour each pixel has.

        Painting 40 polygons takes ten times as long.
        """
        height, width = amounts.shape
        (low, high), edges = span, histogram.edges
        step = min(height * DEPTH / max(count - 1, 1), 7.0 * ratio)
        base = height - 1 - step * age
        tall = height - 2 * ratio - step * (count - 1)
        middles = (edges[1:] + edges[:-1]) / 2
        ends = np.concatenate([edges[:1], middles, edges[-1:]])
        heights = np.concatenate([[0], histogram.counts, [0]]) / max(int(histogram.counts.max()), 1)
        places = np.linspace(low, high, width)
        line = base - np.interp(places, ends, heights, left=0.0, right=0.0) * tall
        thick = (1.6 if age == 0 else 1.0) * ratio
        first = max(0, int(line.min() - 2 * thick))
        last = min(height, int(base + thick) + 1)
        rows = np.arange(first, last, dtype=np.float32)[:, np.newaxis]
        seen = amounts[first:last]
        outside = (places < edges[0]) | (places > edges[-1])
        below = (rows > line) & (rows <= base) & ~outside
        seen[below] = FILL if age == 0 else 0.0
        # How far a pixel is from the line, and not only from the point above it: steep parts are as thin as flat ones.
        distance = np.abs(rows - line) / np.sqrt(1 + np.gradient(line) ** 2 if width > 1 else 1.0)
        strength = 1.0 if age == 0 else OLDEST + (NEWER - OLDEST) * (1 - age / count)
        cover = np.clip(thick / 2 + 0.5 - distance, 0, 1) * strength
        cover[:, outside] = 0
        np.maximum(seen, cover, out=seen)


def _same(behind: _Behind, span: tuple[float, float], drawn: Sequence[Histogram]) -> bool:
    """Whether they are still what stands behind the newest."""
    return behind.span == span and len(behind.drawn) == len(drawn) and all(a is b for a, b in zip(behind.drawn[:-1], drawn, strict=False))


@lru_cache(maxsize=8)
def _table(tokens: Tokens) -> NDArray[np.uint32]:
    """Amounts of the colour as pixels."""
    shades = colormap.mix(tokens.surface, tokens.magnitude, np.linspace(0, 1, SHADES)).astype(np.uint32)
    return np.asarray(0xFF000000 | shades[:, 0] << 16 | shades[:, 1] << 8 | shades[:, 2], np.uint32)


def thinned(history: Sequence[tuple[float, Histogram]], most: int) -> list[tuple[float, Histogram]]:
    """At most so many of them, the first and the newest always."""
    if len(history) <= most:
        return list(history)
    return [history[round(i)] for i in np.linspace(0, len(history) - 1, most)]
