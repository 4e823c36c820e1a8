"""The terms of one weighted sum as bars, with the sum and what its function makes of it above them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.engine.working import LayerWorking
from nnplayground.ui.theme.numbers import MINUS, NOT_A_NUMBER, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.functions import applied

SIDE = 18.0
"""Pixels that the longest bar goes up or down."""
WIDEST = 22.0
ROOM = 33.0
"""Pixels that a bar with its number needs."""


class TermBars(QWidget):
    """z = Σ w·a + b of one unit: each product has a bar, the bias the last one; where there is little room the largest do."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("termBars")
        self.setAccessibleName(self.tr("How the answer's sum comes about"))
        self.setToolTip(self.tr("The last layer's weighted sum: each bar is a weight times what comes in, "
                               "a hollow one all others together, the last one the bias"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self.working: LayerWorking | None = None
        theme.changed.connect(self.updateGeometry)

    def show_working(self, working: LayerWorking | None) -> None:
        self.working = working
        self.setAccessibleDescription("" if working is None else f"z = {signed(working.z)}, {applied(working)}")
        self.update()

    @property
    def bars(self) -> list[tuple[float, bool]]:
        """What the bars stand for: as many products as there is room for; all others together (true) where there are some; the bias."""
        total = self.working.sum if self.working is not None else None
        if total is None:
            return []
        bias = [] if total.bias is None else [total.bias]
        places = max(2, int(self.width() / (ROOM * self._theme.zoom))) - len(bias)
        products = [term.product for term in total.terms]
        others = []
        if total.others or len(products) > places:
            products.sort(key=lambda p: -abs(p))
            others = [sum(products[places - 1 :]) + total.others_sum]
            products = products[: places - 1]
        return [*((p, False) for p in products), *((p, True) for p in others), *((b, False) for b in bias)]

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(self._theme.font(Role.HELPER)).height()
        small = QFontMetricsF(self._theme.font(Role.AXIS)).height()
        return QSize(200, round(line + 8 + 2 * SIDE + 2 + small))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.working is None:
            return
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain = self._theme.font(Role.HELPER, tabular=True)
        line = QRectF(0, 0, self.width(), QFontMetricsF(plain).height())
        painter.setFont(plain)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, f"z = {signed(self.working.z)}")
        painter.setFont(self._theme.font(Role.HELPER, weight=600, tabular=True))
        painter.setPen(QColor(tokens.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, applied(self.working))
        self._draw_bars(painter, line.bottom() + 8)
        painter.end()

    def _draw_bars(self, painter: QPainter, top: float) -> None:
        bars, tokens = self.bars, self._theme.tokens
        if not bars:
            return
        axis = top + SIDE
        largest = max((abs(b) for b, _others in bars if math.isfinite(b)), default=0.0) or 1.0
        font = self._theme.font(Role.AXIS, weight=QFont.Weight.Medium)
        small = QFontMetricsF(font)
        painter.setFont(font)
        step = self.width() / len(bars)
        width = min(WIDEST, step * 0.6)
        painter.setPen(QColor(tokens.control))
        painter.drawLine(QPointF(0, axis), QPointF(self.width(), axis))
        for number, (value, others) in enumerate(bars):
            middle = (number + 0.5) * step
            height = SIDE * value / largest if math.isfinite(value) else 0.0
            positive = value >= 0
            colour = QColor(tokens.pos if positive else tokens.neg)
            painter.setPen(QPen(colour, 1) if others else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if others else colour)
            painter.drawRect(QRectF(middle - width / 2, axis - height, width, height).normalized())
            painter.setPen(QColor(tokens.pos_text if positive else tokens.neg_text))
            box = QRectF(number * step - 4, top + 2 * SIDE + 2, step + 8, small.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, short(value))


def short(value: float) -> str:
    """As narrow as a bar: two places, or fewer digits."""
    if not math.isfinite(value):
        return NOT_A_NUMBER
    size = abs(value)
    text = f"{size:.2f}" if size < 10 else f"{size:.1f}" if size < 100 else f"{size:.0f}" if size < 1e5 else f"{size:.0e}"
    return f"{'+' if value >= 0 else MINUS}{text}"
