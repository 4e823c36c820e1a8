"""For tables with classes: how many test samples of each class the network gets right, and what it takes them for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Reading
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import count, percent
from nnplayground.ui.theme.theme import Role, Theme

MOST_IN_WORDS = 10
"""Classes up to which every cell has its number."""


class ClassCounts(QWidget):
    """Counts of true classes (rows) against predicted ones (columns), with each class's share of right answers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classCounts")
        self.setAccessibleName(self.tr("Right and wrong answers by class"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._theme = theme
        self._reading = Reading()
        self._dataset: Dataset | None = None
        self.counts: NDArray[np.int64] | None = None
        self.stale = False
        self._near: tuple[int, int] | None = None
        self.setMouseTracking(True)
        theme.changed.connect(self.updateGeometry)

    def show_reading(self, reading: Reading) -> None:
        if reading != self._reading:
            self._reading, self.counts, self._near = reading, None, None
            self.updateGeometry()
            self.update()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset, self.counts = dataset, None
        self.update()

    def show_answers(self, outputs: Array | None) -> None:
        """The network's outputs for the first test samples, (n, units)."""
        size = len(self._reading.classes)
        self.counts = None
        if outputs is not None and self._dataset is not None and size:
            chosen = np.minimum(self._reading.chosen(outputs), size - 1)
            true = self._dataset.test.y[: len(chosen)].astype(np.int64)
            self.counts = np.bincount(true * size + chosen, minlength=size * size).reshape(size, size)
        self.update()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def read_out(self, true: int, chosen: int) -> str:
        """One cell in words."""
        classes = self._reading.classes
        if self.counts is None:
            return ""
        number, total = count(int(self.counts[true, chosen])), count(int(self.counts[true].sum()))
        if true == chosen:
            return self.tr("{name}: {n} of {total} right").format(name=classes[true], n=number, total=total)
        return self.tr("{name}: {n} of {total} taken for {other}").format(name=classes[true], n=number, total=total, other=classes[chosen])

    def worst(self) -> tuple[int, int] | None:
        """The commonest mistake: the true class, and what it is taken for."""
        if self.counts is None:
            return None
        mistakes = self.counts - np.diag(np.diag(self.counts))
        true, chosen = divmod(int(mistakes.argmax()), len(mistakes))
        return (true, chosen) if mistakes[true, chosen] else None

    @property
    def _crowded(self) -> bool:
        return len(self._reading.classes) > MOST_IN_WORDS

    def _row_height(self) -> float:
        return QFontMetricsF(self._theme.font(Role.METRIC)).height() + 18

    def sizeHint(self) -> QSize:
        caption = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        if self._crowded:
            return QSize(264, round(264 + 3 * caption))
        return QSize(264, round(len(self._reading.classes) * self._row_height() + 2 * caption + 20))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 200) if self._crowded else QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, classes = self._theme.tokens, self._reading.classes
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.stale:
            painter.setOpacity(0.6)
        caption = self._theme.font(Role.CAPTION)
        metrics = QFontMetricsF(caption)
        if self._crowded:
            self._draw_map(painter, caption)
            painter.end()
            return
        longest = max((metrics.horizontalAdvance(c) for c in classes), default=0) + 12
        left = min(longest, self.width() * 0.34)
        right = metrics.horizontalAdvance("100.0 %") + 14
        cell = (self.width() - left - right) / max(len(classes), 1)
        top = 2 * metrics.height() + 8
        painter.setFont(caption)
        painter.setPen(QColor(tokens.muted))
        head = QRectF(0, metrics.height() + 2, self.width(), metrics.height())
        painter.drawText(QRectF(left, 0, self.width() - left - right, metrics.height()), Qt.AlignmentFlag.AlignCenter, self.tr("Predicted"))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self.tr("True"))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, self.tr("Right"))
        for i, name in enumerate(classes):
            painter.setFont(caption)
            painter.setPen(QColor(tokens.text))
            above = metrics.elidedText(name, Qt.TextElideMode.ElideRight, cell - 4)
            painter.drawText(QRectF(left + i * cell, metrics.height() + 2, cell, metrics.height()), Qt.AlignmentFlag.AlignCenter, above)
            row = top + i * self._row_height()
            middle = Qt.AlignmentFlag.AlignVCenter
            beside = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(QRectF(0, row, left, self._row_height()), middle | Qt.AlignmentFlag.AlignLeft, beside)
            self._draw_row(painter, i, QRectF(left, row, cell, self._row_height()), right)
        painter.end()

    def _map_area(self) -> QRectF:
        line = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        side = max(1.0, min(self.width() - 4, self.height() - 3 * line - 8))
        return QRectF((self.width() - side) / 2, line + 2, side, side)

    def _draw_map(self, painter: QPainter, caption: QFont) -> None:
        """Too many classes for words: a picture with a line that says what the mouse points at, or the commonest mistake."""
        tokens, area, size = self._theme.tokens, self._map_area(), len(self._reading.classes)
        line = QFontMetricsF(caption).height()
        counts = np.zeros((size, size), np.int64) if self.counts is None else self.counts
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(area, colormap.sequential_image(shares, tokens))
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        painter.setFont(caption)
        painter.setPen(QColor(tokens.muted))
        head = QRectF(area.left(), 0, area.width(), line)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, self.tr("Predicted across, true down"))
        said = ""
        if self._near is not None:
            cell = area.width() / size
            painter.setPen(QPen(QColor(tokens.text), 1.4))
            painter.drawRect(QRectF(area.left() + self._near[1] * cell, area.top() + self._near[0] * cell, cell, cell))
            said = self.read_out(*self._near)
        elif (worst := self.worst()) is not None:
            said = self.tr("Commonest mistake: {what}").format(what=self.read_out(*worst))
        painter.setPen(QColor(tokens.text))
        below = QRectF(0, area.bottom() + 5, self.width(), 2 * line)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, said)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, size = self._map_area(), len(self._reading.classes)
        near = None
        if self._crowded and self.counts is not None and area.contains(event.position()):
            down = (event.position().y() - area.top()) / area.height() * size
            across = (event.position().x() - area.left()) / area.width() * size
            near = min(int(down), size - 1), min(int(across), size - 1)
        if near != self._near:
            self._near = near
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._near = None
        self.update()

    def _draw_row(self, painter: QPainter, true: int, first: QRectF, right: float) -> None:
        tokens = self._theme.tokens
        shades = colormap.sequential(tokens)
        counted = None if self.counts is None else self.counts[true]
        total = 0 if counted is None else int(counted.sum())
        painter.setFont(self._theme.font(Role.METRIC))
        for i in range(len(self._reading.classes)):
            box = first.translated(i * first.width(), 0).adjusted(2, 2, -2, -2)
            share = int(counted[i]) / total if counted is not None and total else 0.0
            ground = QColor(*(int(v) for v in shades[round(share * 0.85 * (len(shades) - 1))]))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 4, 4)
            if counted is not None:
                dark_ground = ground.lightnessF() < 0.55
                on_dark, on_light = (tokens.text, tokens.surface) if tokens.name == "dark" else (tokens.surface, tokens.text)
                painter.setPen(QColor(on_dark if dark_ground else on_light))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, count(int(counted[i])))
        painter.setPen(QColor(tokens.text))
        if counted is not None and total:
            end = QRectF(self.width() - right, first.top(), right, first.height())
            painter.setFont(self._theme.font(Role.HELPER, weight=600, tabular=True))
            painter.drawText(end, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent(int(counted[true]) / total))
