"""`DownloadSign`: says in the status row which data is being downloaded; a click shows more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from nnplayground.ui.theme.theme import Role, Theme

if TYPE_CHECKING:
    from nnplayground.ui.store.shelf import Entry


class DownloadSign(QToolButton):
    """Not there while nothing is being downloaded."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("downloadSign")
        self.setProperty("tone", "window")
        self.setProperty("kind", "text")
        theme.use_icon_size(self, 14)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.use_font(self, Role.HELPER, weight=500)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def show_downloads(self, entries: Sequence[Entry]) -> None:
        """Show what is being downloaded or waits for it; nothing hides the sign."""
        from nnplayground.ui.store import words

        text = words.fetching(entries)
        self.setText(text)
        self.setAccessibleName(self.tr("Downloads: {what}").format(what=text))
        self.setToolTip("\n".join([*(words.line(entry) for entry in entries), self.tr("Opens the data manager")]))
        self.setVisible(bool(entries))

    def _dress(self) -> None:
        self.setIcon(self._theme.icon("download"))
