"""`LessonsDock`: lessons lie left of the network, and only for those who want them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from nnplayground.ui.docks import PanelDock
from nnplayground.ui.panel import Panel

LESSONS_WIDTH, MOST_OF_WINDOW = 300, 0.28
LESSONS_WANT = 150
"""Pixels by which a window must be wider, with lessons in it, for the data to have its column."""


class LessonsDock(PanelDock):
    """Its place is between the data and the network."""

    opened = Signal()
    """It came into sight, or went out of it."""

    def __init__(self, window: QMainWindow, panel: Panel, action: QAction) -> None:
        super().__init__("lessonsDock", panel.accessibleName(), panel, window)
        self._window, self._action = window, action
        self.hide()
        action.triggered.connect(self._on_action)
        self.visibilityChanged.connect(self._on_visible_now)

    @property
    def is_beside(self) -> bool:
        """Whether it takes some of the window's width."""
        return not self.isHidden() and not self.isFloating()

    @property
    def wish(self) -> int:
        """How wide it wants to be."""
        return min(self.panel.theme.pixels(LESSONS_WIDTH), round(self._window.width() * MOST_OF_WINDOW))

    def arrange(self, data: PanelDock) -> None:
        """Its place at first."""
        shown = not self.isHidden()
        self._window.removeDockWidget(self)
        self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self)
        self._window.splitDockWidget(data, self, Qt.Orientation.Horizontal)
        self.setFloating(False)
        self.setVisible(shown)

    def _on_action(self, checked: bool) -> None:
        self.setVisible(checked)
        if checked:
            self.raise_()

    def _on_visible_now(self, _visible: bool) -> None:
        self._action.setChecked(not self.isHidden())
        self.opened.emit()
