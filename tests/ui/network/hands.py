"""A person's hands on the network panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnplayground.ui.network.panel import NetworkPanel

LEFT = Qt.MouseButton.LeftButton
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def at(panel: NetworkPanel, point: QPointF) -> QPoint:
    return panel.canvas.mapFromScene(point)


def header(panel: NetworkPanel, layer: int) -> QPoint:
    box = panel.canvas.picture.layer_rect(layer)
    return at(panel, QPointF(box.center().x(), box.top() + 22))


def click(panel: NetworkPanel, point: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseMove(panel.canvas.viewport(), point)
    QTest.mouseClick(panel.canvas.viewport(), button, modifiers, point)


def drag(panel: NetworkPanel, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = PLAIN, *, release: bool = True) -> None:
    port = panel.canvas.viewport()
    QTest.mousePress(port, LEFT, modifiers, start)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(port, start + (end - start) * share)
    if release:
        QTest.mouseRelease(port, LEFT, modifiers, end)


def press(panel: NetworkPanel, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(panel.canvas, key, modifiers)
