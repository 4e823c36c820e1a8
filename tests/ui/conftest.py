from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core.presets import default_project
from nnplayground.data.registry import facts
from nnplayground.ui.document import Document
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Engine, Phase
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.theme.theme import Theme

MANY = 100
"""Widgets, of which a window has 1,500."""


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    # Only now do the widgets of the tests before go, which would all be dressed again: without an event loop nothing is deleted later.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if len(qapp.allWidgets()) > MANY:
        gc.collect()  # parts of windows that only the collector finds, which seldom comes by itself
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme = Theme(qapp)
    if theme.dark:  # only then: to dress everything once more takes longer than many a test
        theme.set_dark(False)
    yield theme
    theme.setParent(None)  # else create_application would find it while it goes away
    theme.deleteLater()


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(default_project(), facts)


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def start_session(qtbot: QtBot, document: Document, backend: FakeBackend) -> Iterator[Callable[[], TrainingSession]]:
    """Starts sessions over the scripted network, and waits until they are ready to train."""
    sessions: list[TrainingSession] = []

    def start() -> TrainingSession:
        session = TrainingSession(document, lambda: backend)
        sessions.append(session)
        session.start()
        qtbot.waitUntil(lambda: session.engine is Engine.READY and session.phase in (Phase.READY, Phase.BLOCKED))
        return session

    yield start
    for session in sessions:
        session.close()


@pytest.fixture
def session(start_session: Callable[[], TrainingSession]) -> TrainingSession:
    return start_session()


@pytest.fixture
def make_window(qtbot: QtBot, theme: Theme, backend: FakeBackend) -> Iterator[Callable[[], MainWindow]]:
    """Shows windows over the scripted network, and waits until they are ready to train."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(theme, lambda: backend)
        windows.append(window)
        window.show()
        qtbot.waitUntil(lambda: window.session.engine is Engine.READY and window.session.phase is Phase.READY)
        return window

    yield make
    for window in windows:
        window.files.mark_saved()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(make_window: Callable[[], MainWindow]) -> MainWindow:
    return make_window()
