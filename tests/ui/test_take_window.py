"""In the window: what is taken away of the network is the network that is there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow


def test_every_panel_gives_what_it_shows(window: MainWindow, qtbot: QtBot) -> None:
    panels = {"takeCurves": window.curves, "takeOutput": window.output, "takeNetwork": window.network, "takeLog": window.log}
    for name, panel in panels.items():
        button = window.findChild(QToolButton, name)
        button.click()
        menu = next(menu for menu in panel.findChildren(QMenu, "takeAwayMenu") if menu.isVisible())
        assert menu.actions()
        menu.close()
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 3)
    window.session.pause()
    window.findChild(QToolButton, "takeNetwork").click()
    menu = next(menu for menu in window.network.findChildren(QMenu, "takeAwayMenu") if menu.isVisible())
    QGuiApplication.clipboard().setText("")
    copy = next(action for action in menu.actions() if action.objectName() == "copyTable")
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(copy).center())
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("layer\tweights"))
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()[1:]]
    assert all(np.isfinite(float(row[3])) for row in rows)
    assert len(rows) == window.document.analysis.parameters
