"""The drawing pad: mouse, pen, finger and keys become strokes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)  # fmt: skip
from PySide6.QtWidgets import QWidget

from nnplayground.data.drawing import Stroke, box_of
from nnplayground.ui.dropping import dropped_path
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.stroke_paint import dashed, draw_stroke
from nnplayground.ui.views.sample_picture import fitted

KEY_STEP, KEY_LEAP = 1 / 50, 1 / 10
"""Shares of the pad's side that an arrow key moves the pen; with Shift."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
WIPE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
CLOSE = 1 / 400
"""Points nearer than this to the last one tell nothing new."""
MOST_POINTS = 6_000
"""Of a whole drawing: two minutes of scribbling."""
LIGHTEST, HEAVIEST = 0.4, 1.4
"""How thick a pen draws without and with full pressure, of the thickness that is set."""
Place = tuple[float, float]


class DigitCanvas(QWidget):
    """Places are shares of the pad's side. Everything that changes what is drawn can be undone here, one step after the other."""

    changed = Signal()
    """The drawing is another one now: told for every move of a pen."""
    full = Signal()
    """There is no room for more of it."""
    dropped = Signal(object)
    """A file was dropped: its path."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digitCanvas")
        self.setAccessibleName(self.tr("Drawing pad"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the pen, Space puts it down and lifts it, Ctrl+Z takes back a stroke, Delete clears.")
        )
        self.setToolTip(self.tr("Draw with mouse, pen or finger. By keys: arrows move the pen, Space puts it down or lifts it."))
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._theme = theme
        self._strokes: tuple[Stroke, ...] = ()
        self._image: QImage | None = None
        self._before: list[tuple[tuple[Stroke, ...], QImage | None, NDArray[Any] | None]] = []
        self._points: list[Place] = []
        self._widths: list[float] = []
        self._pen: Place = (0.5, 0.5)
        self._by_key = False
        self._finger: int | None = None
        self.loaded: NDArray[Any] | None = None
        """The sample that was made of a picture file, in place of strokes."""
        self.thickness = 0.09
        """Of the pen, as a share of the pad's side."""
        self.invitation = ""
        self.ink: tuple[QColor, QColor] | None = None
        """Colours of pen and ground; None: the theme's."""
        theme.changed.connect(self.update)

    # ---- what is drawn

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, that which is under way included."""
        return (*self._strokes, self._current()) if self._points else self._strokes

    @property
    def is_empty(self) -> bool:
        return not self.strokes and self.loaded is None

    @property
    def is_drawing(self) -> bool:
        """Whether the pen is down."""
        return bool(self._points)

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> None:
        """Take back the last stroke, or whatever was done last; a stroke that is under way goes."""
        if self._before:
            self._points, self._widths = [], []
            self._strokes, self._image, self.loaded = self._before.pop()
            self._tell()

    def clear(self) -> None:
        """Remove everything; `undo` brings it back."""
        if not self.is_empty:
            self._lift()
            self._remember()
            self._strokes, self._image, self.loaded = (), None, None
            self._tell()

    def begin_anew(self, buttons: QWidget) -> None:
        """Remove what was kept by one of `buttons`, which wait for another drawing: the focus comes here."""
        if (focused := self.window().focusWidget()) is not None and buttons.isAncestorOf(focused):
            self.setFocus()
        self.clear()

    def forget_files(self) -> None:
        """Samples that were made of files were made for other data: none comes back by `undo`."""
        self._before = [state for state in self._before if state[2] is None]
        if self.loaded is not None:
            self._lift()
            self._strokes, self._image, self.loaded = (), None, None
            self._tell()

    def show_loaded(self, sample: NDArray[Any], image: QImage) -> None:
        """Have a sample that was made of a file in place of a drawing."""
        self._lift()
        self._remember()
        self._strokes, self._image, self.loaded = (), image, sample
        self._tell()

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Have these lines in place of what is there; `undo` brings that back."""
        self._lift()
        self._remember()
        self._strokes, self._image, self.loaded = strokes, None, None
        self._tell()

    def _remember(self) -> None:
        self._before.append((self._strokes, self._image, self.loaded))

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    def _current(self) -> Stroke:
        return Stroke(np.array(self._points, np.float64), np.array(self._widths, np.float64))

    # ---- the pen

    def _press(self, at: Place, pressure: float | None = None) -> None:
        if self._points:
            return
        self._remember()
        if self.loaded is not None:
            self._image, self.loaded = None, None
        self._points, self._widths = [at], [self._width(pressure)]
        self._tell()

    def _move(self, at: Place, pressure: float | None = None) -> None:
        if not self._points or abs(at[0] - self._points[-1][0]) + abs(at[1] - self._points[-1][1]) < CLOSE:
            return
        if sum(len(stroke.points) for stroke in self._strokes) + len(self._points) >= MOST_POINTS:
            self._lift()
            self.full.emit()
            return
        self._points.append(at)
        self._widths.append(self._width(pressure))
        self._tell()

    def _lift(self) -> None:
        if self._points:
            self._strokes = (*self._strokes, self._current())
            self._points, self._widths = [], []
            self.update()

    def _width(self, pressure: float | None) -> float:
        return self.thickness * (1.0 if pressure is None else LIGHTEST + (HEAVIEST - LIGHTEST) * min(max(pressure, 0.0), 1.0))

    def _place(self, at: QPointF) -> Place:
        area = self._area()
        return (
            min(max((at.x() - area.left()) / area.width(), 0.0), 1.0),
            min(max((at.y() - area.top()) / area.height(), 0.0), 1.0),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._by_key = False
            self._press(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._by_key:
            self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        at = self._place(event.position())
        if event.type() is QEvent.Type.TabletPress:
            self._by_key = False
            self._press(at, event.pressure())
        elif event.type() is QEvent.Type.TabletMove:
            self._move(at, event.pressure())
        elif event.type() is QEvent.Type.TabletRelease:
            self._lift()
        event.accept()  # else Qt makes a mouse of it, without its pressure

    def _touch(self, event: QTouchEvent) -> bool:
        """One finger draws; others that come to it do nothing."""
        for point in event.points():
            if event.type() is QEvent.Type.TouchBegin and self._finger is None:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._finger, self._by_key = point.id(), False
                self._press(self._place(point.position()))
            elif point.id() == self._finger and point.state() is not point.State.Stationary:
                self._move(self._place(point.position()))
        ended = event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
        if ended or all(point.id() != self._finger or point.state() is point.State.Released for point in event.points()):
            self._finger = None
            if event.type() is QEvent.Type.TouchCancel:
                self.undo()
            self._lift()
        event.accept()
        return True

    # ---- keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            return self._touch(event)
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_mine(event):
            event.accept()  # Space trains nothing here, and Ctrl+Z takes back strokes
            return True
        return super().event(event)

    def _is_mine(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            return True
        if event.modifiers() & COMMAND:
            return False
        key = Qt.Key(event.key())
        return key in (*ARROWS, *WIPE, Qt.Key.Key_Space) or (key is Qt.Key.Key_Escape and self._by_key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._is_mine(event):
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif key in WIPE:
            self.clear()
        elif key is Qt.Key.Key_Escape:
            self._lift()
            self._by_key = False
            self.update()
        elif key is Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._by_key = True
                self._lift() if self._points else self._press(self._pen)
                self.update()
        else:
            step = KEY_LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY_STEP
            dx, dy = ARROWS[key]
            self._pen = min(max(self._pen[0] + dx * step, 0.0), 1.0), min(max(self._pen[1] + dy * step, 0.0), 1.0)
            self._by_key = True
            self._move(self._pen)
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._by_key:
            self._lift()
            self._by_key = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def hideEvent(self, event: QEvent) -> None:
        self._lift()

    # ---- files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped_path(event)
        if path is not None and _is_picture(path):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (path := dropped_path(event)) is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    # ---- the picture

    def sizeHint(self) -> QSize:
        return QSize(150, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)

    def _area(self) -> QRectF:
        side = max(min(self.width(), self.height()), 1)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen, ground = self.ink or (QColor(tokens.text), QColor(tokens.surface))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 6, 6)
        strokes = self.strokes
        painter.save()
        painter.setClipRect(area)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(fitted(area.adjusted(4, 4, -4, -4), self._image.size()), self._image)
        elif not strokes:
            self._draw_invitation(painter, area)
        for stroke in strokes:
            draw_stroke(painter, stroke, area, pen)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if (box := box_of(strokes)) is not None:
            painter.setPen(dashed(QColor(tokens.accent)))
            left, top, right, bottom = (v * area.width() for v in box)
            room = QRectF(area.left() + left, area.top() + top, right - left, bottom - top).adjusted(-2, -2, 2, 2)
            painter.drawRect(room.intersected(area.adjusted(1, 1, -1, -1)))
        if self._by_key:
            self._draw_pen(painter, area)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if focused else tokens.control), 2 if focused else 1))
        inset = 1 if focused else 0.5
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 6, 6)
        painter.end()

    def _draw_invitation(self, painter: QPainter, area: QRectF) -> None:
        tokens, middle = self._theme.tokens, area.center()
        painter.setPen(QPen(QColor(tokens.grid) if self.ink is None else self.ink[0], 1))
        painter.setOpacity(1.0 if self.ink is None else 0.3)
        painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()))
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
        painter.setOpacity(1.0)
        painter.setFont(self._theme.font(Role.HELPER if area.width() >= 100 else Role.AXIS))
        painter.setPen(QColor(tokens.muted) if self.ink is None else self.ink[0])
        room = QRectF(area.left() + 2, middle.y() + 4, area.width() - 4, area.height() / 2 - 6)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.invitation)

    def _draw_pen(self, painter: QPainter, area: QRectF) -> None:
        """Where the keys have moved the pen; filled while it is down."""
        at = area.topLeft() + QPointF(self._pen[0] * area.width(), self._pen[1] * area.height())
        accent, reach = QColor(self._theme.tokens.accent), max(self.thickness * area.width() / 2, 4.0)
        painter.setPen(QPen(accent, 2))
        painter.setBrush(accent if self._points else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, reach, reach)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for dx, dy in ARROWS.values():
            way = QPointF(dx, dy)
            painter.drawLine(at + way * (reach + 2), at + way * (reach + 6))


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
