"""The page for data with one input: the fitted line, how far it is from each point, and how its two parameters came there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.regression import FittedLine
from nnplayground.ui.views.scatter import padded
from nnplayground.ui.views.ticks import tick_text


class LinePage(QWidget):
    """The plot, a switch for the residuals, and below them the parameters over the epochs, where there are just two."""

    def __init__(self, theme: Theme, fitted: FittedLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.residuals = QCheckBox(self.tr("Residuals"))
        self.residuals.setObjectName("showResiduals")
        self.residuals.setAccessibleName(self.tr("Residuals"))
        self.residuals.setToolTip(self.tr("Show how far each point is from the fitted line. Training is not touched."))
        self.residuals.toggled.connect(fitted.set_residuals)
        self.trace = ParameterTrace(theme, fitted)
        self._fitted = fitted
        fitted.traced.connect(self._on_traced)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(fitted, 3)
        column.addWidget(self.trace, 1)
        column.addWidget(self.residuals)
        column.addStretch(0)
        self._on_traced()

    def _on_traced(self) -> None:
        self.trace.setVisible(len(self._fitted.trace) > 1)
        self.trace.update()


class ParameterTrace(QWidget):
    """w and b over the epochs; where it is known what they should become, that as a dotted line."""

    def __init__(self, theme: Theme, fitted: FittedLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parameterTrace")
        self.setAccessibleName(self.tr("The parameters w and b over the epochs"))
        self.setToolTip(self.tr("The weight w and the bias b as the network learns. Dotted: what the points were made with"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme, self._fitted = theme, fitted
        theme.changed.connect(self.updateGeometry)

    def _row(self) -> float:
        return QFontMetricsF(self._theme.font(Role.AXIS)).height()

    def sizeHint(self) -> QSize:
        return QSize(264, round(6 * self._row()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 0)  # where the window is low the plot needs the room

    def paintEvent(self, event: QPaintEvent) -> None:
        trace = np.array(self._fitted.trace, np.float64).reshape(-1, 3)
        if len(trace) < 2 or self.height() < 4 * self._row():
            return
        tokens, goal = self._theme.tokens, self._fitted.goal
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Role.AXIS, weight=500))
        metrics = QFontMetricsF(painter.font())
        texts = [f"{name} {number(value)}" for name, value in zip("wb", trace[-1, 1:].tolist(), strict=True)]
        right = max(map(metrics.horizontalAdvance, (*texts, "w \N{MINUS SIGN}0.0000"))) + 8
        left = max(metrics.horizontalAdvance(tick_text(value)) for value in goal) + 6 if goal else 2.0
        area = QRectF(left, metrics.height() / 2, self.width() - left - right, self.height() - 1.6 * metrics.height())
        low, high = padded(np.concatenate([trace[:, 1:].ravel(), np.array(goal, np.float64)]), 0.08)
        first, last = float(trace[0, 0]), max(float(trace[-1, 0]), float(trace[0, 0]) + 1e-9)

        def up(value: float) -> float:
            return area.bottom() - (value - low) / (high - low) * area.height()

        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        apart = max(map(up, goal)) - min(map(up, goal)) >= metrics.height() if goal else False
        for value in goal:
            painter.setPen(QPen(QColor(tokens.control), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(area.left(), up(value)), QPointF(area.right(), up(value)))
            if not apart:
                continue  # 2 and -1 on each other would read -2
            painter.setPen(QColor(tokens.faint))
            box = QRectF(0, up(value) - metrics.height() / 2, left - 6, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick_text(value))
        x = area.left() + (trace[:, 0] - first) / (last - first) * area.width()
        tops = []
        for column, style in ((1, Qt.PenStyle.SolidLine), (2, Qt.PenStyle.DashLine)):
            known = np.isfinite(trace[:, column])
            y = area.bottom() - (trace[known, column] - low) / (high - low) * area.height()
            painter.setPen(QPen(QColor(tokens.text), 1.6, style))
            painter.drawPolyline(QPolygonF([QPointF(*p) for p in np.stack([x[known], y], axis=1).tolist()]))
            tops.append((float(y[-1]) if len(y) else area.center().y()) - metrics.height() / 2)
        if abs(tops[0] - tops[1]) < metrics.height():
            middle, sign = sum(tops) / 2, 1 if tops[0] > tops[1] else -1
            tops = [middle + sign * metrics.height() / 2, middle - sign * metrics.height() / 2]
        painter.setPen(QColor(tokens.text))
        for text, top in zip(texts, tops, strict=True):
            place = QRectF(area.right() + 6, min(max(top, 0.0), area.bottom() - metrics.height()), right, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(tokens.faint))
        below = QRectF(area.left(), area.bottom() + 2, area.width(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, tick_text(round(first, 1)))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("epoch {epoch}").format(epoch=tick_text(round(last, 1))))
        painter.end()
