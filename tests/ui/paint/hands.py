"""Hands that paint: real mouse and key events for the canvas of a window."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from nnplayground.core.own_data import OwnPoints
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.paint.stroke import Tool

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
Place = tuple[float, float]


class Hands:
    """Places are those of the plane."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.painting = window.output.painting
        self.canvas, self.tools = self.painting.canvas, self.painting.tools

    @property
    def points(self) -> np.ndarray:
        """The points of the project, (n, 3)."""
        data = self.window.document.spec.data
        assert isinstance(data, OwnPoints)
        return np.array(data.points).reshape(-1, 3)

    def pixel(self, at: Place) -> QPointF:
        return QPointF(*self.window.output.map.frame().to_pixel(np.array([at]))[0].tolist())

    def press(self, at: Place, button: Qt.MouseButton = LEFT) -> None:
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)  # as a press of a real mouse does
        self._send(QEvent.Type.MouseButtonPress, at, button, button)

    def move(self, at: Place, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseMove, at, NONE, button)

    def release(self, at: Place, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonRelease, at, button, NONE)

    def stroke(self, *path: Place, button: Qt.MouseButton = LEFT) -> None:
        self.press(path[0], button)
        for at in path[1:]:
            self.move(at, button)
        self.release(path[-1], button)

    def dots(self, *places: Place) -> None:
        """Single points, a click each."""
        self.click_tool(Tool.POINT)
        for at in places:
            self.stroke(at)

    def click(self, name: str) -> None:
        button = self.window.findChild(QAbstractButton, name)
        assert button is not None, name
        assert button.isVisible(), name
        QTest.mouseClick(button, LEFT)

    def click_tool(self, tool: Tool) -> None:
        self.click(f"paint-{tool.value}")

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.canvas, key, modifiers)

    def _send(self, kind: QEvent.Type, at: Place, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        pixel = self.pixel(at)
        event = QMouseEvent(kind, pixel, self.canvas.mapToGlobal(pixel), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)
