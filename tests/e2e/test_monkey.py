"""Twenty seconds of clicks and keys at random: no exception, no warning of Qt, nothing lost.

`MONKEY_SECONDS=300 MONKEY_SEED=7` makes it longer, or another one.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from traceback import format_exception

import pytest
from e2e.monkey import Monkey
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Engine

SECONDS = float(os.environ.get("MONKEY_SECONDS", "20"))
SEED = int(os.environ.get("MONKEY_SEED", "1"))
PAUSE = 15
"""Milliseconds between two deeds: the window has its turns in between."""


@pytest.mark.timeout(SECONDS * 3 + 120)
def test_a_monkey_breaks_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The system's file browser is not the app's: without a screen, Qt warns that it has none.
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    window.activateWindow()
    monkey, loop = Monkey(window, SEED, tmp_path), QEventLoop()
    end, errors = time.monotonic() + SECONDS, []

    def act() -> None:
        over, popup = errors or time.monotonic() >= end, QApplication.activePopupWidget()
        if over and popup is None:
            loop.quit()
            return
        QTimer.singleShot(PAUSE, act)  # before the deed: a menu may have an event loop of its own, which ends with it
        if over:
            popup.close()
            return
        try:
            monkey.act()
        except Exception as error:  # noqa: BLE001  # told below, with what led to it
            errors.append(error)

    QTimer.singleShot(PAUSE, act)
    loop.exec()
    assert not errors, "\n".join((*monkey.done, *(line for error in errors for line in format_exception(error))))
    while (popup := QApplication.activePopupWidget() or QApplication.activeModalWidget()) is not None:
        popup.close()
    assert window.isVisible()
    assert window.session.engine is Engine.READY, monkey.done
    # Nothing is lost: the project reads back, and every step can be taken back and done again.
    document = window.document
    last = document.spec
    assert parse_recipe(to_toml(last)) == last
    while document.stack.canUndo():
        document.stack.undo()
    while document.stack.canRedo():
        document.stack.redo()
    assert document.spec == last
