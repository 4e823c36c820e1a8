"""The plane as the network sees it: its output everywhere, and the points it learns from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Floats, Reading
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_map import class_borders, class_image, draw_class_legend, legend_lines
from nnplayground.ui.views.contour import between, zero_lines
from nnplayground.ui.views.frame import Frame, Range
from nnplayground.ui.views.map_parts import draw_axes, draw_bar, draw_cross, draw_read_out
from nnplayground.ui.views.markers import stamp_all
from nnplayground.ui.views.points import FEW, RADIUS, PointStamps, draw_rings
from nnplayground.ui.views.ticks import tick_text

GRID = 100
MOST_POINTS = 3000
"""Points drawn of each part: more would hide the map, and each costs time."""
STRENGTHS = 6
"""Steps from hardly seen to full strength."""
SMALLEST = 180
NUMBERED, MANY = "class ", 4
"""How classes without names of their own are called, and up to how many the legend calls them so."""


class DecisionMap(QWidget):
    """A painted map with axes, points and legend. Hover to read a place out; the toggles only change the picture."""

    hovered = Signal(str)
    """The read-out under the mouse, empty when there is none."""
    chosen = Signal(float, float)
    """A place of the plane was pressed, or the mouse went there while it is pressed."""

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
        self._mark: tuple[float, float] | None = None
        self._ringed: Array = np.empty((0, 2))
        self.show_test = False
        self.discrete = False
        self.stale = False
        self.painting = False
        """Whether a canvas lies over the map, which draws all points itself and reads the mouse."""
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
            self._keep_room()
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

    def set_painting(self, on: bool) -> None:
        self.painting = on
        self._mouse = self._points = None
        self._keep_room()
        self.update()

    def set_mark(self, x: float, y: float) -> None:
        """Mark the place that is asked about."""
        self._mark = x, y
        self.update()

    def set_ringed(self, places: Array | None) -> None:
        """Put rings around places of the plane (n, 2)."""
        if places is not None or len(self._ringed):
            self._ringed = np.empty((0, 2)) if places is None else places
            self.update()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def read_out(self, x: float, y: float) -> str:
        """A place on the plane in words: its coordinates and the network's output there."""
        text = self._told_place(x, y)
        if self._outputs is None:
            return text
        (left, right), (bottom, top) = self.ranges()
        units, answer = self._units, between(self._outputs, (y - bottom) / (top - bottom), (x - left) / (right - left))
        if not np.isfinite(answer).all():
            return f"{text}\n" + self.tr("not a number")
        if units > 1 and not self._reading.is_regression:
            chosen = int(self._reading.chosen(answer))
            return f"{text}\n{self._class_name(chosen)}  {percent(float(self._reading.confidence(answer)))}"
        return f"{text}\n{self._told_output(float(answer[0]))}"

    # ---- what another map may have otherwise

    def ranges(self) -> tuple[Range, Range]:
        """What the map shows of both axes, in the data's units."""
        both = (self._facts.plane_range if self._facts else None) or (-6.0, 6.0)
        return both, both

    def _told_place(self, x: float, y: float) -> str:
        return self.tr("x₁ {x}   x₂ {y}").format(x=number(round(x, 2)), y=number(round(y, 2)))

    def _told_output(self, value: float) -> str:
        return self.tr("output {value}").format(value=number(value))

    def _signed(self, outputs: Array) -> Floats:
        """Outputs (…, 1 or 2) as colours from -1 to 1."""
        return self._reading.signed(outputs)

    @property
    def _has_border(self) -> bool:
        """Whether there is a line to draw where colours change sides."""
        return True

    def _ticks(self) -> tuple[Sequence[float], Sequence[float]]:
        return tuple(np.linspace(*ends, 5).tolist() for ends in self.ranges())

    def _parts(self) -> Iterator[tuple[Array, Array, Array | None, bool]]:
        """Points (n, 2) with their answers (n,), how strong they are drawn (n,), None for full strength; and whether they are rings."""
        data = self._dataset
        if data is None or data.points is None:
            return
        if self.show_test and data.test_points is not None:
            yield data.test_points, data.test.y, None, True
        yield data.points, data.train.y, None, False

    # ---- pictures

    def _class_name(self, index: int) -> str:
        classes = self._reading.classes
        return classes[index] if index < len(classes) else str(index)

    @property
    def _is_mixed(self) -> bool:
        return not self._reading.is_regression and max(len(self._reading.classes), self._units) > 2

    @property
    def _names(self) -> tuple[str, ...]:
        """The classes that the legend names; of many that are numbered only the numbers."""
        names = self._reading.classes[: len(self._theme.tokens.classes)]
        numbered = len(names) > MANY and all(name.startswith(NUMBERED) for name in names)
        return tuple(name.removeprefix(NUMBERED) for name in names) if numbered else names

    @property
    def _has_legend(self) -> bool:
        """While classes are painted their swatches are the legend."""
        return not self.painting or self._reading.is_regression

    @property
    def _units(self) -> int:
        return 1 if self._outputs is None else int(self._outputs.shape[-1])

    def _remake_map(self) -> None:
        self._map, self._lines = None, np.empty((0, 4))
        if self._outputs is not None and (not self._is_mixed or self._units == len(self._reading.classes)):
            if self._is_mixed:
                shares = self._reading.shares(self._outputs)
                self._lines = class_borders(shares)
                self._map = class_image(shares, self._theme.tokens, discrete=self.discrete)
            else:
                signed = self._signed(self._outputs)
                self._lines = zero_lines(signed) if self._has_border else self._lines
                self._map = colormap.diverging_image(np.sign(signed) if self.discrete else signed, self._theme.tokens)
        self.update()

    def _on_theme(self) -> None:
        self._points = None
        self._keep_room()
        self._remake_map()

    def _left(self) -> float:
        """Where the map may begin: right of the numbers of its axis."""
        metrics = QFontMetricsF(self._theme.font(Role.AXIS))
        return max(metrics.horizontalAdvance(text) for text in ("\N{MINUS SIGN}0.5", *map(tick_text, self._ticks()[1]))) + 6

    def _below(self) -> float:
        """The height of the axis and the legend."""
        left = self._left()
        legend = QFontMetricsF(self._theme.font(Role.SECTION)).height() + 16
        if self._is_mixed:
            caption = QFontMetricsF(self._theme.font(Role.CAPTION))
            legend = caption.height() * legend_lines(self._names, caption, self.width() - left - 1) + 4
        return QFontMetricsF(self._theme.font(Role.AXIS)).height() + 10 + (legend if self._has_legend else 0)

    def _keep_room(self) -> None:
        """Where points are painted the square itself is no smaller than that."""
        least = SMALLEST + (math.ceil(self._below()) + 2 if self.painting else 0)
        if least != self.minimumHeight():
            self.setMinimumHeight(least)
            self.setMaximumHeight(max(self.maximumHeight(), least))

    def frame(self) -> Frame:
        """Where the square of the map lies."""
        left, below = self._left(), self._below()
        side = max(40.0, min(self.width() - left - 1, self.height() - below - 2))
        return Frame(QRectF(left, 2, side, side).translated((self.width() - left - 1 - side) / 2, 0), *self.ranges())

    def stamps(self, count: int) -> PointStamps:
        """The pictures of `count` points."""
        radius = RADIUS * self._theme.zoom * (2 if count <= FEW else 1)
        return PointStamps(self._theme.tokens, self._reading, radius, self.devicePixelRatioF())

    def _draw_points(self, painter: QPainter, frame: Frame, points: Array, answers: Array, strengths: Array | None, *, ring: bool) -> None:
        points, answers = points[:MOST_POINTS], answers[:MOST_POINTS]
        steps = np.full(len(points), STRENGTHS) if strengths is None else np.ceil(strengths[:MOST_POINTS] * STRENGTHS)
        places, stamps = frame.to_pixel(points), self.stamps(len(points))
        for step in np.unique(steps).tolist():  # the strongest last, on top
            painter.setOpacity(step / STRENGTHS)
            own = steps == step
            for chosen, stamp in stamps.groups(answers[own], ring=ring):
                stamp_all(painter, stamp, places[own][chosen])
        painter.setOpacity(1.0)

    def _points_pixmap(self, frame: Frame) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._points is None or self._points.size() != size:
            self._points = QPixmap(size)
            self._points.setDevicePixelRatio(ratio)
            self._points.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._points)
            painter.setClipRect(frame.area)
            for points, answers, strengths, ring in self._parts():
                self._draw_points(painter, frame, points, answers, strengths, ring=ring)
            painter.end()
        return self._points

    def _legend_texts(self) -> tuple[str, str, str]:
        """What stands under the colour bar's left end, middle and right end."""
        if self._reading.is_regression:
            return number(-self._reading.largest), "0", number(self._reading.largest)
        minus, plus = self._class_name(0), self._class_name(1)
        if self._reading.encoding.value == "plus_minus":
            minus, plus = (self.tr("class {name}").format(name=name) if name.isdigit() else name for name in (minus, plus))
            return f"\N{MINUS SIGN}1  {minus}", "0", f"{plus}  +1"
        return _end("0", minus, f"0  {minus}"), "0.5", _end("1", plus, f"{plus}  1")

    def _draw_legend(self, painter: QPainter, frame: Frame) -> None:
        top = frame.area.bottom() + QFontMetricsF(self._theme.font(Role.AXIS)).height() + 10
        if self._is_mixed:
            painter.setFont(self._theme.font(Role.CAPTION))
            edge = self._left()
            draw_class_legend(painter, QRectF(edge, top - 4, self.width() - edge - 1, 8), self._names, self._theme.tokens)
        else:
            bar = QRectF(frame.area.left(), top, frame.area.width(), 8)
            draw_bar(painter, self._theme, bar, self._legend_texts(), discrete=self.discrete)

    def _draw_map(self, painter: QPainter, frame: Frame) -> None:
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

    def _draw_read_out(self, painter: QPainter, frame: Frame) -> None:
        if self._mouse is not None and frame.area.contains(self._mouse):
            draw_cross(painter, self._theme.tokens, self._mouse)
            draw_read_out(painter, self._theme, frame.area, self._mouse, self.read_out(*frame.to_plane(self._mouse)))

    def _draw_mark(self, painter: QPainter, frame: Frame) -> None:
        if self._mark is not None and not self.painting:
            x, y = frame.to_pixel(np.array([self._mark]))[0].tolist()
            if frame.area.contains(QPointF(x, y)):
                draw_cross(painter, self._theme.tokens, QPointF(x, y))

    def _choose(self, event: QMouseEvent) -> None:
        frame = self.frame()
        if not self.painting and event.buttons() & Qt.MouseButton.LeftButton and frame.area.contains(event.position()):
            self.set_mark(*frame.to_plane(event.position()))
            assert self._mark is not None
            self.chosen.emit(*self._mark)

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(264, 296)

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self.frame()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_map(painter, frame)
        if not self.painting:
            painter.drawPixmap(0, 0, self._points_pixmap(frame))
            draw_rings(painter, frame.to_pixel(self._ringed[:MOST_POINTS]), self._theme)
        painter.setPen(QPen(QColor(self._theme.tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame.area)
        draw_axes(painter, self._theme, frame, *self._ticks())
        if self._has_legend:
            self._draw_legend(painter, frame)
        self._draw_mark(painter, frame)
        self._draw_read_out(painter, frame)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._points = None
        tallest = self.width() + 30  # a square with its axis and legend: more would leave a hole
        if self.maximumHeight() != max(tallest, self.minimumHeight()):
            self.setMaximumHeight(max(tallest, self.minimumHeight()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self._choose(event)
        frame = self.frame()
        self.hovered.emit(self.read_out(*frame.to_plane(self._mouse)) if frame.area.contains(self._mouse) else "")
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.hovered.emit("")
        self.update()


def _end(number: str, name: str, both: str) -> str:
    """What stands at an end of the colour bar: the class's name alone where it says the number."""
    return name if number in name.split() else both
