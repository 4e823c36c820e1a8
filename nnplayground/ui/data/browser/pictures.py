"""A page of pictures with their classes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.ui.data.browser.selection import Selection
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_picture import SamplePictures, fitted

SIDE, GAP = 72, 10


class PicturePage(QWidget):
    """As many pictures as there is room for. `resized` tells that a page holds more now, or fewer."""

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picturePage")
        self.setAccessibleName(self.tr("Pictures"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._theme = theme
        self._dataset: Dataset | None = None
        self._pictures: SamplePictures | None = None
        self._selection: Selection | None = None
        self.shown: list[int] = []
        theme.changed.connect(self.resized)

    def show_dataset(self, dataset: Dataset) -> None:
        self._dataset, self._pictures = dataset, SamplePictures(dataset)

    def show_page(self, selection: Selection, page: int) -> None:
        self._selection, self.shown = selection, selection.page(page, self.page_size)
        self.setAccessibleDescription("; ".join(self.read_out(i) for i in self.shown[:20]))
        self.update()

    @property
    def page_size(self) -> int:
        return self._columns() * max(1, int((self.height() + GAP) / (self._step_down() + GAP)))

    def read_out(self, index: int) -> str:
        """A picture in words."""
        return self.tr("Number {number}: {what}").format(number=count(index), what=self._caption(index))

    def box(self, place: int) -> QRectF:
        """Where the picture at a place on the page is drawn."""
        columns = self._columns()
        step = (self.width() + GAP) / columns
        return QRectF(place % columns * step, place // columns * (self._step_down() + GAP), SIDE, SIDE)

    def _columns(self) -> int:
        return max(1, int((self.width() + GAP) / (SIDE + GAP)))

    def _step_down(self) -> float:
        return SIDE + QFontMetricsF(self._theme.font(Role.CAPTION)).height() + 4

    def _caption(self, index: int) -> str:
        assert self._dataset is not None
        assert self._selection is not None
        answer = self._selection.section.part.y[index]
        classes = self._dataset.facts.classes
        return classes[int(answer)] if classes else number(float(answer))

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(8 * (SIDE + GAP), 5 * round(self._step_down() + GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * (SIDE + GAP), round(self._step_down() + GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        tokens = self._theme.tokens
        font = self._theme.font(Role.CAPTION)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for place, index in enumerate(self.shown):
            box = self.box(place)
            painter.setPen(QColor(tokens.border))
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            if self._pictures is not None and self._selection is not None:
                image = self._pictures.image(self._selection.section.part.array[index], tokens)
                painter.drawImage(fitted(box.adjusted(4, 4, -4, -4), image.size()), image)
            painter.setPen(QColor(tokens.muted))
            below = QRectF(box.bottomLeft() + QPointF(-4, 2), box.bottomRight() + QPointF(4, 2 + metrics.height()))
            text = metrics.elidedText(self._caption(index), Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hit = next((i for p, i in enumerate(self.shown) if self.box(p).contains(event.position())), None)
        self.setToolTip("" if hit is None else self.read_out(hit))
