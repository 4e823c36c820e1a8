"""What a hand does in the window, and what it waits for."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton
LONG = 60_000
"""Milliseconds after which TensorFlow is taken for stuck."""
W = TypeVar("W", bound=QWidget)


def ready(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until Play would train the network as it is now."""
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and not window.session.settle.isActive(), timeout=LONG)


def take_focus(qtbot: QtBot, window: MainWindow) -> None:
    """As a click on the window's ground does: shortcuts go to the active window."""
    window.activateWindow()
    window.setFocus()
    qtbot.waitUntil(window.isActiveWindow)


def part(window: MainWindow, kind: type[W], name: str) -> W:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(part(window, QAbstractButton, name), LEFT)
