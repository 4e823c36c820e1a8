"""Histograms of one array over time: a ridge for each look, the newest in front."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QHideEvent, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.engine.layer_weights import Histogram
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens

Floats = NDArray[np.float64]

MOST_DRAWN = 40
SHADES = 256
OLDEST, NEWER, FILL = 0.2, 0.6, 0.25
"""How strong lines are, and the ground below the newest."""
FRONT = 1.6
"""How thick the newest ridge's line is, where others are 1."""
DEPTH = 0.5
"""The part of the height over which ridges stand one behind the other."""
STALE = 0.6
PATIENCE, SHARE = 0.5, 0.05
"""Seconds that the ridges behind the newest stay as they are while more come, and the most of the time that goes into drawing them."""
AT_ONCE = 0.003
"""Seconds of drawing them after which the window does other things first."""


@dataclass
class _Behind:
    """All ridges but the newest, drawn or being drawn: how much of the colour each pixel has."""

    size: tuple[int, int]
    span: tuple[float, float]
    drawn: list[Histogram]
    amounts: NDArray[np.float32]
    there: int = 0
    """So many of them are in `amounts`."""
    took: float = 0.0
    """Seconds."""
    until: float = 0.0
    """The moment up to which they may be out of date."""
    picture: tuple[Tokens, QImage] | None = None
    """`amounts` in the theme's colours."""

    @property
    def is_whole(self) -> bool:
        return self.there >= len(self.drawn) - 1


class Ridges(QWidget):
    """Each ridge is as high as its fullest bin, so that its shape is seen; the axis is the same for all."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._title = theme, title
        self._history: Sequence[tuple[float, Histogram]] = ()
        self._drawn: list[Histogram] = []
        self.span = _span(())
        """The ends of the axis: of everything that is shown."""
        self._behind: _Behind | None = None
        self._next: _Behind | None = None
        """What will stand behind as soon as all of it is drawn."""
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._renew_behind)
        self.stale = False
        self.setAccessibleName(title)
        self.setToolTip(self.tr("{title}: the newest in front, each as high as its fullest bin.").format(title=title))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.updateGeometry)

    def show_history(self, history: Sequence[tuple[float, Histogram]], *, stale: bool) -> None:
        """Epochs with what was seen then, the newest last."""
        self._history, self.stale = history, stale
        self._drawn, self.span = [histogram for _, histogram in thinned(history, MOST_DRAWN)], _span(history)
        self.update()

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
        drawn, span = self._drawn, self.span
        behind = self._behind
        if behind is None or behind.size != size or behind.drawn[0] is not drawn[0]:
            behind = self._behind = self._draw_behind(_Behind(size, span, drawn, np.zeros(size, np.float32)), ratio)
            self._next = None
        elif not self._late.isActive() and not _same(behind, span, drawn):
            self._late.start(max(0, round(1000 * (behind.until - time.monotonic())) + 1))
        tokens = self._theme.tokens
        if behind.picture is None or behind.picture[0] is not tokens:
            behind.picture = tokens, _in_colours(behind.amounts, tokens)
        image = behind.picture[1].copy()
        self._draw_newest(image, drawn[-1], behind, ratio)
        painter.drawImage(box, image)

    def _draw_newest(self, image: QImage, histogram: Histogram, behind: _Behind, ratio: float) -> None:
        """The ridge in front of all, which every look moves."""
        xs, ys, _ = _outline(histogram, behind, 0, ratio)
        outline = QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])
        shades, painter = _table(self._theme.tokens), QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromRgba(int(shades[round(FILL * (SHADES - 1))])))
        painter.drawPolygon(outline)
        painter.setPen(QPen(QColor.fromRgba(int(shades[-1])), FRONT * ratio))
        painter.drawPolyline(outline)
        painter.end()

    def _renew_behind(self) -> None:
        """Draw what is to stand behind the newest, a part each time; what stands there stays until all of it is drawn."""
        behind, drawn = self._behind, self._drawn
        if behind is None or not drawn or behind.drawn[0] is not drawn[0] or _same(behind, self.span, drawn):
            return  # a history of another layer or run is drawn at once
        if self._next is None:
            self._next = _Behind(behind.size, self.span, drawn, np.zeros(behind.size, np.float32))
        if self._draw_behind(self._next, self.devicePixelRatioF(), AT_ONCE).is_whole:
            self._behind, self._next = self._next, None
            self.update()
        else:
            self._late.start(0)

    def _draw_behind(self, behind: _Behind, ratio: float, seconds: float = np.inf) -> _Behind:
        """Put in those that are missing, for so long, but at least one of them."""
        start = time.monotonic()
        while not behind.is_whole:
            self._add(behind, ratio)
            if time.monotonic() - start > seconds:
                break
        behind.took += time.monotonic() - start
        behind.until = time.monotonic() + max(PATIENCE, behind.took / SHARE)
        return behind

    def _add(self, behind: _Behind, ratio: float) -> None:
        """Put the next ridge in front of those that are there: `amounts` says how much of the colour each pixel has.

        Painting 40 polygons takes ten times as long.
        """
        amounts, histogram, count = behind.amounts, behind.drawn[behind.there], len(behind.drawn)
        age = count - 1 - behind.there
        xs, ys, base = _outline(histogram, behind, age, ratio)
        height, width = amounts.shape
        places = np.arange(width) + 0.5
        line = np.interp(places, xs, ys, left=base, right=base)
        first = max(0, int(line.min() - 2 * ratio))
        last = min(height, int(base + ratio) + 1)
        rows = np.arange(first, last, dtype=np.float32)[:, np.newaxis]
        seen = amounts[first:last]
        outside = (places < xs[0]) | (places > xs[-1])
        below = (rows > line) & (rows <= base) & ~outside
        seen[below] = 0.0
        # How far a pixel is from the line, and not only from the point above it: steep parts are as thin as flat ones.
        distance = np.abs(rows - line) / np.sqrt(1 + np.gradient(line) ** 2 if width > 1 else 1.0)
        strength = OLDEST + (NEWER - OLDEST) * (1 - age / count)
        cover = np.clip(ratio / 2 + 0.5 - distance, 0, 1) * strength
        cover[:, outside] = 0
        np.maximum(seen, cover, out=seen)
        behind.there += 1


def _outline(histogram: Histogram, behind: _Behind, age: int, ratio: float) -> tuple[Floats, Floats, float]:
    """A ridge's corners in pixels from its left end to its right, and how far down it stands; the newest is of age 0."""
    (height, width), (low, high), count = behind.size, behind.span, len(behind.drawn)
    step = min(height * DEPTH / max(count - 1, 1), 7.0 * ratio)
    base = height - 1 - step * age
    tall = height - 2 * ratio - step * (count - 1)
    edges = histogram.edges
    places = np.concatenate([edges[:1], (edges[1:] + edges[:-1]) / 2, edges[-1:]])
    heights = np.concatenate([[0], histogram.counts, [0]]) / max(int(histogram.counts.max()), 1)
    return (places - low) / (high - low) * width, base - heights * tall, base


