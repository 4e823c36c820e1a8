"""One plot of curves over epochs: lines that are updated in place, labels at their ends, a read-out under the mouse.

This module imports pyqtgraph, which takes most of a second: import it after the window is painted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.ticks import linear_ticks, log_ticks, tick_text

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Epochs and values, both (n,)."""

NOTHING: Curve = (np.empty(0), np.empty(0))
DASH = (5.0, 2.5)
LONGEST = 2500.0
"""Pixels of line up to which it is drawn 2 px wide: a wilder curve would be a blob, and take Qt tens of milliseconds."""
MOST_GHOSTS = 3


@dataclass(frozen=True)
class ReadOut:
    """One line of a read-out card: a curve's name, its value as text and where it lies."""

    label: str
    text: str
    value: float
    is_test: bool = False


class ValueAxis(pg.AxisItem):
    """An axis with few round numbers; on a logarithmic one, positions are powers of ten."""

    def __init__(self, side: str, write: Callable[[float], str] = tick_text, *, apart: float = 34) -> None:
        super().__init__(side)
        self.log = False
        self._write = write
        self._apart = apart

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802, N803
        most = max(2, int(size / self._apart))
        if self.log:
            return [(1.0, [math.log10(v) for v in log_ticks(10.0**minVal, 10.0**maxVal, most)])]
        return [(1.0, linear_ticks(minVal, maxVal, most))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self._write(10.0**v if self.log else v) for v in values]

    def boundingRect(self) -> QRectF:
        return super().boundingRect().adjusted(-9, -9, 9, 9)  # pyqtgraph leaves out numbers that stick out: the first and last


def apply_theme(plot: CurvePlot, theme: Theme) -> None:
    """Give a plot the theme's colours and fonts; pyqtgraph has fixed its own when the plot was made."""
    tokens = theme.tokens
    plot.setBackground(tokens.surface)
    font = theme.font(Role.AXIS)
    for axis in (plot.value_axis, plot.epoch_axis):
        axis.setPen(pg.mkPen(tokens.border, width=1))
        axis.setTextPen(pg.mkPen(tokens.faint))
        axis.setTickPen(pg.mkPen(tokens.grid, width=1))
        axis.setTickFont(font)
        axis.setStyle(tickLength=0, tickTextOffset=6)
    plot.value_axis.setGrid(255)
    plot.value_axis.setWidth(round(QFontMetricsF(font).horizontalAdvance("0.0001")) + 12)
    plot.epoch_axis.setHeight(round(QFontMetricsF(font).height()) + 8)
    for curve in (plot.train, plot.test):
        plot.draw_pen(curve)
    for ghost in plot.ghosts:
        ghost.setPen(pg.mkPen(tokens.ghost, width=1.3))


