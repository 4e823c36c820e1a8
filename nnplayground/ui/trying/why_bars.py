"""What speaks for an answer and what against it: a bar for each part of a sample, the strongest above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count, signed
from nnplayground.ui.theme.theme import Role, Theme

GAP = 5
NAME_SHARE = 0.42
MOST_TOLD = 10
"""Parts that are read out to those who do not see them."""


@dataclass(frozen=True)
class Part:
    """One part of a sample, what it is there, and what it does for the answer."""

    name: str
    value: str
    effect: float


class WhyBars(QWidget):
    """As many parts as there is room for; the others are added up in the last line. `scale` has the full width."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whyBars")
        self.setAccessibleName(self.tr("What speaks for the answer"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self.parts: tuple[Part, ...] = ()
        self.scale = 1.0
        theme.changed.connect(self.updateGeometry)

    def show_parts(self, parts: Sequence[Part], scale: float) -> None:
        """In any order; those that are no numbers come last."""
        self.parts = tuple(sorted(parts, key=lambda part: 1.0 if math.isnan(part.effect) else -abs(part.effect)))
        self.scale = scale
        self.setAccessibleDescription(", ".join(f"{p.name} {signed(p.effect)}" for p in self.parts[:MOST_TOLD]))
        self.update()

    def shown(self) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """The parts that have a line of their own, and those that share the last one."""
        lines = max(1, int((self.height() + GAP) / self._line()))
        if lines >= len(self.parts):
            return self.parts, ()
        return self.parts[: lines - 1], self.parts[lines - 1 :]

    def _line(self) -> float:
        return QFontMetricsF(self._theme.font(Role.HELPER)).height() + GAP

    def _rest(self, rest: Sequence[Part]) -> Part:
        return Part(self.tr("{n} others").format(n=count(len(rest))), "", sum(part.effect for part in rest))

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(200, round(8 * self._line()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(3 * self._line()))

    def paintEvent(self, event: QPaintEvent) -> None:
        own, rest = self.shown()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, line = self._theme.tokens, self._line()
        metrics = QFontMetricsF(self._theme.font(Role.HELPER, weight=600, tabular=True))
        told = [signed(part.effect) for part in own]
        right = max((metrics.horizontalAdvance(text) for text in (*told, signed(-0.1234))), default=0.0) + 6
        name_width = min(self.width() * NAME_SHARE, max(0.0, self.width() - right - 50))
        middle = name_width + (self.width() - right - name_width) / 2
        half = (self.width() - right - name_width) / 2 - 4
        lines = [*own, *([self._rest(rest)] if rest else [])]
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawLine(round(middle), 0, round(middle), round(len(lines) * line - GAP))
        for row, part in enumerate(lines):
            box = QRectF(0, row * line, self.width(), line - GAP)
            self._paint_name(painter, part, box, name_width - 6, faint=part not in own)
            positive = part.effect >= 0
            length = min(abs(part.effect) / self.scale, 1.0) * half if math.isfinite(part.effect) else 0.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.pos if positive else tokens.neg))
            painter.drawRoundedRect(QRectF(middle if positive else middle - length, box.top() + 2, length, box.height() - 4), 2, 2)
            painter.setFont(self._theme.font(Role.HELPER, weight=600, tabular=True))
            painter.setPen(QColor(tokens.pos_text if positive else tokens.neg_text))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, signed(part.effect))
        painter.end()

    def _paint_name(self, painter: QPainter, part: Part, box: QRectF, width: float, *, faint: bool) -> None:
        tokens, font = self._theme.tokens, self._theme.font(Role.HELPER)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        value = f" {part.value}" if part.value else ""
        room = width - metrics.horizontalAdvance(value)
        name = metrics.elidedText(part.name, Qt.TextElideMode.ElideRight, max(room, 12.0))
        painter.setPen(QColor(tokens.faint if faint else tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(tokens.muted))
        left = metrics.horizontalAdvance(name)
        painter.drawText(box.adjusted(left, 0, width - box.width(), 0), Qt.AlignmentFlag.AlignVCenter, value)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            own, rest = self.shown()
            lines = [*own, *([self._rest(rest)] if rest else [])]
            row = int(event.pos().y() / self._line())
            if row < len(lines):
                part = lines[row]
                value = f" {part.value}" if part.value else ""
                QToolTip.showText(event.globalPos(), plain_tip(f"{part.name}{value}: {signed(part.effect)}"), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

