"""A page of rows of numbers, below each other, with what the network makes of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.numbers import number, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_faces import SampleFaces
from nnplayground.ui.views.sample_pages import SamplePages, Words

GAP = 3
CAPTION = 0.48
"""The part of a row that its caption may take."""
MOST_FEATURES = 16


class RowList(SamplePages):
    """The answer, then the features by name, as many as there is room for. Of a regression also how far off it is."""

    def __init__(self, theme: Theme, faces: SampleFaces, parent: QWidget | None = None) -> None:
        tr = QCoreApplication.translate
        words = Words(
            tr("RowList", "Test samples"),
            tr("RowList", "Test samples {first} to {last}"),
            tr("RowList", "Test sample {number}: {true}."),
            tr("RowList", "No mistakes in the first {count} test samples."),
        )
        super().__init__(theme, words, parent)
        self.setObjectName("rowList")
        self._faces = faces

    @property
    def page_size(self) -> int:
        return max(1, int((self.height() + GAP) / (self._row_height() + GAP)))

    def box(self, place: int) -> QRectF:
        height = self._row_height()
        return QRectF(1, place * (height + GAP) + 1, self.width() - 2, height - 1)

    def caption(self, index: int) -> str:
        if not self._reading.is_regression:
            return super().caption(index)
        if self._dataset is None or not self._is_answered(index):
            return ""
        true, predicted = float(self._dataset.test.y[index]), float(self._chosen[index])
        off = signed(predicted - true)
        return self.tr("{predicted}, not {true} · {off}").format(predicted=number(predicted), true=number(true), off=off)

    def read_out(self, index: int) -> str:
        features = "\n".join(f"{name} {number(value)}" for name, value in self._faces.features(index)[:MOST_FEATURES])
        said = self.caption(index) if self._reading.is_regression else super().read_out(index)
        return f"{said}\n\n{features}" if features else said

    def _row_height(self) -> float:
        return QFontMetricsF(self._theme.font(Role.HELPER)).height() + 10

    def _painter_of_one(self, painter: QPainter) -> Callable[[int, int], None]:
        captions = QFontMetricsF(self._theme.font(Role.HELPER, weight=600, tabular=True))
        widest = max((captions.horizontalAdvance(self.caption(index)) for index in self.shown()), default=0.0)
        wide = min(widest + 12, self.width() * CAPTION)
        return lambda place, index: self._draw_row(painter, self.box(place), index, wide)

    def _draw_row(self, painter: QPainter, box: QRectF, index: int, wide: float) -> None:
        tokens = self._theme.tokens
        wrong = not self._reading.is_regression and self._is_wrong(index)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        inner, middle = box.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.font(Role.HELPER, weight=600, tabular=True))
        painter.setPen(QColor(tokens.error if wrong else tokens.text))
        caption = QFontMetricsF(painter.font()).elidedText(self.caption(index), Qt.TextElideMode.ElideMiddle, wide - 8)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, caption)
        painter.setFont(self._theme.font(Role.HELPER, tabular=True))
        painter.setPen(QColor(tokens.muted))
        beside = inner.adjusted(wide, 0, 0, 0)
        line = QFontMetricsF(painter.font()).elidedText(self._faces.line(index, MOST_FEATURES), Qt.TextElideMode.ElideRight, beside.width())
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | middle, line)
