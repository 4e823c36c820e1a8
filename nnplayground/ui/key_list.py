"""The list of all keys (F1)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnplayground.ui.theme.theme import Role, Theme

Group = tuple[str, Sequence[tuple[str, str]]]
"""A title, and keys with what they do."""


class KeyList(QDialog):
    """Groups of keys side by side."""

    def __init__(self, theme: Theme, parent: QWidget, groups: Sequence[Group]) -> None:
        super().__init__(parent)
        self.setObjectName("keyList")
        self.setWindowTitle(self.tr("Keyboard"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout()
        row.setSpacing(36)
        for title, keys in groups:
            if keys:
                row.addLayout(self._group(theme, title, keys))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(row)
        column.addWidget(buttons)

    def _group(self, theme: Theme, title: str, keys: Sequence[tuple[str, str]]) -> QVBoxLayout:
        head, grid = QLabel(title), QGridLayout()
        theme.use_font(head, Role.TITLE)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        for line, (key, words) in enumerate(keys):
            for place, text, tone in ((0, key, ""), (1, words, "muted")):
                label = QLabel(text)
                label.setProperty("tone", tone)
                theme.use_font(label, Role.HELPER, weight=600 if place == 0 else 400)
                grid.addWidget(label, line, place, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(head)
        column.addLayout(grid)
        column.addStretch(1)
        return column
