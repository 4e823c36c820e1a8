"""A picture, and over it in colour which places speak for the answer and which against it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import number, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.markers import card
from nnplayground.ui.views.sample_picture import fitted

Array = NDArray[Any]
PALE = 0.4
"""How much of the picture itself is left below the colours."""
LEGEND = 12.0


def overlay(picture: QImage, parts: Array, scale: float, tokens: Tokens) -> QImage:
    """A picture (h, w) gone pale, with `parts` (h, w) over it: blue above 0, orange below, full from `scale` on; hatched: no number."""
    height, width = parts.shape
    small = picture.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(small.constBits()), np.uint8).reshape(height, small.bytesPerLine())[:, :width]
    paper = colormap.rgb(tokens.surface)
    ground = paper + (rows[..., np.newaxis] / 255 - paper) * PALE
    known = np.isfinite(parts)
    share = np.clip(np.where(known, parts, 0.0) / scale, -1, 1)[..., np.newaxis]
    colours = np.where(share < 0, colormap.rgb(tokens.neg), colormap.rgb(tokens.pos))
    pixels = ground + (colours - ground) * np.abs(share)
    if not known.all():
        down, across = np.indices(known.shape)
        hatch = np.where(((down + across) % 3 == 0)[..., np.newaxis], colormap.rgb(tokens.control), colormap.rgb(tokens.grid))
        pixels = np.where(known[..., np.newaxis], pixels, hatch)
    data = np.ascontiguousarray(np.round(np.clip(pixels, 0, 1) * 255), np.uint8)
    # The copy owns its memory: QImage keeps no reference to the array.
    return QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class WhyPicture(QWidget):
    """The picture with its colours, and a legend; a place is read out under the mouse."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whyPicture")
        self.setAccessibleName(self.tr("Where the answer comes from"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._theme = theme
        self._picture: QImage | None = None
        self._shown: QImage | None = None
        self._mouse: QPointF | None = None
        self.parts: Array = np.zeros((0, 0))
        self.scale = 1.0
        theme.changed.connect(self._colour)

    def show_parts(self, picture: QImage | None, parts: Array, scale: float) -> None:
        """`parts` (h, w) of a picture; None and nothing for no picture."""
        self._picture, self.parts, self.scale = picture, parts, scale
        if parts.size and np.isfinite(parts).any():
            row, column = np.unravel_index(int(np.nanargmax(np.abs(parts))), parts.shape)
            self.setAccessibleDescription(self.read_out(int(row), int(column)).replace("\n", ", "))
        self._colour()

    def _colour(self) -> None:
        there = self._picture is not None and self.parts.size > 0
        self._shown = overlay(self._picture, self.parts, self.scale, self._theme.tokens) if there and self._picture is not None else None
        self.update()

    def read_out(self, row: int, column: int) -> str:
        """One place in words, counted from the top left corner, which is 0, 0."""
        value = float(self.parts[row, column])
        told = signed(value) if np.isfinite(value) else number(value)
        return self.tr("row {row}, column {column}\n{value}").format(row=row, column=column, value=told)

    def area(self) -> QRectF:
        """Where the picture lies."""
        below = QFontMetricsF(self._theme.font(Role.CAPTION)).height() + LEGEND + 4
        height, width = self.parts.shape if self.parts.size else (1, 1)
        box = QRectF(0.5, 0.5, max(self.width() - 1.0, 20.0), max(self.height() - below - 1, 20.0))
        return fitted(box, QSize(width, height))

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        tokens, area = self._theme.tokens, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawImage(area, self._shown)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        self._paint_legend(painter, area)
        self._paint_read_out(painter, area)
        painter.end()

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        tokens, font = self._theme.tokens, self._theme.font(Role.CAPTION, tabular=True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        ends = number(-self.scale), signed(self.scale)
        bar = QRectF(0, area.bottom() + 6, min(self.width(), max(area.width(), 140.0)), 6)
        bar.moveLeft((self.width() - bar.width()) / 2)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, tokens.neg), (0.5, tokens.surface), (1.0, tokens.pos)):
            gradient.setColorAt(place, QColor(colour))
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(tokens.muted))
        below = QRectF(bar.left(), bar.bottom() + 2, bar.width(), metrics.height())
        sides = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
        for text, side in zip((ends[0], "0", ends[1]), sides, strict=True):
            painter.drawText(below, side, text)

    def _paint_read_out(self, painter: QPainter, area: QRectF) -> None:
        if self._mouse is None or not area.contains(self._mouse):
            return
        height, width = self.parts.shape
        row = min(int((self._mouse.y() - area.top()) / area.height() * height), height - 1)
        column = min(int((self._mouse.x() - area.left()) / area.width() * width), width - 1)
        cell = QRectF(area.left() + column * area.width() / width, area.top() + row * area.height() / height,
                      area.width() / width, area.height() / height)  # fmt: skip
        tokens = self._theme.tokens
        painter.setPen(QPen(QColor(tokens.text), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell)
        painter.setFont(self._theme.font(Role.SECTION, tabular=True))
        metrics = QFontMetricsF(painter.font())
        lines = self.read_out(row, column).split("\n")
        box = QRectF(0, 0, max(metrics.horizontalAdvance(line) for line in lines) + 14, metrics.height() * len(lines) + 6)
        left = area.left() - box.width() - 6 if area.left() > box.width() + 6 else 0.0
        box.moveTo(self.width() - box.width() - 1 if self._mouse.x() < self.width() / 2 else left, 1)
        card(painter, box, fill=QColor(tokens.raised), edge=QColor(tokens.border))
        painter.setPen(QColor(tokens.text))
        for i, line in enumerate(lines):
            painter.drawText(QPointF(box.left() + 7, box.top() + 3 + metrics.ascent() + i * metrics.height()), line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.update()
