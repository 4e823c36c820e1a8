"""What stands around a map of the plane: axes, the bar of colours, the cross and the read-out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.frame import Frame
from nnplayground.ui.views.markers import card
from nnplayground.ui.views.ticks import tick_text

GAP = 6
"""Pixels between words in one line."""


def draw_axes(painter: QPainter, theme: Theme, frame: Frame, across: Sequence[float], up: Sequence[float]) -> None:
    """The numbers of both axes; those at the ends stay within the map's own width and height."""
    painter.setFont(theme.font(Role.AXIS))
    painter.setPen(QColor(theme.tokens.faint))
    metrics = QFontMetricsF(painter.font())
    height, area = metrics.height(), frame.area
    end = area.left() - GAP
    for tick in across:
        text = tick_text(tick)
        half = min(metrics.horizontalAdvance(text) / 2, area.width() / 2)
        x = min(max(frame.to_pixel(np.array([[tick, frame.y_range[0]]]))[0, 0], area.left() + half), area.right() - half)
        if x - half < end + GAP:
            continue  # it would run into the number before
        end = x + half
        painter.drawText(QRectF(x - 60, area.bottom() + 4, 120, height), Qt.AlignmentFlag.AlignCenter, text)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for tick in up:
        y = frame.to_pixel(np.array([[frame.x_range[0], tick]]))[0, 1]
        y = min(max(y, area.top() + height / 2), area.bottom() - height / 2)
        painter.drawText(QRectF(area.left() - 126, y - height / 2, 120, height), right, tick_text(tick))


def draw_bar(painter: QPainter, theme: Theme, bar: QRectF, texts: tuple[str, str, str], *, discrete: bool) -> None:
    """The colours from -1 to 1, and what stands under their left end, middle and right end."""
    shades, font = colormap.diverging(theme.tokens), theme.font(Role.CAPTION)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for i in range(17):
        share = (i >= 8.5) if discrete else i / 16
        red, green, blue = (int(v) for v in shades[round(share * (len(shades) - 1))])
        gradient.setColorAt(i / 16, QColor(red, green, blue))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(bar, 3, 3)
    painter.setFont(font)
    painter.setPen(QColor(theme.tokens.muted))
    below = QRectF(bar.left(), bar.bottom() + 3, bar.width(), QFontMetricsF(font).height())
    room = bar.width() - sum(QFontMetricsF(font).horizontalAdvance(text) for text in texts) - 2 * GAP
    if room < 0:
        texts = texts[0], "", texts[2]  # the middle says itself
    for text, side in zip(texts, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight), strict=True):
        painter.drawText(below, side, text)


def draw_cross(painter: QPainter, tokens: Tokens, at: QPointF) -> None:
    """The sign for one place."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((tokens.surface, 3.2), (tokens.text, 1.2)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, 6, 6)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(dx * 3, dy * 3), at + QPointF(dx * 9, dy * 9))


def draw_read_out(painter: QPainter, theme: Theme, area: QRectF, at: QPointF, text: str) -> None:
    """A card with these lines in the corner of the map that is far from `at`."""
    font = theme.font(Role.SECTION, tabular=True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    lines = text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines) + 16
    box = QRectF(0, 0, width, metrics.height() * len(lines) + 8)
    inside = area.adjusted(6, 6, -6, -6)
    left = inside.right() - width if at.x() < inside.center().x() else inside.left()
    top = inside.bottom() - box.height() if at.y() < inside.center().y() else inside.top()
    box.moveTo(left, top)
    card(painter, box, fill=QColor(theme.tokens.raised), edge=QColor(theme.tokens.border))
    painter.setPen(QColor(theme.tokens.text))
    for i, line in enumerate(lines):
        painter.drawText(QPointF(left + 8, top + 4 + metrics.ascent() + i * metrics.height()), line)
