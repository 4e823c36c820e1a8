"""A file that is dropped anywhere on the window is opened: by Qt's own routing, over whatever widget the pointer is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.presets import recommended
from nnplayground.core.project_file import ProjectFile, write_project
from nnplayground.ui.main_window import MainWindow

COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def notes(window: MainWindow) -> QWidget:
    view = window.findChild(QWidget, "notesView")
    assert view is not None
    tabs = window.bottom.tabs
    tabs.setCurrentIndex(next(i for i in range(tabs.count()) if tabs.tabText(i) == "Notes"))
    return view


def carry(window: MainWindow, target: QWidget, mime: QMimeData) -> bool:
    """Drag over the middle of a widget and let go, as the platform tells a window; says whether it may be let go there."""
    handle, place = window.windowHandle(), target.mapTo(window, target.rect().center())
    entered = QDragEnterEvent(place, COPY, mime, LEFT, PLAIN)
    QApplication.sendEvent(handle, entered)
    moved = QDragMoveEvent(place + QPoint(2, 2), COPY, mime, LEFT, PLAIN)
    moved.setAccepted(entered.isAccepted())
    QApplication.sendEvent(handle, moved)
    if moved.isAccepted():
        QApplication.sendEvent(handle, QDropEvent(QPointF(place), COPY, mime, LEFT, PLAIN))
    return moved.isAccepted()


@pytest.mark.parametrize("target", [
    lambda window: window.network.canvas.viewport(), notes, lambda window: window.output.map, lambda window: window.data,
    lambda window: window.transport,
], ids=["network", "notes", "map", "data", "transport"])  # fmt: skip
def test_a_project_is_opened_wherever_it_is_dropped(
    target: Callable[[MainWindow], QWidget], window: MainWindow, qtbot: QtBot, tmp_path: Path
):
    path = tmp_path / "spiral.nnp"
    write_project(path, ProjectFile(recommended("spiral")))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert carry(window, target(window), mime)
    qtbot.waitUntil(lambda: window.document.spec.data.name == "spiral")
    assert window.document.spec.notes == ""


def test_a_text_can_still_be_dropped_on_the_notes(window: MainWindow, qtbot: QtBot):
    mime = QMimeData()
    mime.setText("seen in the book")
    view = notes(window)
    assert carry(window, view, mime)
    assert "seen in the book" in view.toPlainText()  # type: ignore[attr-defined]
