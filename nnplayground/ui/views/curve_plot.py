"""One plot of curves over epochs: lines that are updated in place, and a person's zooming, moving and reading.

This module imports pyqtgraph, which takes most of a second: import it after the window is painted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_axes import CurveBox, ValueAxis
from nnplayground.ui.views.curve_data import Curve
from nnplayground.ui.views.curve_overlay import Mark, Overlay, ReadOut
from nnplayground.ui.views.ticks import tick_text

NOTHING: Curve = (np.empty(0), np.empty(0))
DASH = (5.0, 2.5)
LONGEST = 2500.0
"""Pixels of line up to which it is drawn 2 px wide: a wilder curve would be a blob, and take Qt tens of milliseconds."""
MOST_GHOSTS = 3
NEAR = 6.0
"""Pixels from the mouse within which an earlier run is meant."""
STILL = 4
"""Pixels that the mouse may move in a click."""
PALE = 0.3
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}
ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}


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
    plot.fit_axis()
    plot.epoch_axis.setHeight(round(QFontMetricsF(font).height()) + 8)
    box = plot.getViewBox()
    box.rbScaleBox.setPen(pg.mkPen(tokens.accent, width=1))
    box.rbScaleBox.setBrush(pg.mkBrush(QColor(tokens.accent_soft)))
    box.rbScaleBox.setOpacity(0.6)
    for curve in (plot.train, plot.test):
        plot.draw_pen(curve)
    plot.draw_ghosts()


class CurvePlot(pg.PlotWidget):
    """Curves of one number, for training and for the samples that are only watched."""

    hovered = Signal(object)
    """The epoch under the mouse as a float; None when the mouse has left."""
    stepped = Signal(int)
    """The epoch that is read is to be so many further on."""
    zoom_reset = Signal()
    moved = Signal()
    """A person shows other epochs or values."""
    ghost_clicked = Signal(int)
    ghost_meant = Signal(object)
    """The earlier run under the mouse; None when there is none."""

    def __init__(self, theme: Theme, write: Callable[[float, float], str] = tick_text, parent: QWidget | None = None) -> None:
        self.value_axis = ValueAxis("left", write, apart=20)
        self.epoch_axis = ValueAxis("bottom", apart=70)
        super().__init__(parent, viewBox=CurveBox(), axisItems={"left": self.value_axis, "bottom": self.epoch_axis})
        self._theme = theme
        self.overlay = Overlay(theme)
        self._ghost_state: tuple[object, ...] = ()
        self._pressed: QPoint | None = None
        self.zoomed = False
        self._follows = False
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self.getViewBox().sigYRangeChanged.connect(self.fit_axis)
        self.value_axis.setZValue(-200)  # the grid lies under the curves
        self.getPlotItem().layout.setContentsMargins(0, 6, 14, 0)
        self.ghosts = [self._curve(z=-1) for _ in range(MOST_GHOSTS)]
        self._wild: set[pg.PlotDataItem] = set()
        self.raw = (self._curve(z=0), self._curve(z=0))
        """As measured, pale behind the smoothed ones."""
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
        if log != self.value_axis.log:
            self.value_axis.log = log
            self.show_everything()  # a value lies elsewhere now
            self.value_axis.picture = None
            self.value_axis.update()

    def show_curves(self, train: Curve, test: Curve, ends: Sequence[ReadOut], raw: tuple[Curve, Curve] = (NOTHING, NOTHING)) -> None:
        """Show these curves; `ends` are the labels at their ends, with the values as they are. `raw` is what was smoothed."""
        for item, (epochs, values) in ((self.train, train), (self.test, test)):
            placed = self._place(values)
            wild = self._length(epochs, placed) > LONGEST
            if wild != (item in self._wild):
                self._wild ^= {item}
                self.draw_pen(item)
            item.setData(epochs, placed)
        for item, (epochs, values) in zip(self.raw, raw, strict=True):
            if len(epochs) or item.getOriginalDataset()[0] is not None:
                item.setData(epochs, self._place(values))
        self.overlay.ends = list(ends)
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
        pale = QColor(pen.color())
        pale.setAlphaF(PALE)
        self.raw[curve is self.test].setPen(pg.mkPen(pale, width=1))

    def draw_ghosts(self) -> None:
        """Give earlier runs their colour; the one that is meant stands out."""
        tokens, near = self._theme.tokens, self.overlay.near
        for i, ghost in enumerate(self.ghosts):
            ghost.setPen(pg.mkPen(tokens.muted if i == near else tokens.ghost, width=2 if i == near else 1.3))

    def _length(self, epochs: NDArray[np.float64], placed: NDArray[np.float64]) -> float:
        """How long a curve is on the screen, in pixels."""
        if len(placed) < 2:
            return 0.0
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        area = self.plot_rect()
        across, up = np.diff(epochs) * area.width() / (right - left), np.diff(placed) * area.height() / (top - bottom)
        return float(np.nansum(np.hypot(across, up)))

    def show_ghosts(self, ghosts: Sequence[tuple[Curve, str]], state: tuple[object, ...] = ()) -> None:
        """Show curves of earlier runs with their names, the newest last. Those of the same names and `state` are the same."""
        shown = list(ghosts)[-MOST_GHOSTS:]
        state = (self.log, tuple(label for _, label in shown), *state)
        if state == self._ghost_state:
            return  # they do not change while a run goes on
        self._ghost_state = state
        for i, item in enumerate(self.ghosts):
            epochs, values = shown[i][0] if i < len(shown) else NOTHING
            item.setData(epochs, self._place(values))
        self.overlay.ghosts = [label for _, label in shown]
        self.mean(None)

    def show_mark(self, mark: Mark | None) -> None:
        """Mark the best epoch."""
        self.overlay.mark = mark

    def show_range(self, epochs: float, low: float, high: float) -> None:
        """Let the axes reach from epoch 0 to `epochs` and from `low` to `high`, unless the person looks at something else."""
        bottom, top = (math.log10(low), math.log10(high)) if self.log else (low, high)
        edge = (top - bottom) * 0.02  # ticks at the very ends would be lost to rounding
        box = self.getViewBox()
        box.allow(float(epochs), bottom - edge, top + edge)
        if self.zoomed:
            return
        wanted = [box.viewRange()[0] if self._follows else [0.0, float(epochs)], [bottom - edge, top + edge]]
        if not np.allclose(box.viewRange(), wanted):
            box.setRange(xRange=wanted[0], yRange=wanted[1], padding=0)

    def show_everything(self) -> None:
        """From the next range on."""
        self.zoomed = self._follows = False

    def follow(self, epochs: tuple[float, float]) -> None:
        """Show the epochs that are shown beside it."""
        self._follows = True
        self.getViewBox().setXRange(*epochs, padding=0)

    @property
    def seen_epochs(self) -> tuple[float, float] | None:
        """Which epochs are shown; None: all."""
        if not (self.zoomed or self._follows):
            return None
        low, high = self.getViewBox().viewRange()[0]
        return low, high

    def show_cursor(self, epoch: float | None, title: str = "", readings: Sequence[ReadOut] = ()) -> None:
        """A line at an epoch, and with `readings` a card that reads it out."""
        self.overlay.cursor, self.overlay.title, self.overlay.readings = epoch, title, list(readings)
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

    def fit_axis(self) -> None:
        """Give the numbers beside it the room that they need."""
        self.value_axis.fit(self._theme.font(Role.AXIS))

    def _on_theme(self) -> None:
        apply_theme(self, self._theme)
        self.viewport().update()

    def _on_zoomed(self) -> None:
        self.zoomed = True
        self.moved.emit()

    def _ghost_at(self, place: QPointF) -> int | None:
        """The earlier run that is drawn at a place in the widget."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        area, best = self.plot_rect(), (NEAR, -1)
        for i in range(len(self.overlay.ghosts)):
            epochs, values = self.ghosts[i].getOriginalDataset()
            if epochs is None or not len(epochs):
                continue
            x = area.left() + (epochs - left) / (right - left) * area.width()
            y = area.bottom() - (values - bottom) / (top - bottom) * area.height()
            distance = distance_to(x, y, place)
            if distance <= best[0]:
                best = (distance, i)
        return best[1] if best[1] >= 0 else None

    def mean(self, ghost: int | None) -> None:
        """Let an earlier run stand out."""
        if ghost != self.overlay.near:
            self.overlay.near = ghost
            self.draw_ghosts()

    def _point_at(self, ghost: int | None) -> None:
        if ghost != self.overlay.near:
            self.mean(ghost)
            self.ghost_meant.emit(ghost)

    # ---- Qt

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.overlay.paint(painter, self)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        still = pressed is not None and (event.position().toPoint() - pressed).manhattanLength() <= STILL
        if still and event.button() is Qt.MouseButton.LeftButton and (ghost := self._ghost_at(event.position())) is not None:
            self.ghost_clicked.emit(ghost)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position()
        inside = self.plot_rect().contains(place)
        self._point_at(self._ghost_at(place) if inside and not event.buttons() else None)
        self.hovered.emit(self.getViewBox().mapSceneToView(self.mapToScene(place.toPoint())).x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zoom_reset.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, box = Qt.Key(event.key()), self.getViewBox()
        if key in STEPS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.stepped.emit(STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (low, high), _ = box.viewRange()
            box.move((high - low) * 0.1 * STEPS[key], 0.0)
        elif key in ZOOMS:
            box.zoom(ZOOMS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.zoom_reset.emit()
        elif key is Qt.Key.Key_Escape and self.overlay.cursor is not None:
            self.hovered.emit(None)
        else:
            event.ignore()


def distance_to(x: NDArray[np.float64], y: NDArray[np.float64], place: QPointF) -> float:
    """How far a place is from a line through points, in pixels; gaps in it are none of its pieces."""
    if len(x) == 1:
        return math.hypot(x[0] - place.x(), y[0] - place.y())
    dx, dy = np.diff(x), np.diff(y)
    length = dx**2 + dy**2
    share = ((place.x() - x[:-1]) * dx + (place.y() - y[:-1]) * dy) / np.where(length > 0, length, 1.0)
    share = np.clip(share, 0.0, 1.0)
    apart = np.hypot(x[:-1] + share * dx - place.x(), y[:-1] + share * dy - place.y())
    return float(np.nanmin(apart)) if np.isfinite(apart).any() else math.inf
