from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow


@pytest.fixture
def make_window(qtbot: QtBot, make_window: Callable[[], MainWindow]) -> Iterator[Callable[[], MainWindow]]:
    """Windows that are out of their lessons when they are closed at the end."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        windows.append(make_window())
        return windows[-1]

    yield make
    for window in windows:
        if window.files.guest:
            home: list[bool] = []
            window.lessons.panel.teaching.leave(lambda home=home: home.append(True))
            qtbot.waitUntil(lambda home=home: bool(home))
