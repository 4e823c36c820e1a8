"""What is painted over the curves of a plot: labels at their ends, the best epoch, names of earlier runs, a card that reads out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from nnplayground.ui.theme.theme import Role, Theme

if TYPE_CHECKING:
    from nnplayground.ui.views.curve_plot import CurvePlot


@dataclass(frozen=True)
class ReadOut:
    """One line of a read-out card: a curve's name, its value as text and where it lies."""

    label: str
    text: str
    value: float
    is_test: bool = False
    is_ghost: bool = False

    @property
    def line(self) -> str:
        return f"{self.label} {self.text}".strip()


@dataclass(frozen=True)
class Mark:
    """The best epoch; with a value if this plot shows the number that it is best in."""

    epoch: int
    text: str = ""
    value: float = math.nan
    is_test: bool = False


@dataclass
class Overlay:
    """What there is to paint."""

    theme: Theme
    ends: list[ReadOut] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    near: int | None = None
    """The ghost under the mouse."""
    mark: Mark | None = None
    cursor: float | None = None
    title: str = ""
    readings: list[ReadOut] = field(default_factory=list)

    def paint(self, painter: QPainter, plot: CurvePlot) -> None:
        area = plot.plot_rect()
        taken = self._draw_ends(painter, plot, area)
        taken += self._draw_mark(painter, plot, area, taken)
        self._draw_ghost_label(painter, plot, area, taken)
        self._draw_cursor(painter, plot, area)

    def _colour(self, reading: ReadOut) -> QColor:
        tokens = self.theme.tokens
        return QColor(tokens.muted if reading.is_ghost else tokens.test if reading.is_test else tokens.train)

    def _draw_ends(self, painter: QPainter, plot: CurvePlot, area: QRectF) -> list[QRectF]:
        """Draw the labels and give the places they take."""
        tokens = self.theme.tokens
        taken: list[QRectF] = []
        metrics = QFontMetricsF(self.theme.font(Role.SECTION, weight=600))
        height = metrics.height()
        ends: list[tuple[QPointF, ReadOut]] = []
        for item, reading in zip((plot.train, plot.test), self.ends, strict=False):
            epochs, _ = item.getOriginalDataset()
            if epochs is not None and len(epochs) and math.isfinite(reading.value):
                end = plot.pixel(float(epochs[-1]), reading.value)
                if area.adjusted(-4, -4, 4, 4).contains(end):
                    ends.append((end, reading))
        tops = _apart([end.y() - height / 2 for end, _ in ends], height, area.top(), area.bottom() - height)
        painter.setFont(self.theme.font(Role.SECTION, weight=600))
        for (end, reading), top in zip(ends, tops, strict=True):
            colour = self._colour(reading)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(end, 3, 3)
            text = f"{reading.label}  {reading.text}".strip()
            width = metrics.horizontalAdvance(text)
            left, shift = end.x() + 8, 0.0
            if left + width > area.right():
                left = area.right() - width - 8
                shift = -height if top == min(tops) else height  # above the upper line and below the lower, not on them
            place = QRectF(left, min(max(top + shift, area.top()), area.bottom() - height), width, height)
            taken.append(place)
            painter.setBrush(_with_alpha(tokens.surface, 0.88))
            painter.drawRoundedRect(place.adjusted(-3, 0, 3, 0), 3, 3)
            painter.setPen(colour)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        return taken

    def _draw_mark(self, painter: QPainter, plot: CurvePlot, area: QRectF, taken: Sequence[QRectF]) -> list[QRectF]:
        """A triangle on the axis at the best epoch, and a ring on the curve that is best there, with its value beside it."""
        mark = self.mark
        if mark is None:
            return []
        tokens = self.theme.tokens
        colour = QColor(tokens.test if mark.is_test else tokens.train)
        foot = QPointF(plot.pixel(mark.epoch, 1.0).x(), area.bottom())
        if not area.left() - 1 <= foot.x() <= area.right() + 1:
            return []
        painter.setPen(QPen(QColor(tokens.surface), 1))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([foot + QPointF(-4.5, 0.5), foot + QPointF(4.5, 0.5), foot + QPointF(0, -7)]))
        at = plot.pixel(mark.epoch, mark.value)
        if not area.contains(at):  # or another number's
            return []
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(at, 4, 4)
        if self.readings:
            return []  # the card would lie on the text
        painter.setFont(self.theme.font(Role.AXIS, weight=500))
        metrics = QFontMetricsF(painter.font())
        size = (metrics.horizontalAdvance(mark.text), metrics.height())
        ring = QRectF(at.x() - 7, at.y() - 7, 14, 14)
        lefts = (min(max(at.x() - size[0] / 2, area.left() + 3), area.right() - size[0] - 3), at.x() - size[0] - 10, at.x() + 10)
        tops = (at.y() + 8, at.y() - 8 - size[1])
        places = [QRectF(left, top, *size) for top in tops for left in lefts]
        free = [p for p in places if area.contains(p) and not any(p.adjusted(-2, 0, 2, 0).intersects(t) for t in (*taken, ring))]
        if not free:
            return [ring]
        painter.fillRect(free[0].adjusted(-2, 0, 2, 0), _with_alpha(tokens.surface, 0.8))
        painter.setPen(colour)
        painter.drawText(free[0], Qt.AlignmentFlag.AlignCenter, mark.text)
        return [ring, free[0]]

    def _draw_ghost_label(self, painter: QPainter, plot: CurvePlot, area: QRectF, taken: Sequence[QRectF]) -> None:
        """Name the newest ghost at its end, if there is room beside the labels of the curves."""
        painter.setFont(self.theme.font(Role.AXIS))
        metrics = QFontMetricsF(painter.font())
        if not self.ghosts:
            return
        epochs, values = plot.ghosts[len(self.ghosts) - 1].getOriginalDataset()
        now, _ = plot.train.getOriginalDataset()
        if epochs is None or not len(epochs) or (now is not None and len(now) and now[-1] > epochs[-1]):
            return  # the present run covers it
        text = self.ghosts[-1]
        width = metrics.horizontalAdvance(text)
        (low, high), _ = plot.getViewBox().viewRange()
        end = min(float(epochs[-1]), high)
        near = (epochs >= end - (width + 6) / max(area.width(), 1) * (high - low)) & (epochs <= end) & np.isfinite(values)
        if not near.any():
            return
        right = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(end, 0))).x()
        reach = (float(values[near].max()), float(values[near].min()))
        top, bottom = (plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(0, v))).y() for v in reach)
        place = QRectF(right - width - 4, top - metrics.height() - 3, width, metrics.height())
        if not area.contains(place):
            place.moveTop(bottom + 3)
        if area.contains(place) and not any(place.intersects(other) for other in taken):
            painter.fillRect(place, _with_alpha(self.theme.tokens.surface, 0.8))
            painter.setPen(QColor(self.theme.tokens.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_cursor(self, painter: QPainter, plot: CurvePlot, area: QRectF) -> None:
        if self.cursor is None:
            return
        tokens = self.theme.tokens
        x = plot.pixel(self.cursor, 1.0).x()
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        marks = [(plot.pixel(self.cursor, r.value), r) for r in self.readings if math.isfinite(r.value)]
        for at, reading in marks:
            if area.contains(at):
                painter.setPen(QPen(QColor(tokens.surface), 1))
                painter.setBrush(self._colour(reading))
                painter.drawEllipse(at, 3.5, 3.5)
        if not self.readings:
            return
        title_font, line_font = self.theme.font(Role.SECTION), self.theme.font(Role.SECTION, weight=600)
        metrics = QFontMetricsF(line_font)
        lines = [r.line for r in self.readings]
        width = max(QFontMetricsF(title_font).horizontalAdvance(self.title), *(metrics.horizontalAdvance(t) for t in lines)) + 16
        row = metrics.height() + 1
        size = (width, row * (len(lines) + 1) + 10)
        card = _free_card(x, size, area, [at for at, _ in marks])
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(_with_alpha(tokens.raised, 0.96))
        painter.drawRoundedRect(card, 4, 4)
        painter.setFont(title_font)
        painter.setPen(QColor(tokens.muted))
        top = card.top() + 5
        painter.drawText(QRectF(card.left() + 8, top, width, row), Qt.AlignmentFlag.AlignVCenter, self.title)
        painter.setFont(line_font)
        for reading, text in zip(self.readings, lines, strict=True):
            top += row
            painter.setPen(self._colour(reading))
            painter.drawText(QRectF(card.left() + 8, top, width, row), Qt.AlignmentFlag.AlignVCenter, text)


def _with_alpha(colour: str, alpha: float) -> QColor:
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def _apart(tops: list[float], height: float, low: float, high: float) -> list[float]:
    """One or two labels' upper edges, moved so that they do not lie on each other nor outside."""
    if len(tops) == 2 and abs(tops[0] - tops[1]) < height:
        middle = sum(tops) / 2
        sign = 1 if tops[0] > tops[1] else -1
        middle = min(max(middle, low + height / 2), high - height / 2)
        tops = [middle + sign * height / 2, middle - sign * height / 2]
    return [min(max(top, low), high) for top in tops]


def _free_card(x: float, size: tuple[float, float], area: QRectF, marks: Sequence[QPointF]) -> QRectF:
    """A place for a card beside the cursor that covers none of the marks, if there is one."""
    width, height = size
    lefts = [x + 10, x - 10 - width]
    places = [QRectF(left, top, width, height) for left in lefts for top in (area.top() + 2, area.bottom() - height - 2)]
    inside = [p for p in places if p.left() >= area.left() and p.right() <= area.right()] or places
    free = [p for p in inside if not any(p.adjusted(-12, -4, 12, 4).contains(m) for m in marks)]
    best = QRectF((free or inside)[0])
    best.moveLeft(max(min(best.left(), area.right() - width), area.left()))  # whole, where it is too wide for either side
    return best
