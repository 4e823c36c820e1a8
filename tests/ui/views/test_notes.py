"""Notes are typed into the project: kept, undone a burst at a time, and refused with a sentence when they are too long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnplayground.core.edits import changed
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.views.notes import BURST, NotesView

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def notes(window: MainWindow, qtbot: QtBot) -> NotesView:
    """The field, reached as a person does: by its tab, which the arrow keys unfold."""
    qtbot.keyClick(window.bottom.tabs, Qt.Key.Key_Left)  # none comes before the first
    for _ in range(window.bottom.tabs.count() - 1):
        qtbot.keyClick(window.bottom.tabs, Qt.Key.Key_Right)
    assert window.bottom.tabs.tabText(window.bottom.tabs.currentIndex()) == "Notes"
    view = window.findChild(NotesView, "notesView")
    assert view is not None
    window.activateWindow()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.waitUntil(view.hasFocus)
    return view


def test_what_is_typed_in_one_go_is_one_step(window: MainWindow, qtbot: QtBot, notes: NotesView):
    qtbot.keyClicks(notes, "more units")
    qtbot.keyClick(notes, Qt.Key.Key_Return)
    qtbot.keyClicks(notes, "help")
    assert window.document.spec.notes == "more units\nhelp"
    assert window.document.stack.count() == 1
    assert window.isWindowModified()
    qtbot.keyClick(notes, Qt.Key.Key_Z, CONTROL)
    assert (window.document.spec.notes, notes.toPlainText()) == ("", "")
    qtbot.keyClick(notes, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert (window.document.spec.notes, notes.toPlainText()) == ("more units\nhelp", "more units\nhelp")


def test_after_a_pause_begins_another_step(window: MainWindow, qtbot: QtBot, notes: NotesView):
    pause = window._parts.notes._pause
    assert pause.interval() == BURST
    pause.setInterval(1)
    qtbot.keyClicks(notes, "a")
    qtbot.waitUntil(lambda: not pause.isActive())
    qtbot.keyClicks(notes, "b")
    qtbot.waitUntil(lambda: not pause.isActive())
    assert window.document.stack.count() == 2
    qtbot.keyClick(notes, Qt.Key.Key_Z, CONTROL)
    assert notes.toPlainText() == "a"


def test_leaving_the_field_ends_a_step(window: MainWindow, qtbot: QtBot, notes: NotesView):
    qtbot.keyClicks(notes, "a")
    window.setFocus()
    notes.setFocus()
    qtbot.keyClicks(notes, "b")
    assert (notes.toPlainText(), window.document.stack.count()) == ("ab", 2)


def test_typing_moves_neither_the_cursor_nor_the_run(window: MainWindow, qtbot: QtBot, notes: NotesView):
    qtbot.keyClicks(notes, "ac")
    run = window.session.run_id
    qtbot.keyClick(notes, Qt.Key.Key_Left)
    qtbot.keyClicks(notes, "b ")  # Space is a letter here, not Play
    assert (notes.toPlainText(), notes.textCursor().position()) == ("ab c", 3)
    assert (window.session.run_id, window.session.wants_to_train) == (run, False)
    qtbot.keyClick(notes, Qt.Key.Key_Z, CONTROL)
    assert notes.toPlainText() == ""


def test_notes_that_are_too_long_are_refused_and_the_old_ones_stay(window: MainWindow, qtbot: QtBot, notes: NotesView):
    qtbot.keyClicks(notes, "old")
    QGuiApplication.clipboard().setText("x" * 100_001)
    qtbot.keyClick(notes, Qt.Key.Key_V, CONTROL)
    assert (notes.toPlainText(), window.document.spec.notes) == ("old", "old")
    said = window.findChild(QLabel, "statusMessage")
    assert said is not None
    assert "notes: expected at most 100,000 characters" in said.text()


def test_other_edits_leave_the_field_alone(window: MainWindow, notes: NotesView):
    odd = "nbsp:\N{NO-BREAK SPACE}\r\nend"
    window.document.apply(Edit("notes", lambda spec: changed(spec, notes=odd)))
    shown = notes.toPlainText()
    window.document.apply(Edit("seed", lambda spec: changed(spec, seed=1)))
    assert (notes.toPlainText(), window.document.spec.notes) == (shown, odd)
