"""A switch between a few words side by side, of which exactly one holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from nnplayground.ui.theme.theme import Role, Theme

ICON = 16
"""Pixels a side of an icon that stands for a word."""


class Segmented(QWidget):
    """`chosen` is emitted when the person chooses, never when `choose` is called. Arrow keys move the choice."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, choices: Sequence[tuple[str, str, str]], name: str, parent: QWidget | None = None) -> None:
        """`choices` are (key, text, tooltip); `name` is the accessible name of the whole."""
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for key, text, tip in choices:
            button = _Segment(theme, text, self)
            button.setAccessibleName(f"{name}: {text}")
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, k=key: self.chosen.emit(k))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)  # at once, and not when its own layout gets round to it

    def choose(self, key: str | None) -> None:
        """Show a choice; None, or one that is not offered, shows none."""
        self._group.setExclusive(False)
        for k, button in self._buttons.items():
            button.setChecked(k == key)
        self._group.setExclusive(True)

    @property
    def choice(self) -> str | None:
        return next((k for k, b in self._buttons.items() if b.isChecked()), None)

    def button(self, key: str) -> QAbstractButton:
        return self._buttons[key]

    def set_text(self, key: str, text: str) -> None:
        button = self._buttons[key]
        if button.text() != text:
            button.setText(text)
            button.updateGeometry()
            self.updateGeometry()

    def set_icons(self, icons: Mapping[str, str]) -> None:
        """Show these icons instead of the words, which stay the accessible names; none brings the words back."""
        for key, button in self._buttons.items():
            button.icon_name = icons.get(key, "")
            button.updateGeometry()
            button.update()
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.hover))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.end()


class _Segment(QAbstractButton):
    icon_name = ""
    """An icon that stands for the word."""

    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._theme.font(Role.HELPER, weight=600))
        if self.icon_name:
            return QSize(self._theme.pixels(ICON) + 12, max(24, round(metrics.height()) + 8))
        return QSize(round(metrics.horizontalAdvance(self.text())) + 14, max(24, round(metrics.height()) + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.setBrush(QColor(tokens.pressed if tokens.name == "dark" else tokens.surface))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self.icon_name:
            side, tone = self._theme.pixels(ICON), tokens.disabled if not self.isEnabled() else tokens.text
            icon = self._theme.icon(self.icon_name, tone)
            icon.paint(painter, QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side))
            painter.end()
            return
        strong = self.isChecked() or self.underMouse()
        painter.setPen(QColor(tokens.disabled if not self.isEnabled() else tokens.text if strong else tokens.muted))
        painter.setFont(self._theme.font(Role.HELPER, weight=600 if self.isChecked() else 500))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
