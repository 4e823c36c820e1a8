"""`Offer`: a sentence in the status row with the buttons that answer it; nothing waits for the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from nnplayground.ui.theme.theme import Role, Theme


@dataclass(frozen=True)
class Choice:
    """A button: its object name, what it says, what that means, and what it does."""

    name: str
    text: str
    tooltip: str
    act: Callable[[], None]


class Offer(QFrame):
    """Goes away when it is answered."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # the row gets no higher by it
        self.sentence = QLabel(self)
        self.sentence.setObjectName("offerSentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.use_font(self.sentence, Role.HELPER, weight=600)
        self._buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self.sentence)
        self.hide()

    def make(self, sentence: str, choices: Sequence[Choice]) -> None:
        """Offer something, instead of what was offered before."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._buttons = [self._button(choice) for choice in choices]
        for button in self._buttons:
            self._row.addWidget(button)
        self.show()

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text, self)
        button.setObjectName(choice.name)
        button.setProperty("kind", "link")
        button.setToolTip(choice.tooltip)
        button.setAccessibleName(choice.text)
        self._theme.use_font(button, Role.HELPER, weight=600)
        button.clicked.connect(self.hide)
        button.clicked.connect(lambda _checked: choice.act())
        return button
