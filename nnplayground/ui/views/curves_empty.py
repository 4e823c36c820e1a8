"""What stands over empty curves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from nnplayground.ui.theme.theme import Role, Theme


class CurvesEmpty(QFrame):
    """Stands over the empty plots and says how they fill."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("curvesEmpty")
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title, sentence = QLabel(self.tr("No curve for this network yet")), QLabel(self.tr("Press Play or Space."))
        self.sentence = sentence
        theme.use_font(title, Role.TITLE)
        theme.use_font(sentence, Role.HELPER)
        sentence.setProperty("tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(sentence)
