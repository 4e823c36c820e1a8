"""Precision, recall and F1 of every class, to be sorted and copied."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnplayground.core.table import Table
from nnplayground.engine.answers import Examination
from nnplayground.engine.scores import Averages, ClassScores, accuracy, class_scores
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count, percent
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
TOTALS = 2
HEADER = ("class", "precision", "recall", "f1", "support")
NAME, SUPPORT = 0, 4


class _Scores(QAbstractTableModel):
    """Rows are the classes in the chosen order, below them the averages."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.classes: tuple[str, ...] = ()
        self.scores: ClassScores | None = None
        self._order: list[int] = []
        self._sorted: tuple[int, Qt.SortOrder] = NAME, Qt.SortOrder.AscendingOrder

    def show(self, scores: ClassScores | None) -> None:
        rows = self.rowCount()
        known = scores is not None and len(scores.support) == len(self.classes)
        if (0 if not known else len(self.classes) + TOTALS) != rows:
            self.beginResetModel()
            self.scores = scores if known else None
            self._arrange()
            self.endResetModel()
            return
        self.scores = scores
        self._arrange()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, SUPPORT))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = column, order
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._sorted
        self._order = list(range(len(self.classes))) if self.scores is not None else []
        if column != NAME and self.scores is not None:
            values = (self.scores.precision, self.scores.recall, self.scores.f1, self.scores.support)[column - 1]
            self._order = np.argsort(values, kind="stable").tolist()
        if order is Qt.SortOrder.DescendingOrder:
            self._order.reverse()

    def cells(self, row: int) -> tuple[str, float, float, float, int]:
        """A row in full precision."""
        assert self.scores is not None
        scores = self.scores
        if row >= len(self._order):
            macro = row == len(self._order)
            mean: Averages = scores.macro if macro else scores.weighted
            name = self.tr("Macro") if macro else self.tr("Weighted")
            return name, mean.precision, mean.recall, mean.f1, int(scores.support.sum())
        i = self._order[row]
        return self.classes[i], float(scores.precision[i]), float(scores.recall[i]), float(scores.f1[i]), int(scores.support[i])

    def class_in(self, row: int) -> int | None:
        """The class of a row; None for averages."""
        return self._order[row] if row < len(self._order) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() or self.scores is None else len(self._order) + TOTALS

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(HEADER)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"), self.tr("Samples"))[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Click to sort by class"),
                self.tr("Of what was taken for the class, the share that is"),
                self.tr("Of the class, the share that was found"),
                self.tr("Precision and recall in one number: their harmonic mean"),
                self.tr("Test samples of the class"),
            )[section]
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(Role.CAPTION)
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.scores is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        total = index.row() >= len(self._order)
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(Role.HELPER, weight=600 if total or index.column() == NAME else 400, tabular=index.column() != NAME)
        value = self.cells(index.row())[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return value if isinstance(value, str) else count(value) if isinstance(value, int) else percent(value)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(value, str):
            return plain_tip(self._explained(index.row(), value))
        return None

    def _explained(self, row: int, name: str) -> str:
        if row < len(self._order):
            return name
        macro = row == len(self._order)
        return self.tr("Mean in which every class counts alike") if macro else self.tr("Mean in which every sample counts alike")


class ClassTable(QTableView):
    """A click on a column's head sorts by it; Ctrl+C copies what is selected, in full precision."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classTable")
        self.setAccessibleName(self.tr("Precision, recall and F1 by class"))
        self._theme = theme
        self.scores = _Scores(theme, self)
        self.accuracy = 0.0
        self.setModel(self.scores)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicatorClearable(False)
        header.setHighlightSections(False)
        theme.changed.connect(self._dress)
        self._dress()

    def show_classes(self, classes: tuple[str, ...]) -> None:
        if classes != self.scores.classes:
            self.scores.show(None)
            self.scores.classes = classes

    def show_examination(self, examination: Examination | None) -> None:
        confusion = None if examination is None else examination.confusion
        self.accuracy = 0.0 if confusion is None else accuracy(confusion)
        self.scores.show(None if confusion is None else class_scores(confusion))

    def table(self, rows: list[int] | None = None) -> Table:
        """What is shown, in the order in which it is shown; or some of its rows."""
        return Table(HEADER, [self.scores.cells(row) for row in (range(self.scores.rowCount()) if rows is None else rows)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectedIndexes()})
            QGuiApplication.clipboard().setText(self.table(rows or None).tsv())
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 60)

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.pixels(22))
        self._share_width()

    def _share_width(self) -> None:
        """Names have what numbers leave, and never nothing."""
        wide = max(min(self._theme.pixels(78), round(self.viewport().width() * 0.19)), self._theme.pixels(46) + 16)
        for column in range(1, len(HEADER)):
            self.setColumnWidth(column, wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == NAME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
