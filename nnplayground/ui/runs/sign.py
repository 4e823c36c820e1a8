"""`BatchSign`: says in the status row which of several runs trains; a click ends that."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from nnplayground.ui.theme.theme import Role, Theme


class BatchSign(QToolButton):
    """Not there while no runs are compared."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("batchSign")
        self.setProperty("tone", "window")
        self.setProperty("kind", "text")
        self.setIconSize(QSize(14, 14))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(self.tr("Runs are compared. A click ends that, and the project is what it was"))
        theme.use_font(self, Role.HELPER, weight=500)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def show_progress(self, progress: str) -> None:
        """Nothing hides the sign."""
        self.setText(progress)
        self.setAccessibleName(self.tr("Stop comparing: {progress}").format(progress=progress))
        self.setVisible(bool(progress))

    def _dress(self) -> None:
        self.setIcon(self._theme.icon("stop"))
