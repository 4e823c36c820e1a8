"""`ElidedLabel`: a line of text that is cut off where there is no room; its tooltip has it in full."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """superqt has one too; importing it costs a quarter of a second."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._whole = self._brief = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_text(self, text: str, brief: str = "") -> None:
        """Show as much of it as there is room for; or in its place what says the same in brief."""
        self._whole, self._brief = text, brief
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._cut()

    def _cut(self) -> None:
        letters = self.fontMetrics()
        whole = self._whole if not self._brief or letters.horizontalAdvance(self._whole) <= self.width() else self._brief
        self.setText(letters.elidedText(whole, self._mode, self.width()))