def _same(behind: _Behind, span: tuple[float, float], drawn: Sequence[Histogram]) -> bool:
    """Whether they are still what stands behind the newest."""
    return behind.span == span and len(behind.drawn) == len(drawn) and all(a is b for a, b in zip(behind.drawn[:-1], drawn, strict=False))


@lru_cache(maxsize=8)
def _table(tokens: Tokens) -> NDArray[np.uint32]:
    """Amounts of the colour as pixels."""
    shades = colormap.mix(tokens.surface, tokens.magnitude, np.linspace(0, 1, SHADES)).astype(np.uint32)
    return np.asarray(0xFF000000 | shades[:, 0] << 16 | shades[:, 1] << 8 | shades[:, 2], np.uint32)


def _span(history: Sequence[tuple[float, Histogram]]) -> tuple[float, float]:
    drawn = [histogram for _, histogram in history if histogram.counts.any()]
    if not drawn:
        return -1.0, 1.0
    low, high = min(float(h.edges[0]) for h in drawn), max(float(h.edges[-1]) for h in drawn)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _in_colours(amounts: NDArray[np.float32], tokens: Tokens) -> QImage:
    height, width = amounts.shape
    pixels = _table(tokens)[np.round(amounts * (SHADES - 1)).astype(np.intp)]
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def thinned(history: Sequence[tuple[float, Histogram]], most: int) -> list[tuple[float, Histogram]]:
    """At most so many of them, the first and the newest always."""
    if len(history) <= most:
        return list(history)
    return [history[round(i)] for i in np.linspace(0, len(history) - 1, most)]
