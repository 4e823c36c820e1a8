"""Whoever hears the window instead of seeing it, or points at something and waits, is told what everything is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.presets import recommended
from nnplayground.ui.main_window import MainWindow

FIELDS = (QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSlider)


def untold(window: QWidget) -> set[str]:
    """Visible buttons and fields without a name, and buttons without a tooltip."""
    wrong = set()
    for kind in (QAbstractButton, *FIELDS):
        for widget in window.findChildren(kind):
            if not widget.isVisible() or not widget.isEnabled() or _is_part(widget):
                continue
            parent = widget.parentWidget()
            who = f"{type(widget).__name__} {widget.objectName()} in {parent.objectName() or type(parent).__name__}"
            if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())):
                wrong.add(f"{who}: name")
            if isinstance(widget, QAbstractButton) and not widget.toolTip():
                wrong.add(f"{who}: tooltip")
    return wrong


def _is_part(widget: QWidget) -> bool:
    """Whether it is a piece of another field or of Qt's own."""
    name, parent = widget.objectName(), widget.parentWidget()
    return name.startswith("qt_") or isinstance(parent, QAbstractSpinBox | QComboBox) or "qt_scrollarea" in parent.objectName()


@pytest.mark.parametrize("data", ["circle", "mnist", "imdb", "boston_housing", "gender"])
def test_everything_says_what_it_is(qtbot: QtBot, make_window: Callable[[], MainWindow], data: str) -> None:
    window = make_window()
    window.resize(1280, 800)
    window.document.open(recommended(data))
    qtbot.waitUntil(lambda: window.trying.page is not None)
    wrong = untold(window)
    window.trying.why_button.click()
    wrong |= untold(window)
    for tabs in (window.bottom.tabs, window.aside.tabs):
        for index in range(tabs.count()):
            tabs.setCurrentIndex(index)
            wrong |= untold(window)
    assert wrong == set()
    window.trying.why_button.setToolTip("")
    window.aside.open_page(window.trying)
    assert untold(window) == {"QToolButton whyButton in _Header: tooltip"}
