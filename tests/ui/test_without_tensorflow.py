"""Where TensorFlow cannot be used, no view promises what will not come."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.engine.backend import Backend
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Engine
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.nothing import Nothing


def broken() -> Backend:
    raise ImportError("no such library")


@pytest.mark.parametrize("title", ["Confusion", "Mistakes", "Weights", "Activations", "Working"])
def test_a_view_says_why_it_stays_empty(theme: Theme, qtbot: QtBot, title: str) -> None:
    window = MainWindow(theme, broken)
    try:
        page = next(page for page in window.bottom._pages if page.accessibleName() == title)
        window.bottom.open_page(page)
        window.show()
        qtbot.waitUntil(lambda: window.session.engine is Engine.MISSING)
        empty = page.findChild(Nothing)
        assert empty is not None
        qtbot.waitUntil(empty.isVisible)
        qtbot.waitUntil(lambda: empty.text == "TensorFlow cannot be used. Without it nothing is worked out. The tab Log says why.")
    finally:
        window.files.mark_saved()
        window.close()
        window.deleteLater()
