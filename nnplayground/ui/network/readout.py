"""The card that reads out what the pointer is on: a neuron, or a weight."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.numbers import signed
from nnplayground.ui.theme.theme import Role, Theme

PAD = 11.0
PICTURE = 64.0
PER_ROW = 5


@dataclass(frozen=True)
class Reading:
    """What the card says. `value` is written large, `terms` are named numbers below."""

    title: str
    lines: tuple[str, ...] = ()
    value: float | None = None
    bias: float | None = None
    image: QImage | None = None
    terms: tuple[tuple[str, float], ...] = ()

    def text(self) -> str:
        """The same as one sentence, for those who do not see the card."""
        parts = [self.title, *self.lines]
        if self.value is not None:
            parts.append(signed(self.value))
        if self.bias is not None:
            parts.append(f"bias {signed(self.bias)}")
        return ", ".join([*parts, *(f"{name} {signed(v)}" for name, v in self.terms)])


class ReadOut(QWidget):
    """Floats over the canvas and lets the pointer through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.reading: Reading | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_reading(self, reading: Reading | None, item: QRectF, bounds: QRectF, pointer: QPointF, avoid: list[QRectF]) -> None:
        """Show a reading in the corner of `bounds` where it hides the least of `avoid` and nothing of `item`; None hides the card."""
        self.reading = reading
        if reading is None:
            self.hide()
            return
        self.setAccessibleName(reading.text())
        size = self._measure(reading)
        self.resize(size.toSize())
        self.move(_corner(size, item, bounds, pointer, avoid).toPoint())
        self.show()
        self.raise_()
        self.update()

    def _fonts(self) -> tuple[QFontMetricsF, QFontMetricsF, QFontMetricsF]:
        fonts = self._theme.font(Role.TITLE), self._theme.font(Role.HELPER), self._theme.font(Role.METRIC)
        return QFontMetricsF(fonts[0]), QFontMetricsF(fonts[1]), QFontMetricsF(fonts[2])

    def _cell(self, reading: Reading) -> float:
        _, helper, _ = self._fonts()
        return max((max(helper.horizontalAdvance(name), helper.horizontalAdvance(signed(v))) for name, v in reading.terms), default=0) + 12

    def _measure(self, reading: Reading) -> QSizeF:
        title, helper, metric = self._fonts()
        height = title.height() + len(reading.lines) * helper.height()
        width = max([title.horizontalAdvance(reading.title), *(helper.horizontalAdvance(line) for line in reading.lines)]) + 4
        if reading.value is not None:
            height += metric.height() + 2
        if reading.bias is not None:
            height += helper.height()
        if reading.image is not None:
            width, height = width + PICTURE + 12, max(height, PICTURE)
        if reading.terms:
            rows = -(-len(reading.terms) // PER_ROW)
            width = max(width, self._cell(reading) * min(len(reading.terms), PER_ROW))
            height += 8 + rows * (2 * helper.height() + 4)
        return QSizeF(width + 2 * PAD, height + 2 * PAD - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        reading, tokens = self.reading, self._theme.tokens
        if reading is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(QColor(tokens.control if self._theme.dark else tokens.border), 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        x, y = PAD, PAD - 1
        if reading.image is not None:
            picture = QRectF(PAD, PAD, PICTURE, PICTURE)
            painter.drawImage(picture, reading.image)
            x += PICTURE + 12
        y = self._write(painter, x, y, reading.title, Role.TITLE if reading.value is None else Role.HELPER,
                        tokens.text if reading.value is None else tokens.muted)  # fmt: skip
        if reading.value is not None:
            colour = _colour(reading.value, tokens.neg_text, tokens.pos_text)
            y = self._write(painter, x, y + 1, signed(reading.value), Role.METRIC, colour) + 1
        for line in reading.lines[:1]:
            y = self._write(painter, x, y, line, Role.HELPER, tokens.muted)
        if reading.bias is not None:
            text = self.tr("bias {value}").format(value=signed(reading.bias))
            y = self._write(painter, x, y, text, Role.HELPER, _colour(reading.bias, tokens.neg_text, tokens.pos_text))
        for line in reading.lines[1:]:
            y = self._write(painter, x, y, line, Role.HELPER, tokens.muted)
        if reading.image is not None:
            y = max(y, PAD + PICTURE)
        self._paint_terms(painter, reading, y + 7)
        painter.end()

    def _paint_terms(self, painter: QPainter, reading: Reading, top: float) -> None:
        tokens, helper, cell = self._theme.tokens, self._fonts()[1], self._cell(reading)
        centre = Qt.AlignmentFlag.AlignCenter
        for i, (name, value) in enumerate(reading.terms):
            x, y = PAD + i % PER_ROW * cell, top + i // PER_ROW * (2 * helper.height() + 4)
            painter.setFont(self._theme.font(Role.CAPTION))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QRectF(x, y, cell - 4, helper.height()), centre, name)
            painter.setFont(self._theme.font(Role.HELPER, weight=600, tabular=True))
            painter.setPen(QColor(_colour(value, tokens.neg_text, tokens.pos_text)))
            painter.drawText(QRectF(x, y + helper.height() - 1, cell - 4, helper.height()), centre, signed(value))

    def _write(self, painter: QPainter, x: float, y: float, text: str, role: Role, colour: str) -> float:
        font = self._theme.font(role)
        height = QFontMetricsF(font).height()
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(x, y, self.width() - x, height), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        return y + height


def _colour(value: float, negative: str, positive: str) -> str:
    return negative if value < 0 else positive


def _corner(size: QSizeF, item: QRectF, bounds: QRectF, pointer: QPointF, avoid: list[QRectF]) -> QPointF:
    """The corner where the card hides neither `item` nor the pointer, and as little else as possible; then the nearest."""
    inside = bounds.adjusted(10, 10, -10, -10)
    corners = [
        QPointF(x, y) for x in (inside.left(), inside.right() - size.width()) for y in (inside.bottom() - size.height(), inside.top())
    ]

    def cost(corner: QPointF) -> tuple[bool, bool, int, float]:
        box = QRectF(corner, size)
        covers = box.adjusted(-6, -6, 6, 6).contains(pointer)
        hidden = sum(box.intersects(other) for other in avoid)
        return covers, box.intersects(item), hidden, (box.center() - pointer).manhattanLength()

    return min(corners, key=cost)
