"""A page of test texts in words, with what the network takes them for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_faces import draw_lines
from nnplayground.ui.views.sample_pages import SamplePages, Words, draw_cross

LINES = 2
"""Of each text that are shown; the tool tip has more."""
GAP = 6
PADDING = 8
SHOWN_WORDS = 60
TIP_WORDS = 120


class TextList(SamplePages):
    """Texts below each other: the answer, then the first lines as the network is given them, '?' for words it does not know."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        tr = QCoreApplication.translate
        words = Words(
            tr("TextList", "Test texts"),
            tr("TextList", "Test texts {first} to {last}"),
            tr("TextList", "Test text {number}: {true}."),
            tr("TextList", "No mistakes in the first {count} test texts."),
        )
        super().__init__(theme, words, parent)
        self.setObjectName("textList")

    @property
    def page_size(self) -> int:
        return max(1, int((self.height() + GAP) / (self._row_height() + GAP)))

    def box(self, place: int) -> QRectF:
        height = self._row_height()
        return QRectF(0, place * (height + GAP), self.width(), height)

    def text(self, index: int, words: int) -> str:
        """The first words of a test text; empty where there are no texts."""
        if self._dataset is None or self._dataset.test_texts is None:
            return ""
        corpus = self._dataset.test_texts
        cut = len(corpus.texts[index : index + 1].values) - 1 > words
        return corpus.text(index, words) + (" …" if cut else "")

    def read_out(self, index: int) -> str:
        text = self.text(index, TIP_WORDS)
        return f"{super().read_out(index)}\n\n{text}" if text else super().read_out(index)

    # ---- painting

    @property
    def _lines(self) -> int:
        return 1 if self.can_pick else LINES

    def _row_height(self) -> float:
        caption = QFontMetricsF(self._theme.font(Role.CAPTION, weight=600)).height()
        return caption + self._lines * QFontMetricsF(self._theme.font(Role.HELPER)).lineSpacing() + 2 * PADDING

    def _painter_of_one(self, painter: QPainter) -> Callable[[int, int], None]:
        return lambda place, index: self._draw_text(painter, self.box(place), index)

    def _draw_text(self, painter: QPainter, box: QRectF, index: int) -> None:
        tokens, wrong = self._theme.tokens, self._is_wrong(index)
        painter.setPen(QPen(QColor(tokens.error if wrong else tokens.border), 2 if wrong else 1))
        painter.setBrush(QColor(tokens.surface))
        half = 1.0 if wrong else 0.5
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), 5, 5)
        if wrong:
            draw_cross(painter, box.topRight() + QPointF(-12, 13), QColor(tokens.error), QColor(tokens.surface))
        inner = box.adjusted(PADDING + 1, PADDING - 2, -PADDING - 1, 2 - PADDING)
        painter.setFont(self._theme.font(Role.CAPTION, weight=600, tabular=True))
        painter.setPen(QColor(tokens.error if wrong else tokens.text if self._is_answered(index) else tokens.muted))
        metrics = QFontMetricsF(painter.font())
        caption = metrics.elidedText(self.caption(index), Qt.TextElideMode.ElideRight, inner.width() - (16 if wrong else 0))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, caption)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._theme.font(Role.HELPER))
        draw_lines(painter, inner.adjusted(0, metrics.height() + 2, 0, 0), self.text(index, SHOWN_WORDS), self._lines)
