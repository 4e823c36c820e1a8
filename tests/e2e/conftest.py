from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.hand import LONG, ready
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnplayground.ui.app import create_application, create_main_window
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.questions import Choice


@pytest.fixture
def make_window(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows over the real TensorFlow, as the app does, and waits until they are ready to train."""
    windows: list[MainWindow] = []

    def make(file: Path | None = None) -> MainWindow:
        create_application([])
        window = create_main_window(file)
        windows.append(window)
        window.show()
        ready(qtbot, window)
        return window

    yield make
    for window in windows:
        window.files.questions.unsaved = lambda _text, decided: decided(Choice.DISCARD)  # type: ignore[method-assign]
        window.files.mark_saved()
        window.close()
        qtbot.waitUntil(lambda window=window: not window.isVisible(), timeout=LONG)  # type: ignore[misc]  # in a lesson it goes home first
        window.deleteLater()


@pytest.fixture
def window(make_window: Callable[[], MainWindow]) -> MainWindow:
    return make_window()
