"""The probabilities of an answer as bars, the likeliest class first."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme

BAR = 6
NARROW = 16
"""Pixels in which bars say nothing."""
NAME = 0.36
"""The part of the width that names may take."""


class AnswerBars(QWidget):
    """As many classes as there is room for; the right one is always among them, and has a tick mark."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerBars")
        self.setAccessibleName(self.tr("Probabilities of all classes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._right: int | None = None
        self.shares: tuple[float, ...] = ()
        theme.changed.connect(self.update)

    def show_shares(self, names: tuple[str, ...], shares: tuple[float, ...], right: int | None) -> None:
        """One share for each class; () for no answer."""
        self._names, self.shares, self._right = names, shares, right
        said = "\n".join(f"{names[i]} {percent(shares[i])}" for i in self._order()[:20])
        self.setAccessibleDescription(said)
        self.setToolTip(plain_tip(said))
        self.update()

    def _order(self) -> list[int]:
        return np.argsort(-np.asarray(self.shares, np.float64), kind="stable").tolist()

    def shown(self) -> list[int]:
        """The classes that there is room for."""
        order, rows = self._order(), max(1, int(self.height() / self._row()))
        if self._right is None or self._right >= len(order) or self._right in order[:rows]:
            return order[:rows]
        return [*order[: rows - 1], self._right]

    def _row(self) -> float:
        """Closer together where that lets all of them be seen."""
        line = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        return min(line + 2, max(line * 0.86, self.height() / max(len(self.shares), 1)))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold, plain = self._theme.font(Role.CAPTION, weight=600, tabular=True), self._theme.font(Role.CAPTION, weight=400, tabular=True)
        metrics = QFontMetricsF(bold)
        shown, tick = self.shown(), metrics.horizontalAdvance("✓") + 4
        left = min(max((metrics.horizontalAdvance(self._names[i]) for i in shown), default=0.0), self.width() * NAME) + tick + 5
        end = metrics.horizontalAdvance("100.0 %") + 6
        track = self.width() - left - end
        for place, i in enumerate(shown):
            line = QRectF(0, place * self._row(), self.width(), self._row())
            right, middle = i == self._right, Qt.AlignmentFlag.AlignVCenter
            painter.setFont(bold if right or place == 0 else plain)
            painter.setPen(QColor(tokens.ok if right else tokens.text if place == 0 else tokens.muted))
            if right:
                painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, "✓")
            name = metrics.elidedText(self._names[i], Qt.TextElideMode.ElideRight, left - tick - 5)
            painter.drawText(line.adjusted(tick, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | middle, name)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, percent(self.shares[i]))
            if track < NARROW:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(left, line.center().y() - BAR / 2, track, BAR)
            painter.setBrush(QColor(tokens.grid))
            painter.drawRoundedRect(bar, 3, 3)
            if np.isfinite(self.shares[i]) and self.shares[i] > 0:
                painter.setBrush(QColor(tokens.magnitude if place == 0 or right else tokens.control))
                painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(track * min(self.shares[i], 1.0), 2.0), BAR), 3, 3)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(170, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 30)
