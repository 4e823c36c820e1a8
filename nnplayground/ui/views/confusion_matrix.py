"""The confusion matrix as a picture: what each class (rows) is taken for (columns)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import count, percent
from nnplayground.ui.theme.theme import Role, Theme

NUMBERED = 12
"""Classes up to which every cell has its number."""
SCALES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Shares of a class that may have the full colour; the legend says which."""
LEAST = QSize(170, 90)
PALEST = 0.22
"""How much of the full colour a single mistake has."""
STEPS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
Cell = tuple[int, int]
"""The true class, and the predicted one."""


class ConfusionMatrix(QWidget):
    """Hover reads a cell; a click or the arrow keys choose one; Enter or a double click opens its samples."""

    chosen = Signal(object)
    """A cell, or None: the person's choice."""
    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusionMatrix")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._theme = theme
        self._classes: tuple[str, ...] = ()
        self._shares: NDArray[np.float64] = np.empty((0, 0))
        self._picture: QImage | None = None
        self._near: Cell | None = None
        self._least = LEAST
        self.counts: NDArray[np.int64] | None = None
        self.scale = 1.0
        """The share of a class that has the full colour."""
        self.cell: Cell | None = None
        self.as_shares = False
        self.stale = False
        theme.changed.connect(self._paint_anew)

    # ---- what is shown

    def show_classes(self, classes: tuple[str, ...]) -> None:
        if classes != self._classes:
            self._classes, self.cell = classes, None
            self.show_counts(None)

    def show_counts(self, counts: NDArray[np.int64] | None) -> None:
        """How many samples of the row's class were taken for the column's; None for a network that knows nothing yet."""
        self.counts = counts
        if counts is None:
            self._shares, self._near = np.empty((0, 0)), None
        else:
            self._shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            most = float((self._shares - np.diag(np.diag(self._shares))).max(initial=0.0))
            self.scale = next(scale for scale in SCALES if scale >= most - 1e-9)
        self._paint_anew()

    def set_as_shares(self, on: bool) -> None:
        self.as_shares = on
        self.update()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def choose(self, cell: Cell | None) -> None:
        """Mark a cell; `chosen` is not emitted."""
        self.cell = cell
        self.setAccessibleDescription(self.read_out(cell) if cell is not None else "")
        self.update()

    def read_out(self, cell: Cell) -> str:
        """One cell in words."""
        if self.counts is None:
            return ""
        (true, predicted), classes = cell, self._classes
        total = int(self.counts[true].sum())
        values = {"name": classes[true], "n": count(int(self.counts[cell])), "total": count(total),
                  "other": classes[predicted], "share": percent(float(self._shares[cell]))}  # fmt: skip
        if true == predicted:
            return self.tr("{name}: {n} of {total} right, {share}").format(**values)
        return self.tr("{name}: {n} of {total} taken for {other}, {share}").format(**values)

    def text(self, cell: Cell) -> str:
        """What stands in a cell; nothing where there is nothing."""
        if self.counts is None or not self.counts[cell]:
            return ""
        if not self.as_shares:
            return count(int(self.counts[cell]))
        share = float(self._shares[cell]) * 100
        return f"{share:.1f}" if share >= 0.05 else "<0.1"

    # ---- where it is

    def area(self) -> QRectF:
        """Where the cells lie."""
        title = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        names = QFontMetricsF(self._theme.font(Role.AXIS, weight=600))
        longest = max((names.horizontalAdvance(name) for name in self._classes), default=0.0) + 8
        left = title + 6 + min(longest, self.width() * 0.24)
        top = title + names.height() + 5
        return QRectF(left, top, max(self.width() - left - 3, 1.0), max(self.height() - top - 3, 1.0))

    def cell_box(self, cell: Cell) -> QRectF:
        area, size = self.area(), max(len(self._classes), 1)
        wide, high = area.width() / size, area.height() / size
        return QRectF(area.left() + cell[1] * wide, area.top() + cell[0] * high, wide, high)

    def cell_at(self, at: QPointF) -> Cell | None:
        area, size = self.area(), len(self._classes)
        if self.counts is None or not size or not area.contains(at):
            return None
        row, column = (at.y() - area.top()) / area.height() * size, (at.x() - area.left()) / area.width() * size
        return min(int(row), size - 1), min(int(column), size - 1)

    # ---- painting

    def _paint_anew(self) -> None:
        self._picture = None
        if (least := self.minimumSizeHint()) != self._least:
            self._least = least
            self.updateGeometry()
        self.update()

    def _colours(self) -> QImage:
        """One pixel a cell: mistakes in the magnitude's colour, the diagonal in grey."""
        assert self.counts is not None
        tokens, size = self._theme.tokens, len(self._classes)
        amount = PALEST + (1 - PALEST) * np.minimum(self._shares / self.scale, 1.0)
        pixels = colormap.sequential(tokens)[np.round(amount * 255).astype(np.intp)]
        pixels[np.diag_indices(size)] = np.round(colormap.rgb(tokens.pressed) * 255)
        pixels[self.counts == 0] = np.round(colormap.rgb(tokens.sunken) * 255)
        # The copy owns its memory: QImage keeps no reference to the array.
        return QImage(np.ascontiguousarray(pixels).tobytes(), size, size, 3 * size, QImage.Format.Format_RGB888).copy()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.stale:
            painter.setOpacity(0.6)
        self._draw_titles(painter)
        self._draw_names(painter)
        if self.counts is not None and self._classes:
            self._picture = self._picture or self._colours()
            self._draw_cells(painter)
        painter.setOpacity(1)
        for cell, token, width in ((self._near, "control", 1.4), (self.cell, "accent", 2.0)):
            if cell is not None and self.counts is not None:
                painter.setPen(QPen(self._theme.color(token), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self._grown(self.cell_box(cell)), 2, 2)
        if self.hasFocus() and self.cell is None:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _draw_titles(self, painter: QPainter) -> None:
        tokens, area = self._theme.tokens, self.area()
        painter.setFont(self._theme.font(Role.CAPTION))
        metrics = QFontMetricsF(painter.font())
        line = QRectF(area.left(), 0, area.width(), metrics.height())
        if self._near is not None:
            painter.setPen(QColor(tokens.text))
            whole = QRectF(0, 0, self.width(), metrics.height())
            said = metrics.elidedText(self.read_out(self._near), Qt.TextElideMode.ElideMiddle, whole.width())
            painter.drawText(whole, Qt.AlignmentFlag.AlignRight, said)
        else:
            painter.setPen(QColor(tokens.muted))
            scale = self.tr("full colour: {share} of a class").format(share=f"{self.scale * 100:.0f} %") if self.counts is not None else ""
            title = self.tr("Predicted, % of the true class") if self.as_shares else self.tr("Predicted")
            room = line.width() - metrics.horizontalAdvance(title) - 16
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, title)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, metrics.elidedText(scale, Qt.TextElideMode.ElideRight, room))
        painter.save()
        painter.translate(0, area.bottom())
        painter.rotate(-90)
        painter.setPen(QColor(tokens.muted))
        said = metrics.elidedText(self.tr("True class"), Qt.TextElideMode.ElideRight, area.height())
        painter.drawText(QRectF(0, 0, area.height(), metrics.height()), Qt.AlignmentFlag.AlignCenter, said)
        painter.restore()

    def _draw_names(self, painter: QPainter) -> None:
        """All of them, or where they would cover each other only every so-manieth one, and those of the cell in question."""
        area, size = self.area(), max(len(self._classes), 1)
        metrics = QFontMetricsF(self._theme.font(Role.AXIS, weight=600))
        wide, high = area.width() / size, area.height() / size
        said = self._near or self.cell
        every_row = math.ceil((metrics.capHeight() + 1) / high)
        shortest = min(metrics.horizontalAdvance("00"), max((metrics.horizontalAdvance(n) for n in self._classes), default=0.0)) + 4
        every_column = math.ceil(shortest / wide)
        left, edge = QFontMetricsF(self._theme.font(Role.CAPTION)).height() + 4, area.left() - 4
        for i, name in enumerate(self._classes):
            for marked, every, box, side in (
                (said[0] if said else None, every_row, QRectF(left, area.top() + (i + 0.5) * high - 20, edge - left, 40), "right"),
                (said[1] if said else None, every_column, QRectF(area.left() + (i + 0.5) * wide - 60, area.top() - metrics.height() - 2,
                                                                 120, metrics.height()), "centre"),
            ):  # fmt: skip
                crowded = every > 1 and marked is not None
                if (i != marked) if crowded else i % every:
                    continue
                painter.setFont(self._theme.font(Role.AXIS, weight=700 if i == marked else 600))
                painter.setPen(self._theme.color("text"))
                room = box.width() if side == "right" or crowded else wide * every - 2
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
                if side == "centre":  # at the edge it stays inside
                    box.moveRight(min(box.right(), self.width() + 60 - metrics.horizontalAdvance(text) / 2))
                align = Qt.AlignmentFlag.AlignRight if side == "right" else Qt.AlignmentFlag.AlignHCenter
                painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_cells(self, painter: QPainter) -> None:
        assert self._picture is not None
        tokens, size = self._theme.tokens, len(self._classes)
        if size > NUMBERED:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
            painter.drawImage(self.area(), self._picture)
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.area())
            return
        font = self._theme.font(Role.AXIS, weight=500)
        metrics = QFontMetricsF(font)
        gap = 1.0 if self.cell_box((0, 0)).height() > metrics.height() else 0.5
        painter.setFont(font)
        on_dark, on_light = (tokens.text, tokens.surface) if tokens.name == "dark" else (tokens.surface, tokens.text)
        for row in range(size):
            for column in range(size):
                cell = self.cell_box((row, column)).adjusted(1, gap, -1, -gap)
                ground, text = self._picture.pixelColor(column, row), self.text((row, column))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(cell, 2, 2)
                if text and cell.height() > metrics.capHeight() and cell.width() + 2 >= metrics.horizontalAdvance(text):
                    painter.setPen(QColor(on_dark if ground.lightnessF() < 0.6 else on_light))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    @staticmethod
    def _grown(box: QRectF) -> QRectF:
        """Large enough to be seen around cells of a few pixels."""
        return box.adjusted(-1, -1, 1, 1) if min(box.width(), box.height()) < 8 else box

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(380, 200)

    def minimumSizeHint(self) -> QSize:
        """Room for a number in every cell, unless there are too many of them for numbers."""
        size, least = len(self._classes), LEAST * self._theme.zoom
        if self.counts is None or size > NUMBERED:
            return least
        letters, area = QFontMetricsF(self._theme.font(Role.AXIS, weight=500)), self.area()
        widest = max(letters.horizontalAdvance(said) for said in ("100.0", count(int(self.counts.sum(axis=1).max()))))
        cells = QSize(math.ceil(area.left() + 3 + size * widest), math.ceil(area.top() + 3 + size * (letters.capHeight() + 2)))
        return cells.expandedTo(least)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self.cell_at(event.position())
        if near != self._near:
            self._near = near
            self.setToolTip(plain_tip(self.read_out(near)) if near is not None else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._near = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pick(self.cell_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (cell := self.cell_at(event.position())) is not None:
            self.opened.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, size = Qt.Key(event.key()), len(self._classes)
        if self.counts is not None and key in STEPS:
            down, right = STEPS[key]
            row, column = self.cell or (0, 0)
            self._pick((0, 0) if self.cell is None else (min(max(row + down, 0), size - 1), min(max(column + right, 0), size - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cell is not None:
            self.opened.emit(self.cell)
        elif key is Qt.Key.Key_Escape and self.cell is not None:
            self._pick(None)
        else:
            super().keyPressEvent(event)

    def _pick(self, cell: Cell | None) -> None:
        if cell != self.cell:
            self.choose(cell)
            self.chosen.emit(cell)
