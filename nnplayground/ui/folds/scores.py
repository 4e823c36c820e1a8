"""A line for each fold with its scores, and one for their mean and deviation."""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from nnplayground.engine.events import Status
from nnplayground.ui.folds.results import FoldRun, Results, Score
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.table_copy import copy_by_keys
from nnplayground.ui.theme.numbers import UNKNOWN, count, number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_data import ACCURACY
from nnplayground.ui.views.metrics_table import metric_text, metric_title

Index = QModelIndex | QPersistentModelIndex


def score_text(name: str, score: Score) -> str:
    """`2.379 ± 0.19`, `91.2 ± 0.8 %`: the deviation in two digits, and none of a single fold."""
    if score.folds == 1:
        return metric_text(name, score.mean)
    if name == ACCURACY and math.isfinite(score.mean):
        return f"{score.mean * 100:.1f} ± {score.deviation * 100:.1f} %"
    return f"{metric_text(name, score.mean)} ± {number(float(f'{score.deviation:.2g}'))}"


class _Scores(QAbstractTableModel):
    """Rows are the folds, below them their mean; columns: which fold, its epochs, its numbers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.results: Results | None = None
        self.names: tuple[str, ...] = ()
        self._rows = 0

    def show(self, results: Results | None) -> None:
        names = results.names if results is not None else ()
        rows = results.count + 1 if results is not None else 0
        if (names, rows) != (self.names, self._rows):
            self.beginResetModel()
            self.results, self.names, self._rows = results, names, rows
            self.endResetModel()
            return
        self.results = results
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(names) + 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft)
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole or section >= self.columnCount():
            return None
        return (self.tr("Fold"), *map(metric_title, self.names), self.tr("Epochs"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.results is None or not index.isValid():
            return None
        mean = index.row() == self._rows - 1
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and mean:
            return self._theme.font(Role.HELPER, weight=600, tabular=True)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            exact = role == Qt.ItemDataRole.EditRole
            return self._of_mean(index.column(), exact=exact) if mean else self._of_fold(index.row(), index.column(), exact=exact)
        run = None if mean else self.run(index.row())
        if role == Qt.ItemDataRole.ForegroundRole and run is not None and run.status is Status.DIVERGED:
            return QColor(self._theme.tokens.error)
        if role == Qt.ItemDataRole.ToolTipRole and run is not None and run.reason:
            return plain_tip(run.reason)
        return None

    def run(self, row: int) -> FoldRun | None:
        """The fold in a row; None for one that has not begun."""
        assert self.results is not None
        return self.results.runs[row] if row < len(self.results.runs) else None

    def _of_fold(self, row: int, column: int, *, exact: bool) -> object:
        run = self.run(row)
        if column == 0:
            return row + 1 if exact else count(row + 1)
        if column == len(self.names) + 1:
            epochs = run.history.epochs if run is not None else 0
            return epochs if exact else count(epochs) if run is not None else UNKNOWN
        name = self.names[column - 1]
        if run is not None and name in run.score:
            return run.score[name] if exact else metric_text(name, run.score[name])
        return self._state(run) if column == 1 and run is not None else UNKNOWN

    def _state(self, run: FoldRun) -> str:
        """Why there is no score."""
        if run.status is Status.DIVERGED:
            return self.tr("diverged")
        return self.tr("stopped") if run.status is Status.CANCELLED else "…"

    def _of_mean(self, column: int, *, exact: bool) -> object:
        assert self.results is not None
        if column == 0:
            return self.tr("Mean")
        score = self.results.score(self.names[column - 1]) if column <= len(self.names) else None
        if score is None:
            return "" if column > len(self.names) else UNKNOWN
        name = self.names[column - 1]
        if exact:
            return f"{score.mean!r} ± {score.deviation!r}"
        return score_text(name, score)


class ScoreTable(QTableView):
    """The chosen fold's curve stands out."""

    chosen = Signal(object)
    """The number of a fold from 0 on, or None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foldScores")
        self.setAccessibleName(self.tr("What each fold's network is worth on the part that was set aside"))
        self._theme = theme
        self.scores = _Scores(theme, self)
        self.setModel(self.scores)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setMinimumSectionSize(1)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        theme.use_font(self, Role.HELPER)
        copy_by_keys(self)
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        self.scores.modelReset.connect(self._on_reset)
        theme.changed.connect(self._dress)
        self._dress()

    def show_results(self, results: Results | None) -> None:
        self.scores.show(results)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(170, 60)

    def _tell(self) -> None:
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        folds = self.scores.rowCount() - 1
        self.chosen.emit(rows.pop() if len(rows) == 1 and max(rows) < folds else None)

    def _on_reset(self) -> None:
        self._share_width()
        self._tell()

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.pixels(22))
        self._share_width()

    def _share_width(self) -> None:
        """Numbers have what the fold's number leaves, the last one first; its epochs are there where they have room, too."""
        columns = self.scores.columnCount()
        if columns < 3:
            return
        narrow = self._theme.pixels(44)
        last = self._theme.pixels(68)
        numbers, least = columns - 2, self._theme.pixels(92)
        room = self.viewport().width() - narrow
        self.setColumnHidden(columns - 1, room - last < least * numbers)
        if not self.isColumnHidden(columns - 1):
            room -= last
        fitting = min(max(room // least, 1), numbers)
        for column in range(1, columns - 1):
            self.setColumnHidden(column, column <= numbers - fitting)
        wide = room // fitting
        for column in range(columns):
            self.setColumnWidth(column, narrow if column == 0 else last if column == columns - 1 else wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
