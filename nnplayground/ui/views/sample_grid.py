"""A page of test images with what the network takes them for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_pages import SamplePages, Words, draw_cross
from nnplayground.ui.views.sample_picture import SamplePictures, fitted

GAP = 8
SIDE, LARGE_SIDE = 64.0, 100.0
"""Pixels a side that a picture takes at most, and one with more than `DETAILED` pixels a side."""
DETAILED = 40
SMALLEST_SIDE = 60.0
FOUND_SIDE, SMALLEST_FOUND_SIDE = 56.0, 36.0
"""The same for pictures of which one is picked to be shown large."""


@dataclass(frozen=True)
class _Shape:
    columns: int
    rows: int
    side: float
    """Of one picture, in pixels."""
    step: QPointF
    lines: int


class SampleGrid(SamplePages):
    """Images side by side, each with a caption."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, can_pick: bool = False) -> None:
        self._pictures: dict[int, QPixmap] = {}
        self._maker: SamplePictures | None = None
        self._most, self._least = (FOUND_SIDE, SMALLEST_FOUND_SIDE) if can_pick else (SIDE, SMALLEST_SIDE)
        tr = QCoreApplication.translate
        words = Words(
            tr("SampleGrid", "Test images"),
            tr("SampleGrid", "Test images {first} to {last}"),
            tr("SampleGrid", "Test image {number}: {true}."),
            tr("SampleGrid", "No mistakes in the first {count} test images."),
        )
        super().__init__(theme, words, parent)
        self.setObjectName("sampleGrid")
        self.can_pick = can_pick
        theme.changed.connect(self._pictures.clear)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._pictures.clear()
        pictures = dataset is not None and len(dataset.facts.input_shape) == 3
        self._maker = SamplePictures(dataset) if pictures and dataset is not None else None
        if not self.can_pick:
            self._most = LARGE_SIDE if pictures and dataset is not None and max(dataset.facts.input_shape[:2]) > DETAILED else SIDE
        super().show_dataset(dataset)

    @property
    def page_size(self) -> int:
        shape = self._shape()
        return shape.columns * shape.rows

    @property
    def columns(self) -> int:
        return self._shape().columns

    def box(self, place: int) -> QRectF:
        return self._cell(self._shape(), place)

    def _painter_of_one(self, painter: QPainter) -> Callable[[int, int], None]:
        shape = self._shape()
        return lambda place, index: self._draw_cell(painter, shape, place, index)

    def _caption_font(self) -> QFont:
        return self._theme.font(Role.SECTION, weight=500, tabular=True)

    def _shape(self) -> _Shape:
        metrics = QFontMetricsF(self._caption_font())
        long = max((len(c) for c in self._reading.classes), default=1) > 3
        lines = 2 if long else 1
        narrowest = metrics.horizontalAdvance("T-shirt/top" if long else "6, not 5")
        if self.can_pick:
            bold = QFontMetricsF(self._theme.font(Role.SECTION, weight=600, tabular=True))
            narrowest = bold.horizontalAdvance("not T-shirt/top · 100 %" if long else "6, not 5 · 100 %") + 4
        columns = max(1, int((self.width() + GAP) / (max(narrowest, 46, self._most * 0.7) + GAP)))
        step_x = (self.width() + GAP) / columns
        caption = metrics.height() * lines + 8
        side = min(step_x - GAP, self._most)
        rows = max(1, int((self.height() + 2) / (side + caption)))
        shrunk = (self.height() + 2) / (rows + 1) - caption
        if min(side, shrunk) >= self._least:  # one more row of slightly smaller pictures
            rows, side = rows + 1, min(shrunk, side)
        return _Shape(columns, rows, side, QPointF(step_x, side + caption), lines)

    def _cell(self, shape: _Shape, place: int) -> QRectF:
        """The picture's box of a place on the page."""
        column, row = place % shape.columns, place // shape.columns
        left = column * shape.step.x() + (shape.step.x() - GAP - shape.side) / 2
        return QRectF(left, row * shape.step.y() + 1, shape.side, shape.side)

    def _picture(self, index: int) -> QPixmap:
        assert self._dataset is not None
        assert self._maker is not None
        if index not in self._pictures:
            self._pictures[index] = QPixmap.fromImage(self._maker.image(self._dataset.test.array[index], self._theme.tokens))
        return self._pictures[index]

    def _draw_cell(self, painter: QPainter, shape: _Shape, place: int, index: int) -> None:
        tokens = self._theme.tokens
        box = self._cell(shape, place)
        known, wrong = self._is_answered(index), self._is_wrong(index)
        painter.setPen(QPen(QColor(tokens.error if wrong else tokens.border), 2 if wrong else 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        picture = self._picture(index)
        painter.drawPixmap(fitted(box.adjusted(4, 4, -4, -4), picture.size()), picture, QRectF(picture.rect()))
        if wrong:
            draw_cross(painter, box.topRight() + QPointF(-4, 5), QColor(tokens.error), QColor(tokens.surface))
        painter.setPen(QColor(tokens.error if wrong else tokens.text if known else tokens.muted))
        painter.setFont(self._theme.font(Role.SECTION, weight=600, tabular=True) if wrong else self._caption_font())
        width = shape.step.x() - 2
        caption = QRectF(box.center().x() - width / 2, box.bottom() + 3, width, shape.step.y() - shape.side - 5)
        text = self.caption(index)
        if shape.lines > 1:
            text = text.replace(", ", ",\n", 1) if wrong else text.replace("  ", "\n", 1)
        metrics = QFontMetricsF(painter.font())
        if metrics.horizontalAdvance(text) > width and "\n" not in text:
            text = text.partition("  ")[0]  # the answer whole, rather than a piece of how sure it is
        text = "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in text.split("\n"))
        painter.drawText(caption, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
