"""How an answer is divided between two classes: one bar, both names, both shares."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_map import class_colour
from nnplayground.ui.views.markers import draw_class_marker, draw_marker

BAR = 9
GAP = 2


class Shares(QWidget):
    """The two likeliest classes of an answer, the smaller number at the left; the likelier one in bold."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerShares")
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self.shares: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_shares(self, names: tuple[str, ...], shares: tuple[float, ...]) -> None:
        """One share for each class, 1 in sum; () for no answer."""
        self._names, self.shares = names, shares
        self.setAccessibleDescription(", ".join(f"{n} {percent(s)}" for n, s in zip(names, shares, strict=False)))
        self.update()

    def _two(self) -> tuple[int, int]:
        first, second = sorted(sorted(range(len(self.shares)), key=lambda i: -self.shares[i])[:2])
        return first, second

    def sizeHint(self) -> QSize:
        return QSize(200, round(BAR + 7 + QFontMetricsF(self._theme.font(Role.CONTROL)).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self.shares) < 2:
            return
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, second = self._two()
        total = self.shares[first] + self.shares[second] or 1.0
        split = self.width() * self.shares[first] / total
        painter.setPen(Qt.PenStyle.NoPen)
        for index, left, right in ((first, 0.0, split - GAP / 2), (second, split + GAP / 2, float(self.width()))):
            painter.setBrush(QColor(self._colour(index)))
            painter.drawRoundedRect(QRectF(left, 0, max(right - left, 1.0), BAR), 3, 3)
        top = BAR + 7
        for index, at_right in ((first, False), (second, True)):
            font = self._theme.font(Role.CONTROL, weight=600 if self.shares[index] == max(self.shares) else 400)
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            share = percent(self.shares[index])
            room = self.width() / 2 - metrics.horizontalAdvance(f" {share}") - 22
            text = f"{metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, room)} {share}"
            x = self.width() - metrics.horizontalAdvance(text) - 14 if at_right else 16.0
            painter.setPen(QColor(tokens.text))
            painter.drawText(QPointF(x, top + metrics.ascent()), text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour(index)))
            place = QPointF(self.width() - 6 if at_right else 6, top + metrics.height() / 2)
            if len(self.shares) == 2:
                draw_marker(painter, place, 4.5, plus=index == 1)
            else:
                draw_class_marker(painter, place, 4.5, index)
        painter.end()

    def _colour(self, index: int) -> str:
        tokens = self._theme.tokens
        if len(self.shares) == 2:
            return tokens.pos if index else tokens.neg
        return class_colour(tokens, index)
