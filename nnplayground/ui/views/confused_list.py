"""'Most often confused': pairs of classes, each with some of the samples that were mistaken."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Examination
from nnplayground.engine.scores import confused
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.confusion_matrix import Cell
from nnplayground.ui.views.sample_faces import Face, SampleFaces, draw_lines

MOST_PAIRS = 200
MOST_PICTURES = 12
SHORT = 2
"""Letters of a class's name up to which a sample is 'read as' it, as figures and letters are."""
Index = QModelIndex | QPersistentModelIndex


def samples_in(examination: Examination, cell: Cell) -> NDArray[np.int64]:
    """The numbers of the samples in a cell of the matrix, the surest first."""
    true, predicted = cell
    index = np.flatnonzero((examination.truth == true) & (examination.answers == predicted))
    if examination.confidence is None:
        return index
    return index[np.argsort(-examination.confidence[index], kind="stable")]


class _Pairs(QAbstractListModel):
    """Pairs of classes. The chosen cell stands first where it is none of the mistakes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.classes: tuple[str, ...] = ()
        self.cells: list[Cell] = []
        self.examination: Examination | None = None

    def show(self, examination: Examination | None, chosen: Cell | None) -> None:
        cells: list[Cell] = []
        if examination is not None and examination.confusion is not None:
            cells = confused(examination.confusion)[:MOST_PAIRS]
            if chosen is not None and chosen not in cells:
                cells.insert(0, chosen)
        self.examination = examination
        if cells != self.cells:
            self.beginResetModel()
            self.cells = cells
            self.endResetModel()
        elif cells:
            self.dataChanged.emit(self.index(0), self.index(len(cells) - 1))

    def number(self, cell: Cell) -> int:
        """How many samples are in a cell."""
        if self.examination is None or self.examination.confusion is None:
            return 0
        return int(self.examination.confusion[cell])

    def title(self, cell: Cell) -> str:
        true, predicted = (self.classes[i] for i in cell)
        if cell[0] == cell[1]:
            return self.tr("{name}, right").format(name=true)
        if max(len(true), len(predicted)) <= SHORT:
            return self.tr("{true} read as {predicted}").format(true=true, predicted=predicted)
        return true

    def times(self, cell: Cell) -> str:
        number, predicted = self.number(cell), self.classes[cell[1]]
        if cell[0] == cell[1] or max(len(self.classes[i]) for i in cell) <= SHORT:
            return self.tr("once") if number == 1 else self.tr("{n} times").format(n=count(number))
        return self.tr("as {predicted}, {n} ×").format(predicted=predicted, n=count(number))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.cells[index.row()]
        said = f"{self.title(cell)}, {self.times(cell)}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return said
        return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else None


class _Drawn(QStyledItemDelegate):
    """The pair in words, and beside it some of its samples."""

    def __init__(self, theme: Theme, faces: SampleFaces, pairs: _Pairs, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._faces, self._pairs = theme, faces, pairs

    def _fonts(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        return QFontMetricsF(self._theme.font(Role.HELPER, weight=600)), QFontMetricsF(self._theme.font(Role.CAPTION))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        title, caption = self._fonts()
        return QSize(180, round(title.height() + caption.height() + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, cell = self._theme.tokens, self._pairs.cells[index.row()]
        box = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for flag, token in ((QStyle.StateFlag.State_Selected, "accent_soft"), (QStyle.StateFlag.State_MouseOver, "hover")):
            if state & flag:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color(token))
                painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
                break
        title, caption = self._fonts()
        inner = box.adjusted(8, 5, -8, -5)
        wide = inner.width() * (0.36 if max(map(len, self._pairs.classes)) <= SHORT else 0.44)
        painter.setFont(self._theme.font(Role.HELPER, weight=600))
        painter.setPen(QColor(tokens.text))
        shown = title.elidedText(self._pairs.title(cell), Qt.TextElideMode.ElideMiddle, wide - 6)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        painter.setFont(self._theme.font(Role.CAPTION))
        painter.setPen(QColor(tokens.muted))
        shown = fitted(self._pairs.times(cell), wide - 6, caption)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, shown)
        self._draw_samples(painter, inner.adjusted(wide, 0, 0, 0), cell)
        painter.restore()

    def _draw_samples(self, painter: QPainter, box: QRectF, cell: Cell) -> None:
        examination = self._pairs.examination
        if examination is None:
            return
        numbers = samples_in(examination, cell)[:MOST_PICTURES].tolist()
        if self._faces.face is Face.PICTURE:
            side, step = box.height() + 2, box.height() + 6
            for place, number in enumerate(numbers[: max(1, int((box.width() + 4) / step))]):
                self._faces.draw_picture(painter, QRectF(box.left() + place * step, box.top() - 1, side, side), number)
        elif self._faces.face is Face.TEXT and numbers:
            painter.setFont(self._theme.font(Role.CAPTION, weight=400))
            draw_lines(painter, box, self._faces.words(numbers[0], 40), 2)
        else:
            painter.setFont(self._theme.font(Role.CAPTION, weight=400))
            metrics = QFontMetricsF(painter.font())
            for place, number in enumerate(numbers[:2]):
                line = metrics.elidedText(self._faces.line(number, 6), Qt.TextElideMode.ElideRight, box.width())
                painter.drawText(box.adjusted(0, place * metrics.lineSpacing(), 0, 0), Qt.AlignmentFlag.AlignLeft, line)


class ConfusedList(QListView):
    """The commonest mistakes first. Its choice is a cell of the matrix."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, theme: Theme, faces: SampleFaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusedList")
        self.setAccessibleName(self.tr("Most often confused"))
        self.pairs = _Pairs(self)
        self._theme, self._faces = theme, faces
        self.setModel(self.pairs)
        self.setItemDelegate(_Drawn(theme, faces, self.pairs, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self._quiet = False
        self._cell: Cell | None = None
        self.selectionModel().currentChanged.connect(self._on_current)
        self.activated.connect(lambda index: self.opened.emit(self.pairs.cells[index.row()]))
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_classes(self, classes: tuple[str, ...]) -> None:
        self.pairs.classes = classes

    def show_dataset(self, _dataset: Dataset | None) -> None:
        self.show_examination(None)

    def show_examination(self, examination: Examination | None) -> None:
        self._quiet = True
        self.pairs.show(examination, self._cell)
        self._mark()
        self._quiet = False

    def choose(self, cell: Cell | None) -> None:
        """Mark a pair; `chosen` is not emitted."""
        self._cell = cell
        self._quiet = True
        self.pairs.show(self.pairs.examination, cell)
        self._mark()
        self._quiet = False

    def texts(self) -> Sequence[str]:
        """The pairs in words."""
        return [f"{self.pairs.title(cell)}, {self.pairs.times(cell)}" for cell in self.pairs.cells]

    def _mark(self) -> None:
        if self._cell in self.pairs.cells:
            index = self.pairs.index(self.pairs.cells.index(self._cell))
            if index != self.currentIndex():
                self.setCurrentIndex(index)
        else:
            self.setCurrentIndex(QModelIndex())

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if self._quiet or not current.isValid():
            return
        self._cell = self.pairs.cells[current.row()]
        self.chosen.emit(self._cell)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.pixels(150), self._theme.pixels(60))


def fitted(said: str, width: float, letters: QFontMetricsF) -> str:
    """What fits of words with a number behind a comma: the words give way, never the number."""
    if letters.horizontalAdvance(said) <= width or ", " not in said:
        return letters.elidedText(said, Qt.TextElideMode.ElideRight, width)
    words, _, number = said.rpartition(", ")
    return f"{letters.elidedText(words, Qt.TextElideMode.ElideRight, width - letters.horizontalAdvance(f', {number}'))}, {number}"
