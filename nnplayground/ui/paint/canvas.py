"""The canvas: lies over the map while points are painted, and turns mouse, pen and keys into strokes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from nnplayground.core.painting import Points
from nnplayground.ui.paint.layer import PointLayer
from nnplayground.ui.paint.stroke import Brush, Place, Stroke, Tool
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.decision_map import DecisionMap
from nnplayground.ui.views.frame import Frame
from nnplayground.ui.views.points import FEW

HOLD = 60
"""Milliseconds after which a brush that is kept where it is sprays again."""
KEY_STEP, KEY_LEAP = 1 / 60, 1 / 12
"""Shares of the map's side that an arrow key moves the cross; with Shift."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
WIPE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class PaintCanvas(QWidget):
    """Shows points and paints on them. What a stroke has made of them is told when it ends; nothing else keeps it."""

    stroke_done = Signal(object)
    """The `Stroke` that has just ended, and changed something."""
    began = Signal()
    busy = Signal()
    """The stroke that has begun goes on."""
    ended = Signal()
    """The stroke is over, whatever has become of it; told last."""
    full = Signal()
    """There is no room for more points."""
    size_wanted = Signal(int)
    """The wheel or a key asks for a larger (+1) or smaller (-1) brush."""

    def __init__(self, theme: Theme, decision_map: DecisionMap) -> None:
        super().__init__(decision_map)
        self.setObjectName("paintCanvas")
        self.setAccessibleName(self.tr("Canvas for points"))
        self.setAccessibleDescription(self.tr("Arrow keys move the cross, Enter paints, Delete erases, digits choose the class."))
        self._theme, self._map = theme, decision_map
        self.brush = Brush()
        self.points: Points = np.empty((0, 3))
        self._rng = np.random.default_rng()
        self._stroke: Stroke | None = None
        self._layer: PointLayer | None = None
        self._wiped: Place | None = None
        """Where the eraser was last."""
        self._pointer: QPointF | None = None
        self._cross: Place = (0.0, 0.0)
        self._by_key = False
        self._hold = QTimer(self)
        self._hold.setInterval(HOLD)
        self._hold.timeout.connect(self._on_hold)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.hide()
        theme.changed.connect(self._forget_picture)

    # ---- what is shown

    def show_points(self, points: Points) -> None:
        """The project's points; a stroke that is not based on them is broken off."""
        if np.array_equal(points, self.points):
            return
        self.points = points
        self.break_off()
        self._forget_picture()

    def set_brush(self, brush: Brush) -> None:
        self.brush = brush
        self.update()

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    def break_off(self) -> None:
        """End the stroke that is under way as if it had never begun."""
        self._hold.stop()
        if self._stroke is not None:
            self._stroke = None
            self._forget_picture()
            self.ended.emit()

    # ---- strokes

    def _press(self, at: Place, *, erase: bool) -> None:
        if self._stroke is not None:
            return
        frame = self._map.frame()
        brush = replace(self.brush, tool=Tool.ERASE) if erase else self.brush
        self._wiped = None
        self.began.emit()
        self._stroke = Stroke(self.points, brush, frame.high, self._rng, at)
        if brush.tool is Tool.BRUSH:
            self._hold.start()
        if brush.tool is Tool.DRAG:
            self._forget_picture()
        self._show_new(self._stroke.points[len(self.points) :] if brush.tool in (Tool.BRUSH, Tool.POINT) else np.empty((0, 3)), at)

    def _move(self, at: Place) -> None:
        if self._stroke is not None:
            self._show_new(self._stroke.move(at), at)

    def _on_hold(self) -> None:
        if self._stroke is not None:
            self._show_new(self._stroke.hold(), None)

    def _release(self) -> None:
        self._hold.stop()
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        if stroke.full:
            self.full.emit()
        if stroke.changed:
            self.points = stroke.points
        if not stroke.changed or stroke.brush.tool is Tool.DRAG:
            self._forget_picture()
        self.update()
        if stroke.changed:
            self.stroke_done.emit(stroke)
        self.ended.emit()

    def _show_new(self, fresh: Points, at: Place | None) -> None:
        """Bring the picture up to date, as little of it as has changed."""
        stroke, layer = self._stroke, self._picture()
        assert stroke is not None
        if stroke.brush.tool is Tool.ERASE and at is not None:
            ends = layer.frame.to_pixel(np.array([self._wiped or at, at]))
            self._wiped = at
            room = 2 * stroke.brush.radius * layer.frame.scale  # the eraser lags behind by less
            (left, top), (right, bottom) = (ends.min(axis=0) - room).tolist(), (ends.max(axis=0) + room).tolist()
            layer.redraw(QRectF(left, top, right - left, bottom - top), stroke.points)
        elif len(fresh):
            layer.add(fresh)
        self.busy.emit()
        self.update()

    # ---- the picture

    def _forget_picture(self) -> None:
        self._layer = None
        self.update()

    def _picture(self) -> PointLayer:
        frame, stamps = self._map.frame(), self._map.stamps(FEW + 1)
        layer = self._layer
        if layer is None or layer.size != self.size() or layer.frame != frame or not layer.stamps.alike(stamps):
            layer = self._layer = PointLayer(self.size(), frame, stamps)
            stroke = self._stroke
            points = self.points if stroke is None else stroke.points
            if stroke is not None and stroke.brush.tool is Tool.DRAG:
                points = points[~stroke.dragged]
            layer.add(points)
        return layer

    def paintEvent(self, event: QPaintEvent) -> None:
        layer, stroke = self._picture(), self._stroke
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, layer.pixmap)
        if stroke is not None and stroke.brush.tool is Tool.DRAG:
            layer.draw(painter, stroke.points[stroke.dragged])
        if not len(self.points) and stroke is None:
            self._draw_invitation(painter, layer.frame)
        self._draw_brush(painter, layer.frame)
        painter.setPen(QPen(self._theme.color("accent"), 2 if self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(layer.frame.area)
        painter.end()

    def _draw_invitation(self, painter: QPainter, frame: Frame) -> None:
        painter.setFont(self._theme.font(Role.HELPER))
        painter.setPen(self._theme.color("muted"))
        text = self.tr("Paint points here.\nThe right button erases.")
        painter.drawText(frame.area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _draw_brush(self, painter: QPainter, frame: Frame) -> None:
        """The brush's edge under the pointer, or where the keys have moved the cross."""
        at = self._pointer
        if at is None and self._by_key:
            at = QPointF(*frame.to_pixel(np.array([self._cross]))[0].tolist())
        if at is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.tokens.text), 1.2))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(dx * 2, dy * 2), at + QPointF(dx * 6, dy * 6))
        if self.brush.tool is not Tool.POINT or (self._stroke is not None and self._stroke.brush.tool is Tool.ERASE):
            painter.save()
            painter.setClipRect(frame.area)
            reach = self.brush.radius * frame.scale
            painter.drawEllipse(at, reach, reach)
            painter.restore()

    # ---- mouse and pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        frame = self._map.frame()
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or not frame.area.contains(event.position()):
            return
        self._by_key = False
        self._press(frame.to_plane(event.position()), erase=event.button() is Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self._map.frame()
        self._pointer = event.position() if frame.area.contains(event.position()) or self._stroke is not None else None
        self._by_key = False
        self._cross = frame.to_plane(_within(frame.area, event.position()))
        if event.buttons() and self._stroke is not None:
            self._move(self._cross)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self._release()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.size_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        if self._stroke is None:
            self._pointer = None
            self.update()

    # ---- keys

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_mine(event):
            event.accept()  # arrows walk no menus here
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS and _is_mine(event):
            frame = self._map.frame()
            step = (frame.high - frame.low) * (KEY_LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY_STEP)
            dx, dy = ARROWS[key]
            self._cross = (
                min(max(self._cross[0] + dx * step, frame.low), frame.high),
                min(max(self._cross[1] + dy * step, frame.low), frame.high),
            )
            self._pointer, self._by_key = None, True
            self._move(self._cross)
            self.update()
        elif key in (*PRESS, *WIPE):
            if not event.isAutoRepeat():
                self._pointer, self._by_key = None, True
                self._press(self._cross, erase=key in WIPE)
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.size_wanted.emit(1 if key is Qt.Key.Key_BracketRight else -1)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*PRESS, *WIPE):
            if not event.isAutoRepeat():
                self._release()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._by_key:
            self._release()
        self.update()

    def hideEvent(self, event: QEvent) -> None:
        self._release()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget_picture()


def _is_mine(event: QKeyEvent) -> bool:
    """Whether a key belongs to the canvas: with Ctrl and Alt it is a command of the window."""
    return not event.modifiers() & COMMAND and event.key() in (*ARROWS, *PRESS, *WIPE, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight)


def _within(area: QRectF, at: QPointF) -> QPointF:
    """The nearest place inside the map."""
    return QPointF(min(max(at.x(), area.left()), area.right()), min(max(at.y(), area.top()), area.bottom()))
