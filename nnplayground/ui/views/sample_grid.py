"""A page of test images with what the network takes them for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Reading
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme

ANSWERED = 500
"""Of so many test images the answers are asked for: enough to show mistakes, few enough to be quick."""
GAP = 8


@dataclass(frozen=True)
class _Shape:
    columns: int
    rows: int
    side: float
    """Of one picture, in pixels."""
    step: QPointF
    lines: int


class SampleGrid(QWidget):
    """Shows one page at a time; `page_changed` says which in words."""

    page_changed = Signal(str)
    mistakes_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleGrid")
        self.setAccessibleName(self.tr("Test images"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._reading = Reading()
        self._dataset: Dataset | None = None
        self._answers: Array | None = None
        self._chosen: NDArray[np.int64] = np.empty(0, np.int64)
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._shuffles = 0
        self._first = 0
        self._pictures: dict[int, QPixmap] = {}
        self.only_mistakes = False
        self.stale = False
        theme.changed.connect(self._on_theme)

    # ---- what is shown

    def show_reading(self, reading: Reading) -> None:
        if reading != self._reading:
            self._reading = reading
            self.show_answers(None)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._order = np.arange(0 if dataset is None else min(ANSWERED, len(dataset.test)), dtype=np.int64)
        self._shuffles = self._first = 0
        self._pictures.clear()
        self.show_answers(None)

    def show_answers(self, outputs: Array | None) -> None:
        """The network's outputs for the first test samples (n, classes); None for a network that knows nothing yet."""
        self._answers = outputs
        self._chosen = np.empty(0, np.int64) if outputs is None else self._reading.chosen(outputs)
        self.mistakes_changed.emit(len(self.mistakes()))
        self._turned()

    def mistakes(self) -> NDArray[np.int64]:
        """The numbers of the answered test images that are taken for something else, the surest first."""
        if self._dataset is None or self._answers is None:
            return np.empty(0, np.int64)
        wrong = np.flatnonzero(self._chosen != self._dataset.test.y[: len(self._chosen)])
        return wrong[np.argsort(-self._reading.confidence(self._answers[wrong]), kind="stable")]

    def set_only_mistakes(self, on: bool) -> None:
        self.only_mistakes = on
        self._first = 0
        self._turned()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def turn(self, pages: int) -> None:
        """Go pages on or back, around the ends."""
        count = len(self._sequence())
        page = self.page_size
        last = max((count - 1) // page, 0)
        self._first = (self._first // page + pages) % (last + 1) * page
        self._turned()

    def shuffle(self) -> None:
        """Other test images of those that are answered; the same number of shuffles gives the same images."""
        self._shuffles += 1
        self._order = np.random.default_rng(self._shuffles).permutation(len(self._order)).astype(np.int64)
        self._first = 0
        self._turned()

    @property
    def page_size(self) -> int:
        shape = self._shape()
        return shape.columns * shape.rows

    def shown(self) -> list[int]:
        """The numbers of the test images on this page."""
        return [int(i) for i in self._sequence()[self._first : self._first + self.page_size]]

    def caption(self, index: int) -> str:
        """What stands under an image: `4  98 %`, or `6, not 5` for a mistake, or its label before any answer."""
        if self._dataset is None:
            return ""
        true = self._class_name(int(self._dataset.test.y[index]))
        if self._answers is None or index >= len(self._chosen):
            return true
        chosen = self._class_name(int(self._chosen[index]))
        if chosen != true:
            return self.tr("{chosen}, not {true}").format(chosen=chosen, true=true)
        return f"{chosen}  {self._sureness(index, 0)}".rstrip()

    def read_out(self, index: int) -> str:
        """One image in a sentence."""
        if self._dataset is None:
            return ""
        true = self._class_name(int(self._dataset.test.y[index]))
        text = self.tr("Test image {number}: {true}.").format(number=f"{index:,}", true=true)
        if self._answers is None or index >= len(self._chosen):
            return text
        taken = self.tr("The network says {chosen}").format(chosen=self._class_name(int(self._chosen[index])))
        sure = self._sureness(index, 1)
        return f"{text}\n{taken}, {sure}." if sure else f"{text}\n{taken}."

    def _sureness(self, index: int, places: int) -> str:
        if not self._reading.has_probabilities or self._answers is None:
            return ""
        share = float(self._reading.confidence(self._answers[index]))
        return percent(share) if places else f"{share * 100:.0f} %"

    def _class_name(self, index: int) -> str:
        return self._reading.classes[index] if index < len(self._reading.classes) else str(index)

    def _sequence(self) -> NDArray[np.int64]:
        if not self.only_mistakes:
            return self._order
        wrong = self.mistakes()
        if self._shuffles:
            return self._order[np.isin(self._order, wrong)]
        return wrong

    def _turned(self) -> None:
        count = len(self._sequence())
        if self._first >= count:
            self._first = 0
        if count == 0:
            self.page_changed.emit("")
        else:
            last = min(self._first + self.page_size, count)
            kind = self.tr("Mistakes {first} to {last} of {count}") if self.only_mistakes else self.tr("Test images {first} to {last}")
            self.page_changed.emit(kind.format(first=f"{self._first + 1:,}", last=f"{last:,}", count=f"{count:,}"))
        self.update()

    # ---- painting

    def _caption_font(self) -> QFont:
        return self._theme.font(Role.SECTION, weight=500, tabular=True)

    def _shape(self) -> _Shape:
        metrics = QFontMetricsF(self._caption_font())
        long = max((len(c) for c in self._reading.classes), default=1) > 3
        lines = 2 if long else 1
        narrowest = metrics.horizontalAdvance("T-shirt/top") if long else metrics.horizontalAdvance("6, not 5")
        columns = max(1, int((self.width() + GAP) / (max(narrowest, 46) + GAP)))
        step_x = (self.width() + GAP) / columns
        caption = metrics.height() * lines + 8
        side = min(step_x - GAP, 64.0)
        rows = max(1, int((self.height() + 2) / (side + caption)))
        return _Shape(columns, rows, side, QPointF(step_x, side + caption), lines)

    def _cell(self, shape: _Shape, place: int) -> QRectF:
        """The picture's box of a place on the page."""
        column, row = place % shape.columns, place // shape.columns
        left = column * shape.step.x() + (shape.step.x() - GAP - shape.side) / 2
        return QRectF(left, row * shape.step.y() + 1, shape.side, shape.side)

    def _picture(self, index: int) -> QPixmap:
        assert self._dataset is not None
        if index not in self._pictures:
            pixels = self._dataset.test.array[index]
            self._pictures[index] = QPixmap.fromImage(colormap.grey_image(pixels.reshape(pixels.shape[:2]), self._theme.tokens))
        return self._pictures[index]

    def _draw_cell(self, painter: QPainter, shape: _Shape, place: int, index: int) -> None:
        assert self._dataset is not None
        tokens = self._theme.tokens
        box = self._cell(shape, place)
        known = self._answers is not None and index < len(self._chosen)
        wrong = known and int(self._chosen[index]) != int(self._dataset.test.y[index])
        painter.setPen(QPen(QColor(tokens.error if wrong else tokens.border), 2 if wrong else 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.drawPixmap(box.adjusted(4, 4, -4, -4), self._picture(index), QRectF(self._picture(index).rect()))
        if wrong:
            _draw_cross(painter, box.topRight() + QPointF(-4, 5), QColor(tokens.error), QColor(tokens.surface))
        painter.setPen(QColor(tokens.error if wrong else tokens.text if known else tokens.muted))
        painter.setFont(self._theme.font(Role.SECTION, weight=600, tabular=True) if wrong else self._caption_font())
        width = shape.step.x() - 2
        caption = QRectF(box.center().x() - width / 2, box.bottom() + 3, width, shape.step.y() - shape.side - 5)
        text = self.caption(index)
        if shape.lines > 1:
            text = text.replace(", ", ",\n", 1) if wrong else text.replace("  ", "\n", 1)
        metrics = QFontMetricsF(painter.font())
        text = "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in text.split("\n"))
        painter.drawText(caption, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _draw_nothing(self, painter: QPainter) -> None:
        if not self.only_mistakes or self._dataset is None:
            return
        text = self.tr("Train first; then the mistakes stand here.")
        if self._answers is not None:
            text = self.tr("No mistakes on the test set. Try more noise?")
            if len(self._chosen) < len(self._dataset.test):
                text = self.tr("No mistakes in the first {count} test images.").format(count=len(self._chosen))
        painter.setPen(QColor(self._theme.tokens.muted))
        painter.setFont(self._theme.font(Role.HELPER))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _on_theme(self) -> None:
        self._pictures.clear()
        self.update()

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(264, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shown = self.shown()
        if self.stale:
            painter.setOpacity(0.6)
        shape = self._shape()
        for place, index in enumerate(shown):
            self._draw_cell(painter, shape, place, index)
        if not shown:
            self._draw_nothing(painter)
        if self.hasFocus():
            painter.setOpacity(1)
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._first = self._first // max(self.page_size, 1) * self.page_size
        self._turned()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageUp: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.turn(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        shape = self._shape()
        index = next((i for p, i in enumerate(self.shown()) if self._cell(shape, p).contains(event.position())), None)
        tip = "" if index is None else self.read_out(index)
        if tip != self.toolTip():
            self.setToolTip(tip)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.setToolTip("")


def _draw_cross(painter: QPainter, at: QPointF, colour: QColor, ground: QColor) -> None:
    painter.setPen(QPen(ground, 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(at, 6, 6)
    painter.setPen(QPen(ground, 1.5))
    painter.drawLine(at + QPointF(-2.2, -2.2), at + QPointF(2.2, 2.2))
    painter.drawLine(at + QPointF(-2.2, 2.2), at + QPointF(2.2, -2.2))
