"""Hands that work lessons by mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnplayground.ui.lessons.teaching import Teaching
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton
RESTS = (Phase.READY, Phase.FINISHED)


def button(window: MainWindow, name: str) -> QAbstractButton:
    found = [b for b in window.findChildren(QAbstractButton, name) if b.isVisible()]
    assert found, f"no button {name} in sight"
    return found[0]


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    pressed = button(window, name)
    assert pressed.isEnabled(), name
    qtbot.mouseClick(pressed, LEFT)


def teaching(window: MainWindow) -> Teaching:
    return window.lessons.panel.teaching


def show_list(qtbot: QtBot, window: MainWindow) -> None:
    if not window.lessons.isVisible():
        click(qtbot, window, "lessonsButton")
    if not window.lessons.panel.list.isVisible():
        click(qtbot, window, "allLessons")


def begin(qtbot: QtBot, window: MainWindow, lesson: str, *, anew: bool = False, timeout: int = 5_000) -> None:
    show_list(qtbot, window)
    name = f"{'lessonAnew' if anew else 'startLesson'}-{lesson}"
    card = window.lessons.panel.list.cards[lesson]
    qtbot.waitUntil(card.start.isVisible)
    window.lessons.panel.list.area.ensureWidgetVisible(card)
    click(qtbot, window, name)
    taught = teaching(window)
    qtbot.waitUntil(lambda: not taught.busy and taught.lesson is not None and taught.lesson.id == lesson, timeout=timeout)
    qtbot.waitUntil(lambda: window.session.phase in RESTS, timeout=timeout)


def leave(qtbot: QtBot, window: MainWindow, timeout: int = 5_000) -> None:
    click(qtbot, window, "leaveLesson")
    qtbot.waitUntil(lambda: not window.files.guest, timeout=timeout)
    qtbot.waitUntil(lambda: window.session.phase in RESTS, timeout=timeout)
