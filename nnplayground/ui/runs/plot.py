"""Curves of several runs over each other: training solid, validation dashed, each with a colour and a mark of its own.

This module imports pyqtgraph, which takes most of a second: import it when there are curves to be shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.takeaway import picture_of
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_axes import CurveBox, ValueAxis
from nnplayground.ui.views.curve_data import Curve, Floats
from nnplayground.ui.views.curve_plot import DASH, distance_to
from nnplayground.ui.views.markers import draw_class_marker
from nnplayground.ui.views.ticks import loss_range, share_range, share_text, tick_text

NEAR = 7.0
"""Pixels from the mouse within which a run is meant."""
THIN, THICK = 1.0, 2.5
"""Pixels: Qt draws lines of one quickly, and twenty of them at thirty times a second."""
FADED = 0.22
MARK = 4.0
CROSSED = 4
"""Points of curves that names may cover."""
LEGEND_WIDTH, LEGEND_SHARE = 110, 0.6
"""Pixels of a name, and how much of the plot's width and height names may take."""


@dataclass(frozen=True, eq=False)
class RunLine:
    """One run in the plot; `slot` is its colour and mark, `text` its newest value."""

    key: str
    name: str
    slot: int
    train: Curve
    watched: Curve
    text: str = ""


class RunsPlot(pg.PlotWidget):
    """Drag to zoom, double-click to see everything; the run under the mouse is told."""

    lit = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.value_axis = ValueAxis("left", self._write, apart=22)
        self.epoch_axis = ValueAxis("bottom", apart=70)
        super().__init__(parent, viewBox=CurveBox(), axisItems={"left": self.value_axis, "bottom": self.epoch_axis})
        self.setObjectName("runsPlot")
        self.setAccessibleName(self.tr("Curves of the runs over each other"))
        self.setToolTip(self.tr("Hover a curve to see which run it is, drag to zoom, double-click to see everything."))
        self._theme = theme
        self._lines: list[RunLine] = []
        self._items: dict[tuple[str, bool], pg.PlotDataItem] = {}
        self._key: str | None = None
        self._share = self._zoomed = self._names_all = False
        self.getViewBox().sigYRangeChanged.connect(self._fit_axis)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self.value_axis.setZValue(-200)  # the grid lies under the curves
        self.getPlotItem().layout.setContentsMargins(0, 6, 12, 0)
        self.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        theme.changed.connect(self._dress)
        self._dress()

    # ---- what is shown

    def show_lines(self, lines: Sequence[RunLine], *, log: bool, share: bool) -> None:
        """Show these runs; `share` says that the values are shares of one."""
        if (log, share) != (self.value_axis.log, self._share):
            self._zoomed = False
            self.value_axis.log, self._share = log, share
            self.value_axis.picture = None
        self._lines = list(lines)
        wanted = {(line.key, watched): curve for line in lines for watched, curve in ((False, line.train), (True, line.watched))}
        for known in [key for key in self._items if key not in wanted]:
            self.removeItem(self._items.pop(known))
        for key, (epochs, values) in wanted.items():
            if key not in self._items:
                self._items[key] = pg.PlotDataItem(connect="finite", antialias=True)
                self.addItem(self._items[key])
            self._items[key].setData(epochs, self._place(values))
        if self._key not in {line.key for line in lines}:
            self._key = None
        self._draw_pens()
        self._show_range([curve for curve in wanted.values() if len(curve[0])])
        self.viewport().update()

    def light(self, key: str | None) -> None:
        """Let a run stand out and the others fade; None: all are alike."""
        key = key if any(line.key == key for line in self._lines) else None
        if key != self._key:
            self._key = key
            self._draw_pens()
            self.viewport().update()

    def write(self, path: Path) -> None:
        """Write what is shown as a picture; there is no table beside it, so that all runs are named. Raises OSError."""
        self._names_all = True
        try:
            picture_of(self.viewport(), self._theme)(path)
        finally:
            self._names_all = False

    @property
    def lines(self) -> Sequence[RunLine]:
        return self._lines

    def width_of(self, key: str) -> float:
        """How thick a run's curve is drawn, in pixels."""
        pen = self._items[key, False].opts["pen"]
        assert isinstance(pen, QPen)
        return pen.widthF()

    def pixel(self, epoch: float, value: float) -> QPointF:
        """Where a value lies, in the widget's coordinates."""
        placed = float(self._place(np.array([value]))[0])
        return self.mapFromScene(self.getViewBox().mapViewToScene(QPointF(epoch, placed))).toPointF()

    # ---- inside

    def _write(self, value: float, apart: float) -> str:
        return share_text(value, apart) if self._share else tick_text(value, apart)

    def _fit_axis(self) -> None:
        self.value_axis.fit(self._theme.font(Role.AXIS))

    def _place(self, values: Floats) -> Floats:
        shown = np.isfinite(values) & ((values > 0) | (not self.value_axis.log))
        return (np.log10 if self.value_axis.log else np.positive)(values, out=np.full(len(values), np.nan), where=shown)

    def _show_range(self, curves: Sequence[Curve]) -> None:
        log = self.value_axis.log
        seen = [y for _, y in curves if (np.isfinite(y) & ((y > 0) | (not log))).any()]
        lows = [float(y[np.isfinite(y) & ((y > 0) | (not log))].min()) for y in seen]
        highs = [float(y[np.isfinite(y)].max()) for y in seen]
        low, high = share_range(lows) if self._share else loss_range(lows, highs, log=log)
        bottom, top = (math.log10(low), math.log10(high)) if log else (low, high)
        edge = (top - bottom) * 0.02
        epochs = max((float(x[-1]) for x, _ in curves), default=2.0)
        box = self.getViewBox()
        box.allow(max(epochs, 2.0), bottom - edge, top + edge)
        if not self._zoomed:
            box.setRange(xRange=(0.0, max(epochs, 2.0)), yRange=(bottom - edge, top + edge), padding=0)

    def _draw_pens(self) -> None:
        for line in self._lines:
            for watched in (False, True):
                item = self._items[line.key, watched]
                colour, is_lit = self._colour(line), line.key == self._key
                pen = pg.mkPen(colour, width=THICK if is_lit else THIN)
                if watched:
                    pen.setDashPattern([length / pen.widthF() for length in DASH])
                    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                item.setPen(pen)
                item.setZValue(2 if is_lit else 1)

    def _colour(self, line: RunLine) -> QColor:
        colour = QColor(self._theme.tokens.classes[line.slot])
        if self._key is not None and line.key != self._key:
            colour.setAlphaF(FADED)
        return colour

    def _dress(self) -> None:
        tokens, font = self._theme.tokens, self._theme.font(Role.AXIS)
        self.setBackground(tokens.surface)
        for axis in (self.value_axis, self.epoch_axis):
            axis.setPen(pg.mkPen(tokens.border, width=1))
            axis.setTextPen(pg.mkPen(tokens.faint))
            axis.setTickPen(pg.mkPen(tokens.grid, width=1))
            axis.setTickFont(font)
            axis.setStyle(tickLength=0, tickTextOffset=6)
        self.value_axis.setGrid(255)
        self._fit_axis()
        self.epoch_axis.setHeight(round(QFontMetricsF(font).height()) + 8)
        self._draw_pens()
        self.viewport().update()

    def _on_zoomed(self) -> None:
        self._zoomed = True

    def _area(self) -> QRectF:
        return QRectF(self.mapFromScene(self.getViewBox().sceneBoundingRect()).boundingRect())

    def _run_at(self, place: QPointF) -> str | None:
        """The run that is drawn at a place."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        area, best = self._area(), (NEAR, "")
        for (key, _), item in self._items.items():
            epochs, values = item.getOriginalDataset()
            if epochs is None or not len(epochs):
                continue
            x = area.left() + (epochs - left) / (right - left) * area.width()
            y = area.bottom() - (values - bottom) / (top - bottom) * area.height()
            best = min(best, (distance_to(x, y, place), key))
        return best[1] or None

    # ---- painted over the curves

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        for line in self._lines:
            if (end := self._end(line)) is not None and area.adjusted(-4, -4, 4, 4).contains(end):
                self._mark(painter, end, line)
        self._draw_names(painter, area)
        painter.restore()

    def _end(self, line: RunLine) -> QPointF | None:
        """Where a run's curve ends: that of training, or the other where there is none."""
        for epochs, values in (line.train, line.watched):
            known = np.flatnonzero(np.isfinite(self._place(values)))
            if len(known):
                return self.pixel(float(epochs[known[-1]]), float(values[known[-1]]))
        return None

    def _mark(self, painter: QPainter, at: QPointF, line: RunLine) -> None:
        painter.setPen(QPen(QColor(self._theme.tokens.surface), 1))
        painter.setBrush(self._colour(line))
        draw_class_marker(painter, at, self._theme.pixels(MARK), line.slot)

    def _draw_names(self, painter: QPainter, area: QRectF) -> None:
        """All names in the corner where least is drawn, or that of the run that stands out."""
        painter.setFont(self._theme.font(Role.SECTION, weight=500))
        metrics = QFontMetricsF(painter.font())
        row, most = metrics.height() + 2, float(self._theme.pixels(LEGEND_WIDTH))
        shown = [line for line in self._lines if line.key == self._key] or self._lines
        texts = [f"{line.name}  {line.text}".rstrip() if line.key == self._key else line.name for line in shown]
        most = min(area.width() * LEGEND_SHARE, most * (2 if self._key is not None else 1))
        texts = [metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, most) for text in texts]
        size = (max((metrics.horizontalAdvance(text) for text in texts), default=0) + 24, row * len(texts) + 4)
        if not texts or size[1] > area.height() * (LEGEND_SHARE if len(texts) > 1 and not self._names_all else 1.0) or len(self._lines) < 2:
            return
        box, crossed = self._free_corner(area, size)
        if crossed > CROSSED and len(texts) > 1 and not self._names_all:
            return  # the table names them, too
        ground = QColor(self._theme.tokens.surface)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)
        for number, (line, text) in enumerate(zip(shown, texts, strict=True)):
            top = box.top() + 2 + number * row
            self._mark(painter, QPointF(box.left() + 9, top + row / 2), line)
            painter.setPen(QColor(self._theme.tokens.text))
            place = QRectF(box.left() + 19, top, box.width(), row)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _free_corner(self, area: QRectF, size: tuple[float, float]) -> tuple[QRectF, int]:
        """Where least is drawn, and how many points are there."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        corners = [
            QRectF(x, y, *size)
            for x in (area.right() - size[0] - 4, area.left() + 4)
            for y in (area.top() + 2, area.bottom() - size[1] - 4)
        ]
        crossed = [0] * len(corners)
        for item in self._items.values():
            epochs, values = item.getOriginalDataset()
            if epochs is None or not len(epochs):
                continue
            x = area.left() + (epochs - left) / (right - left) * area.width()
            y = area.bottom() - (values - bottom) / (top - bottom) * area.height()
            for i, box in enumerate(corners):
                crossed[i] += int(((x > box.left()) & (x < box.right()) & (y > box.top()) & (y < box.bottom())).sum())
        least = min(crossed)
        return corners[crossed.index(least)], least

    # ---- Qt

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self._area().contains(event.position())
        key = self._run_at(event.position()) if inside and not event.buttons() else None
        if key != self._key:
            self.lit.emit(key)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._zoomed = False
        self._show_range([curve for line in self._lines for curve in (line.train, line.watched) if len(curve[0])])
        event.accept()
