"""`PageScroll`: what has no room in a panel is scrolled to, instead of pushing other panels away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from nnplayground.ui.theme.theme import Theme

LEAST = QSize(190, 84)
"""Pixels, at the usual size of text, that a page may always ask for; what it wants beyond them is scrolled."""
SURE_WIDTH = 280
"""Pixels of width that it gets in any case: more than any page beside the network wants at the usual size of text."""


class PageScroll(QScrollArea):
    """Asks for as much room as its page, but no more than `LEAST`."""

    def __init__(self, theme: Theme, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._page = theme, page
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(page)
        page.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        whole = self._page.minimumSizeHint() + QSize(self.verticalScrollBar().sizeHint().width(), 0)
        return whole.boundedTo(QSize(max(self._theme.pixels(LEAST.width()), SURE_WIDTH), self._theme.pixels(LEAST.height())))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and watched is self._page:
            self.updateGeometry()
        return super().eventFilter(watched, event)
