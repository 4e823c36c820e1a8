"""The plane as the network sees it: its output everywhere, and the points it learns from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Reading
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.contour import zero_lines
from nnplayground.ui.views.markers import card, marker_stamp, stamp_all
from nnplayground.ui.views.ticks import tick_text

GRID = 100
MOST_POINTS = 3000
"""Points drawn of each part: more would hide the map, and each costs time."""
SMALLEST = 180
RADIUS = 3.2


@dataclass(frozen=True)
class _Frame:
    """Where the square of the map lies in the widget, and which part of the plane it shows."""

    area: QRectF
    low: float
    high: float

    def to_pixel(self, points: Array) -> Array:
        """Points of the plane (n, 2) as pixels (n, 2)."""
        share = (np.asarray(points, np.float64) - self.low) / (self.high - self.low)
        x = self.area.left() + share[:, 0] * self.area.width()
        return np.stack([x, self.area.bottom() - share[:, 1] * self.area.height()], axis=1)

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        span = self.high - self.low
        return (
            self.low + (at.x() - self.area.left()) / self.area.width() * span,
            self.low + (self.area.bottom() - at.y()) / self.area.height() * span,
        )


class DecisionMap(QWidget):
    """A painted map with axes, points and legend. Hover to read a place out; the toggles only change the picture."""

    hovered = Signal(str)
    """The read-out under the mouse, empty when there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decisionMap")
        self.setAccessibleName(self.tr("Decision map"))
        self.setToolTip("")
        self._theme = theme
        self._facts: DataFacts | None = None
        self._reading = Reading()
        self._dataset: Dataset | None = None
        self._outputs: Array | None = None
        self._map: QImage | None = None
        self._lines: NDArray[np.float64] = np.empty((0, 4))
        self._points: QPixmap | None = None
        self._mouse: QPointF | None = None
        self.show_test = False
        self.discrete = False
        self.stale = False
        self.setMouseTracking(True)
        self.setMinimumSize(SMALLEST, SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme)

    # ---- what is shown

    def show_reading(self, facts: DataFacts, reading: Reading) -> None:
        """What the outputs mean; a map that no longer fits them is taken away."""
        if (facts, reading) != (self._facts, self._reading):
            self._facts, self._reading = facts, reading
            self._points = None
            self._remake_map()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._points = None
        self.update()

    def show_outputs(self, outputs: Array | None) -> None:
        """The network's outputs over the plane, (grid, grid, units), lowest y first; None for a network that knows nothing yet."""
        self._outputs = outputs
        self._remake_map()

    def set_show_test(self, on: bool) -> None:
        self.show_test = on
        self._points = None
        self.update()

    def set_discrete(self, on: bool) -> None:
        self.discrete = on
        self._remake_map()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def read_out(self, x: float, y: float) -> str:
        """A place on the plane in words: its coordinates and the network's output there."""
        text = self.tr("x₁ {x}   x₂ {y}").format(x=number(round(x, 2)), y=number(round(y, 2)))
        if self._outputs is None or self._facts is None or self._facts.plane_range is None:
            return text
        low, high = self._facts.plane_range
        rows, columns, units = self._outputs.shape
        row = min(max(round((y - low) / (high - low) * (rows - 1)), 0), rows - 1)
        column = min(max(round((x - low) / (high - low) * (columns - 1)), 0), columns - 1)
        answer = np.asarray(self._outputs[row, column], np.float64)
        if not np.isfinite(answer).all():
            return f"{text}\n" + self.tr("not a number")
        if units > 1 and not self._reading.is_regression:
            chosen = int(self._reading.chosen(answer))
            return f"{text}\n{self._class_name(chosen)}  {percent(float(self._reading.confidence(answer)))}"
        return f"{text}\n" + self.tr("output {value}").format(value=number(float(answer[0])))

    # ---- pictures

    def _class_name(self, index: int) -> str:
        classes = self._reading.classes
        return classes[index] if index < len(classes) else str(index)

    @property
    def _is_mixed(self) -> bool:
        return not self._reading.is_regression and max(len(self._reading.classes), self._units) > 2

    @property
    def _units(self) -> int:
        return 1 if self._outputs is None else int(self._outputs.shape[-1])

    def _remake_map(self) -> None:
        self._map, self._lines = None, np.empty((0, 4))
        if self._outputs is not None:
            if self._is_mixed:
                self._map = _class_image(self._reading.shares(self._outputs), self._theme.tokens, discrete=self.discrete)
            else:
                signed = self._reading.signed(self._outputs)
                self._lines = zero_lines(signed)
                self._map = colormap.diverging_image(np.sign(signed) if self.discrete else signed, self._theme.tokens)
        self.update()

    def _on_theme(self) -> None:
        self._points = None
        self._remake_map()

    def _frame(self) -> _Frame:
        low, high = (self._facts.plane_range if self._facts else None) or (-6.0, 6.0)
        metrics = QFontMetricsF(self._theme.font(Role.AXIS))
        left = metrics.horizontalAdvance("\N{MINUS SIGN}0.5") + 6
        legend = QFontMetricsF(self._theme.font(Role.SECTION)).height() + 16
        below = metrics.height() + 10 + legend
        side = max(40.0, min(self.width() - left - 1, self.height() - below - 2))
        return _Frame(QRectF(left, 2, side, side).translated((self.width() - left - 1 - side) / 2, 0), low, high)

    def _values_to_sides(self, labels: Array) -> NDArray[np.float64]:
        if self._reading.is_regression:
            return np.clip(labels / self._reading.largest, -1, 1)
        return np.where(labels > 0, 1.0, -1.0)

    def _draw_points(self, painter: QPainter, frame: _Frame, points: Array, labels: Array, *, ring: bool) -> None:
        points, labels = points[:MOST_POINTS], labels[:MOST_POINTS]
        tokens, ratio = self._theme.tokens, self.devicePixelRatioF()
        places = frame.to_pixel(points)
        radius = RADIUS * self._theme.zoom if len(points) > 8 else 2 * RADIUS * self._theme.zoom
        if self._reading.is_regression:
            shades = colormap.diverging(tokens)
            steps = np.round(self._values_to_sides(labels) * 7) / 7  # fifteen shades: one stamp each
            for step in np.unique(steps):
                red, green, blue = (int(v) for v in shades[round((step + 1) / 2 * (len(shades) - 1))])
                colour = QColor(red, green, blue).name()
                stamp = marker_stamp(colour, tokens.surface if ring else tokens.ghost, radius, ratio, plus=bool(step >= 0), ring=ring)
                stamp_all(painter, stamp, places[steps == step])
            return
        classes = np.unique(labels)
        for label in classes:
            if self._is_mixed:
                colour, plus = tokens.classes[int(label) % len(tokens.classes)], True
            else:
                plus = bool(label > 0)
                colour = tokens.pos_end if plus else tokens.neg_end
            stamp_all(painter, marker_stamp(colour, tokens.surface, radius, ratio, plus=plus, ring=ring), places[labels == label])

    def _points_pixmap(self, frame: _Frame) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._points is None or self._points.size() != size:
            self._points = QPixmap(size)
            self._points.setDevicePixelRatio(ratio)
            self._points.fill(Qt.GlobalColor.transparent)
            data = self._dataset
            if data is not None and data.points is not None:
                painter = QPainter(self._points)
                painter.setClipRect(frame.area)
                if self.show_test and data.test_points is not None:
                    self._draw_points(painter, frame, data.test_points, data.test.y, ring=True)
                self._draw_points(painter, frame, data.points, data.train.y, ring=False)
                painter.end()
        return self._points

    def _draw_axes(self, painter: QPainter, frame: _Frame) -> None:
        painter.setFont(self._theme.font(Role.AXIS))
        painter.setPen(QColor(self._theme.tokens.faint))
        height = QFontMetricsF(painter.font()).height()
        area = frame.area
        for tick in np.linspace(frame.low, frame.high, 5).tolist():
            x, y = frame.to_pixel(np.array([[tick, tick]]))[0]
            text = tick_text(tick)
            across = min(max(x, area.left() + 6), area.right() - 6)
            up = min(max(y, area.top() + height / 2), area.bottom() - height / 2)
            painter.drawText(QRectF(across - 20, area.bottom() + 4, 40, height), Qt.AlignmentFlag.AlignCenter, text)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(area.left() - 46, up - height / 2, 40, height), right, text)

    def _legend_texts(self) -> tuple[str, str, str]:
        """What stands under the colour bar's left end, middle and right end."""
        if self._reading.is_regression:
            return number(-self._reading.largest), "0", number(self._reading.largest)
        minus, plus = self._class_name(0), self._class_name(1)
        if self._reading.encoding.value == "plus_minus":
            return f"\N{MINUS SIGN}1  {minus}", "0", f"{plus}  +1"
        return "0" if minus == "0" else f"0  {minus}", "0.5", "1" if plus == "1" else f"{plus}  1"

    def _draw_legend(self, painter: QPainter, frame: _Frame) -> None:
        tokens = self._theme.tokens
        font = self._theme.font(Role.CAPTION)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        top = frame.area.bottom() + QFontMetricsF(self._theme.font(Role.AXIS)).height() + 10
        bar = QRectF(frame.area.left(), top, frame.area.width(), 8)
        if self._is_mixed:
            self._draw_class_legend(painter, QPointF(bar.left(), top), metrics)
            return
        shades = colormap.diverging(tokens)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for i in range(17):
            share = (i >= 8.5) if self.discrete else i / 16
            red, green, blue = (int(v) for v in shades[round(share * (len(shades) - 1))])
            gradient.setColorAt(i / 16, QColor(red, green, blue))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(tokens.muted))
        below = QRectF(bar.left(), bar.bottom() + 3, bar.width(), metrics.height())
        left, middle, right = self._legend_texts()
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, left)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, middle)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, right)

    def _draw_class_legend(self, painter: QPainter, at: QPointF, metrics: QFontMetricsF) -> None:
        tokens = self._theme.tokens
        for i, name in enumerate(self._reading.classes[: len(tokens.classes)]):
            painter.setPen(QPen(QColor(tokens.control), 1))
            painter.setBrush(QColor(tokens.classes[i]))
            painter.drawRoundedRect(QRectF(at.x() + 0.5, at.y() + 3.5, 9, 9), 2, 2)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QPointF(at.x() + 14, at.y() + metrics.ascent() + 1), name)
            at = at + QPointF(26 + metrics.horizontalAdvance(name), 0)

    def _draw_map(self, painter: QPainter, frame: _Frame) -> None:
        tokens = self._theme.tokens
        faded = 0.6 if self.stale else 1.0
        painter.fillRect(frame.area, QColor(tokens.surface))
        painter.setOpacity(tokens.map_opacity * faded)
        if self._map is None:
            painter.fillRect(frame.area, QColor(tokens.zero))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.discrete)
            painter.drawImage(frame.area, self._map)
        if len(self._lines) and self._outputs is not None:
            painter.setOpacity(0.75 * faded)
            painter.setPen(QPen(QColor(tokens.text), 1.2))
            rows, columns = self._outputs.shape[:2]
            # The image spans the area with whole pixels, so that values lie in the middle of theirs.
            wide, high = frame.area.width() / columns, frame.area.height() / rows
            x, y = frame.area.left() + (self._lines[:, ::2] + 0.5) * wide, frame.area.bottom() - (self._lines[:, 1::2] + 0.5) * high
            painter.drawLines([QLineF(*ends) for ends in np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1).tolist()])
        painter.setOpacity(1.0)

    def _draw_read_out(self, painter: QPainter, frame: _Frame) -> None:
        if self._mouse is None or not frame.area.contains(self._mouse):
            return
        tokens, at = self._theme.tokens, self._mouse
        painter.setPen(QPen(QColor(tokens.text), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 6, 6)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(dx * 3, dy * 3), at + QPointF(dx * 9, dy * 9))
        font = self._theme.font(Role.SECTION, tabular=True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        lines = self.read_out(*frame.to_plane(at)).split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines) + 16
        box = QRectF(0, 0, width, metrics.height() * len(lines) + 8)
        area = frame.area.adjusted(6, 6, -6, -6)
        left = area.right() - width if at.x() < area.center().x() else area.left()
        top = area.bottom() - box.height() if at.y() < area.center().y() else area.top()
        box.moveTo(left, top)
        card(painter, box, fill=QColor(tokens.raised), edge=QColor(tokens.border))
        painter.setPen(QColor(tokens.text))
        for i, line in enumerate(lines):
            painter.drawText(QPointF(left + 8, top + 4 + metrics.ascent() + i * metrics.height()), line)

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(264, 296)

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self._frame()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_map(painter, frame)
        painter.drawPixmap(0, 0, self._points_pixmap(frame))
        painter.setPen(QPen(QColor(self._theme.tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame.area)
        self._draw_axes(painter, frame)
        self._draw_legend(painter, frame)
        self._draw_read_out(painter, frame)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._points = None
        tallest = self.width() + 30  # a square with its axis and legend: more would leave a hole
        if self.maximumHeight() != max(tallest, SMALLEST):
            self.setMaximumHeight(max(tallest, SMALLEST))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        frame = self._frame()
        self.hovered.emit(self.read_out(*frame.to_plane(self._mouse)) if frame.area.contains(self._mouse) else "")
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.hovered.emit("")
        self.update()


def _class_image(shares: Array, tokens: Tokens, *, discrete: bool) -> QImage:
    """Class colours mixed by each class's share, in linear light. `shares` is (rows, columns, classes), lowest y first."""
    colours = [QColor(c) for c in tokens.classes]
    table = np.array([(c.redF(), c.greenF(), c.blueF()) for c in colours]) ** 2.2
    parts = np.asarray(shares, np.float64)
    if discrete:
        parts = np.eye(parts.shape[-1])[parts.argmax(axis=-1)]
    mixed = parts @ table[np.arange(parts.shape[-1]) % len(table)]
    pixels = np.ascontiguousarray(np.round(mixed[::-1] ** (1 / 2.2) * 255).astype(np.uint8))
    rows, columns = pixels.shape[:2]
    return QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
