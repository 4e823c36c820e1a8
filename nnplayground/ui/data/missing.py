"""`Missing`: says in the data panel that one's own files are not to be had, and offers to find them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from nnplayground.ui.theme.theme import Role, Theme, dress

BREAK = "\u200b"
"""May end a line, and takes no room: a long path has no blanks."""


class Missing(QWidget):
    """Hidden while nothing is missing."""

    find_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.find_button = QLabel(), QPushButton()
        self.sentence.setObjectName("missingData")
        self.sentence.setProperty("tone", "error")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.find_button.setObjectName("findMissingData")
        self.find_button.setToolTip(self.tr("Say where it is now; can be undone"))
        self.find_button.clicked.connect(lambda _checked: self.find_asked.emit())
        for part in (self.sentence, self.find_button):
            theme.use_font(part, Role.HELPER)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.sentence)
        column.addWidget(self.find_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def say(self, sentence: str, find: str, *, is_wrong: bool) -> None:
        """`find` is what its button says; empty where there is nothing to find. An empty sentence says that nothing is missing."""
        self.sentence.setText(sentence.replace("/", f"/{BREAK}").replace("\\", f"\\{BREAK}").replace("_", f"_{BREAK}"))
        self.sentence.setAccessibleName(sentence)
        dress(self.sentence, "tone", "error" if is_wrong else "muted")
        self.find_button.setText(find)
        self.find_button.setAccessibleName(find)
        self.find_button.setVisible(bool(find))
        self.setVisible(bool(sentence))
