"""The view options of the output: a menu that does not stop the window, and whose ticks are those of the boxes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow


def test_options_are_ticked_in_the_menu_as_beside_the_map(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    output = make_window().output
    for box in (output.test_box, output.discrete_box):
        for on in (True, False):
            qtbot.mouseClick(output.options, Qt.MouseButton.LeftButton)
            menu = next(menu for menu in output.findChildren(QMenu) if menu.isVisible())
            action = next(action for action in menu.actions() if action.text() == box.text())
            assert action.isChecked() is not on
            qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
            assert box.isChecked() is on
    assert not output.map.discrete
