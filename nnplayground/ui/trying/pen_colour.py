"""The colour of the pen, for pictures in colour."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnplayground.ui.theme.theme import Theme

SIDE = 16


class PenColour(QToolButton):
    """A button that opens a list of colours; black or white until one is chosen, whichever shows on the ground."""

    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digitColour")
        self.setAccessibleName(self.tr("Colour of the pen"))
        self.setToolTip(self.tr("Colour of the pen"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIconSize(QSize(SIDE, SIDE))
        self._theme = theme
        self._was_chosen = False
        self.colour: tuple[int, int, int] = (0, 0, 0)
        menu = QMenu(self)
        for name, colour in (
            (self.tr("Black"), (0, 0, 0)), (self.tr("White"), (255, 255, 255)), (self.tr("Red"), (214, 40, 40)),
            (self.tr("Orange"), (240, 140, 20)), (self.tr("Yellow"), (245, 215, 40)), (self.tr("Green"), (40, 150, 70)),
            (self.tr("Blue"), (30, 100, 200)), (self.tr("Violet"), (130, 70, 180)), (self.tr("Brown"), (120, 75, 40)),
        ):  # fmt: skip
            action = menu.addAction(self._swatch(colour), name)
            action.triggered.connect(lambda _checked=False, c=colour: self._choose(c))
        self.setMenu(menu)
        self._show()

    def suit(self, *, dark: bool) -> None:
        """Show on this ground, unless a colour was chosen."""
        if not self._was_chosen:
            self.colour = (255, 255, 255) if dark else (0, 0, 0)
            self._show()

    def _choose(self, colour: tuple[int, int, int]) -> None:
        self.colour, self._was_chosen = colour, True
        self._show()
        self.chosen.emit()

    def _show(self) -> None:
        self.setIcon(self._swatch(self.colour))

    def _swatch(self, colour: tuple[int, int, int]) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(SIDE, SIDE) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.tokens.control), 1))
        painter.setBrush(QColor(*colour))
        painter.drawRoundedRect(1, 1, SIDE - 2, SIDE - 2, 3, 3)
        painter.end()
        return QIcon(pixmap)
