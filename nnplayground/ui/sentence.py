"""`Sentence`: text that wraps, and asks for no more room than it takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel


class Sentence(QLabel):
    """As high as its lines are at the width it has. Qt's own asks for what a narrower one would need, and has its page scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, max(self.heightForWidth(self.width()), 0) if self.text() else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def unbroken(parts: Sequence[str], between: str) -> str:
    """Parts one after the other; lines end between them only."""
    return between.join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
