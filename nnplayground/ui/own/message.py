"""`Message`: a sentence across a dialog: what is wrong, what is worth knowing, or what is being done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnplayground.ui.theme.theme import Role, Theme, dress


class Message(QFrame):
    """Hidden while there is nothing to say."""

    stop_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, work: str = "table-search") -> None:
        """`work` is the icon while something is looked at."""
        super().__init__(parent)
        self.setObjectName("tableMessage")
        self._theme = theme
        self._icon, self._work = "", work
        self._tone = "warn"
        self._sign, self.sentence = QLabel(), QLabel()
        self.sentence.setObjectName("tableSentence")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        theme.use_font(self.sentence, Role.BODY)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setObjectName("tableStop")
        self.stop.setAccessibleName(self.tr("Stop looking at the table"))
        self.stop.setToolTip(self.tr("Stop looking; nothing is changed"))
        self.stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(8)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.stop)
        theme.changed.connect(self._dress)
        self.hide()

    def say(self, sentence: str, kind: str = "advice") -> None:
        """`kind` is problem, advice or work; an empty sentence hides it."""
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._icon = {"problem": "alert-circle", "advice": "lightbulb-on-outline", "work": self._work}[kind]
        self._tone = {"problem": "error", "advice": "warn", "work": "muted"}[kind]
        self.stop.setVisible(kind == "work")
        dress(self, "kind", kind if kind != "work" else "card")
        self._dress()
        self.setVisible(bool(sentence))

    def _dress(self) -> None:
        if self._icon:
            self._sign.setPixmap(self._theme.icon(self._icon, getattr(self._theme.tokens, self._tone)).pixmap(QSize(16, 16)))
