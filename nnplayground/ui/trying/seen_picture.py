"""What the network is given of a drawing, pixel by pixel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.sample_picture import fitted

MOST_GRID = 40
"""A picture of more pixels a side has no grid: it would be all grid."""


class SeenPicture(QWidget):
    """The picture with its pixels' grid; without a drawing the empty grid."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digitPicture")
        self.setAccessibleName(self.tr("The picture that the network sees"))
        self._theme = theme
        self._size = QSize(28, 28)
        self.image: QImage | None = None

    def show_size(self, height: int, width: int) -> None:
        """How many pixels there are while there is no picture."""
        self._size = QSize(width, height)
        self.update()

    def show_image(self, image: QImage | None) -> None:
        self.image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(112, 112)

    def minimumSizeHint(self) -> QSize:
        return QSize(56, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, fitted(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._size)
        painter = QPainter(self)
        painter.fillRect(area, QColor(tokens.surface))
        if self.image is not None:
            painter.drawImage(area, self.image)
        rows, columns = self._size.height(), self._size.width()
        if max(rows, columns) <= MOST_GRID:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            colour = QColor(tokens.control)
            colour.setAlpha(60)
            painter.setPen(QPen(colour, 1))
            for i in range(1, columns):
                x = area.left() + area.width() * i / columns
                painter.drawLine(round(x), round(area.top()), round(x), round(area.bottom()))
            for i in range(1, rows):
                y = area.top() + area.height() * i / rows
                painter.drawLine(round(area.left()), round(y), round(area.right()), round(y))
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        painter.end()