class CurvePlot(pg.PlotWidget):
    """Curves of one number, for training and for the samples that are only watched."""

    hovered = Signal(object)
    """The epoch under the mouse as a float; None when the mouse has left."""
    zoom_reset = Signal()

    def __init__(self, theme: Theme, write: Callable[[float], str], parent: QWidget | None = None) -> None:
        self.value_axis = ValueAxis("left", write, apart=20)
        self.epoch_axis = ValueAxis("bottom", apart=70)
        super().__init__(parent, axisItems={"left": self.value_axis, "bottom": self.epoch_axis})
        self._theme = theme
        self._cursor: float | None = None
        self._readings: list[ReadOut] = []
        self._end_labels: list[ReadOut] = []
        self._ghost_labels: list[str] = []
        self._ghost_state: tuple[bool, tuple[str, ...]] = (False, ())
        self._card_title = ""
        self.zoomed = False
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFrameShape(self.Shape.NoFrame)
        box = self.getViewBox()
        box.setMouseMode(box.RectMode)
        box.setDefaultPadding(0)
        box.disableAutoRange()
        box.sigRangeChangedManually.connect(self._on_zoomed)
        self.value_axis.setZValue(-200)  # the grid lies under the curves
        self.getPlotItem().layout.setContentsMargins(0, 6, 14, 0)
        self.ghosts = [self._curve(z=-1) for _ in range(MOST_GHOSTS)]
        self._wild: set[pg.PlotDataItem] = set()
        self.test = self._curve(z=1)
        self.train = self._curve(z=2)
        theme.changed.connect(self._on_theme)
        self.setMouseTracking(True)
        apply_theme(self, theme)

    def _curve(self, z: int) -> pg.PlotDataItem:
        item = pg.PlotDataItem(connect="finite", antialias=True)
        item.setZValue(z)
        self.addItem(item)
        return item

    @property
    def log(self) -> bool:
        return self.value_axis.log

    def set_log(self, log: bool) -> None:
        self.value_axis.log = log
        self.value_axis.picture = None
        self.value_axis.update()

    def show_curves(self, train: Curve, test: Curve, ends: Sequence[ReadOut]) -> None:
        """Show these curves; `ends` are the labels at their ends, with the values as they are."""
        for item, (epochs, values) in ((self.train, train), (self.test, test)):
            placed = self._place(values)
            wild = self._length(epochs, placed) > LONGEST
            if wild != (item in self._wild):
                self._wild ^= {item}
                self.draw_pen(item)
            item.setData(epochs, placed)
        self._end_labels = list(ends)
        self.viewport().update()

    def draw_pen(self, curve: pg.PlotDataItem) -> None:
        """Give a curve its colour, width and dashes."""
        tokens = self._theme.tokens
        width = 1.0 if curve in self._wild else 2.0
        pen = pg.mkPen(tokens.test if curve is self.test else tokens.train, width=width)
        if curve is self.test:
            pen.setDashPattern([length / width for length in DASH])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        curve.setPen(pen)

    def _length(self, epochs: NDArray[np.float64], placed: NDArray[np.float64]) -> float:
        """How long a curve is on the screen, in pixels."""
        if len(placed) < 2:
            return 0.0
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        area = self.plot_rect()
        across, up = np.diff(epochs) * area.width() / (right - left), np.diff(placed) * area.height() / (top - bottom)
        return float(np.nansum(np.hypot(across, up)))

    def show_ghosts(self, ghosts: Sequence[tuple[Curve, str]]) -> None:
        """Show curves of earlier runs with their names, the newest last."""
        shown = list(ghosts)[-MOST_GHOSTS:]
        state = (self.log, tuple(label for _, label in shown))
        if state == self._ghost_state:
            return  # they do not change while a run goes on
        self._ghost_state = state
        for i, item in enumerate(self.ghosts):
            epochs, values = shown[i][0] if i < len(shown) else NOTHING
            item.setData(epochs, self._place(values))
        self._ghost_labels = [label for _, label in shown]

    def show_range(self, epochs: float, low: float, high: float) -> None:
        """Let the axes reach from epoch 0 to `epochs` and from `low` to `high`, unless the person has zoomed."""
        if self.zoomed:
            return
        bottom, top = (math.log10(low), math.log10(high)) if self.log else (low, high)
        edge = (top - bottom) * 0.02  # ticks at the very ends would be lost to rounding
        wanted = [[0.0, float(epochs)], [bottom - edge, top + edge]]
        if not np.allclose(self.getViewBox().viewRange(), wanted):
            self.getViewBox().setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    def show_cursor(self, epoch: float | None, title: str = "", readings: Sequence[ReadOut] = ()) -> None:
        """A line at an epoch, and with `readings` a card that reads it out."""
        self._cursor, self._card_title, self._readings = epoch, title, list(readings)
        self.viewport().update()

    def pixel(self, epoch: float, value: float) -> QPointF:
        """Where a value lies, in the widget's coordinates."""
        placed = float(self._place(np.array([value]))[0])
        return self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(epoch, placed))).toPointF()

    def plot_rect(self) -> QRectF:
        return QRectF(self.mapFromScene(self.getViewBox().sceneBoundingRect()).boundingRect())

    def _place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        shown = np.isfinite(values) & ((values > 0) | (not self.log))
        return (np.log10 if self.log else np.positive)(values, out=np.full(len(values), np.nan), where=shown)

    def _on_theme(self) -> None:
        apply_theme(self, self._theme)
        self.viewport().update()

    def _on_zoomed(self) -> None:
        self.zoomed = True

    # ---- painting over the curves

    def _draw_ends(self, painter: QPainter, area: QRectF) -> list[QRectF]:
        """Draw the labels and give the places they take."""
        tokens = self._theme.tokens
        taken: list[QRectF] = []
        metrics = QFontMetricsF(self._theme.font(Role.SECTION, weight=600))
        height = metrics.height()
        ends: list[tuple[QPointF, ReadOut]] = []
        for item, reading in zip((self.train, self.test), self._end_labels, strict=False):
            epochs, _ = item.getOriginalDataset()
            if epochs is not None and len(epochs) and math.isfinite(reading.value):
                ends.append((self.pixel(float(epochs[-1]), reading.value), reading))
        tops = _apart([end.y() - height / 2 for end, _ in ends], height, area.top(), area.bottom() - height)
        painter.setFont(self._theme.font(Role.SECTION, weight=600))
        for (end, reading), top in zip(ends, tops, strict=True):
            if not area.adjusted(-4, -4, 4, 4).contains(end):
                continue
            colour = QColor(tokens.test if reading.is_test else tokens.train)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(end, 3, 3)
            text = f"{reading.label}  {reading.text}"
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

    def _draw_ghost_label(self, painter: QPainter, area: QRectF, taken: Sequence[QRectF]) -> None:
        """Name the newest ghost at its end, if there is room beside the labels of the curves."""
        painter.setFont(self._theme.font(Role.AXIS))
        metrics = QFontMetricsF(painter.font())
        if not self._ghost_labels:
            return
        epochs, values = self.ghosts[len(self._ghost_labels) - 1].getOriginalDataset()
        now, _ = self.train.getOriginalDataset()
        if epochs is None or not len(epochs) or (now is not None and len(now) and now[-1] > epochs[-1]):
            return  # the present run covers it
        text = self._ghost_labels[-1]
        width = metrics.horizontalAdvance(text)
        (low, high), _ = self.getViewBox().viewRange()
        end = min(float(epochs[-1]), high)
        near = (epochs >= end - (width + 6) / max(area.width(), 1) * (high - low)) & (epochs <= end) & np.isfinite(values)
        if not near.any():
            return
        right = self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(end, 0))).x()
        reach = (float(values[near].max()), float(values[near].min()))
        top, bottom = (self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(0, v))).y() for v in reach)
        place = QRectF(right - width - 4, top - metrics.height() - 3, width, metrics.height())
        if not area.contains(place):
            place.moveTop(bottom + 3)
        if area.contains(place) and not any(place.intersects(other) for other in taken):
            painter.fillRect(place, _with_alpha(self._theme.tokens.surface, 0.8))
            painter.setPen(QColor(self._theme.tokens.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_cursor(self, painter: QPainter, area: QRectF) -> None:
        if self._cursor is None:
            return
        tokens = self._theme.tokens
        x = self.pixel(self._cursor, 1.0).x()
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        if not self._readings:
            return
        title_font, line_font = self._theme.font(Role.SECTION), self._theme.font(Role.SECTION, weight=600)
        metrics = QFontMetricsF(line_font)
        lines = [f"{r.label} {r.text}" for r in self._readings]
        width = max(QFontMetricsF(title_font).horizontalAdvance(self._card_title), *(metrics.horizontalAdvance(t) for t in lines)) + 16
        row = metrics.height() + 1
        size = (width, row * (len(lines) + 1) + 10)
        marks = [self.pixel(self._cursor, r.value) for r in self._readings if math.isfinite(r.value)]
        card = _free_card(x, size, area, marks)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(_with_alpha(tokens.raised, 0.96))
        painter.drawRoundedRect(card, 4, 4)
        painter.setFont(title_font)
        painter.setPen(QColor(tokens.muted))
        top = card.top() + 5
        painter.drawText(QRectF(card.left() + 8, top, width, row), Qt.AlignmentFlag.AlignVCenter, self._card_title)
        painter.setFont(line_font)
        for reading, text in zip(self._readings, lines, strict=True):
            top += row
            painter.setPen(QColor(tokens.test if reading.is_test else tokens.train))
            painter.drawText(QRectF(card.left() + 8, top, width, row), Qt.AlignmentFlag.AlignVCenter, text)

    # ---- Qt

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.plot_rect()
        self._draw_ghost_label(painter, area, self._draw_ends(painter, area))
        self._draw_cursor(painter, area)
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position()
        inside = self.plot_rect().contains(place)
        self.hovered.emit(self.getViewBox().mapSceneToView(self.mapToScene(place.toPoint())).x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zoomed = False
        self.zoom_reset.emit()
        event.accept()


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
    return (free or inside)[0]
