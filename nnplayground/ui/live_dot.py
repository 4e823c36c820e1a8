"""`LiveDot`: the violet dot after the name of a setting that acts on the run that is going on."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Theme


class LiveDot(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("liveDot")
        self.setFixedSize(8, 8)
        self.setToolTip(self.tr("Live: changing it does not begin another run."))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(QRect(1, 2, 5, 5))
        painter.end()
