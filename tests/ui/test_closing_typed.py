"""Who closes the window while a field is still being written in loses nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox
from pytestqt.qtbot import QtBot

from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.views.notes import NotesView

PROJECT = ProjectFile(default_project())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_project(tmp_path / "mine.nnp", PROJECT)
    return tmp_path / "mine.nnp"


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def question(window: MainWindow) -> QMessageBox | None:
    return next((box for box in window.findChildren(QMessageBox, "unsavedQuestion") if box.isVisible()), None)


def save(qtbot: QtBot, window: MainWindow) -> None:
    """The answer to the question."""
    box = question(window)
    assert box is not None
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Save"), Qt.MouseButton.LeftButton)


def test_closing_asks_about_what_is_still_being_typed(window: MainWindow, qtbot: QtBot, path: Path):
    opened(qtbot, window, path)
    window.network.canvas.setFocus()
    qtbot.keyClick(window.network.canvas, Qt.Key.Key_Home)
    qtbot.keyClick(window.network.canvas, Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    assert line is not None
    assert line.objectName() == "layerName"
    qtbot.keyClicks(line, "first")
    assert not window.files.unsaved
    window.close()
    assert window.isVisible()
    save(qtbot, window)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_project(path).spec.layers[0].name == "first"


def test_closing_asks_about_notes_that_are_still_being_typed(window: MainWindow, qtbot: QtBot, path: Path):
    opened(qtbot, window, path)
    notes = window.findChild(NotesView, "notesView")
    assert notes is not None
    window.bottom.open_page(window._parts.notes)
    notes.setFocus()
    qtbot.keyClicks(notes, "to do")
    window.close()
    save(qtbot, window)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_project(path).spec.notes == "to do"


def test_closing_while_a_number_is_typed_that_cannot_be_keeps_the_project_as_it_is(window: MainWindow, qtbot: QtBot, path: Path):
    opened(qtbot, window, path)
    rate = window.findChild(QComboBox, "learningRate")
    assert rate is not None
    rate.setFocus()
    rate.lineEdit().selectAll()
    qtbot.keyClicks(rate.lineEdit(), "much")
    window.close()
    assert (question(window), window.isVisible()) == (None, False)
    assert read_project(path) == PROJECT


class Composer:
    """Stands in for the screen's input method: what it composes is sent to the field when it is told to commit."""

    def __init__(self, text: str) -> None:
        self.text = text

    def compose(self) -> None:
        QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent(self.text, []))

    def commit(self) -> None:
        event = QInputMethodEvent()
        event.setCommitString(self.text)
        self.text = ""
        QApplication.sendEvent(QApplication.focusWidget(), event)


def test_closing_asks_about_what_an_input_method_still_composes(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened(qtbot, window, path)
    notes = window.findChild(NotesView, "notesView")
    assert notes is not None
    window.bottom.open_page(window._parts.notes)
    qtbot.waitUntil(notes.isVisible)
    notes.setFocus()
    composer = Composer("\u7b14\u8bb0")
    monkeypatch.setattr(QGuiApplication, "inputMethod", lambda: composer)
    composer.compose()
    assert notes.toPlainText() == ""
    window.close()
    save(qtbot, window)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_project(path).spec.notes == "\u7b14\u8bb0"
