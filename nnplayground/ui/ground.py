"""What the window shows in its first moment: where its panels will be, while they are still being made."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Theme

TOP, TRANSPORT, STATUS, GAP, EDGE = 34, 56, 24, 7, 8


class Ground(QWidget):
    """Empty surfaces at the places of transport, data, network, curves and output."""

    def __init__(self, theme: Theme, sides: tuple[int, int], bottom: int) -> None:
        super().__init__()
        self.setObjectName("windowGround")
        self._theme, self._sides, self._bottom = theme, sides, bottom

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color("window"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.color("border")), 1))
        painter.setBrush(self._theme.color("surface"))
        left, right = self._sides
        width, top, height = self.width() - 2 * EDGE, TOP + TRANSPORT + GAP, self.height() - STATUS
        middle = QRectF(EDGE + left + GAP, top, width - left - right - 2 * GAP, height - top - self._bottom - GAP)
        for area in (
            QRectF(EDGE, TOP, width, TRANSPORT),
            QRectF(EDGE, top, left, height - top),
            middle,
            QRectF(middle.left(), middle.bottom() + GAP, middle.width(), self._bottom),
            QRectF(middle.right() + GAP, top, right, height - top),
        ):
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.end()
