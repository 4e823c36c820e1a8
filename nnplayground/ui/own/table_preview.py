"""The first rows of a table, as they are written in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnplayground.data.own.table_survey import Kind, Survey
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.own.table_draft import Draft
from nnplayground.ui.table_copy import copy_by_keys
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
MEASURED, MEASURED_ROWS = 60, 12
"""Columns whose width follows what they hold in so many rows; measuring thousands would take long."""


class _RowsModel(QAbstractTableModel):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._survey: Survey | None = None
        self._target = ""

    def show_draft(self, draft: Draft | None) -> bool:
        """Says whether it is another table than before."""
        survey, target = (draft.survey, draft.target) if draft is not None else (None, "")
        if survey is self._survey:
            self._target = target
            if survey is not None:
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(survey.columns) - 1)
            return False
        self.beginResetModel()
        self._survey, self._target = survey, target
        self.endResetModel()
        return True

    def beginnings(self, column: int) -> list[str]:
        """The column's name and its first values."""
        assert self._survey is not None
        return [self._survey.columns[column].name, *(row[column] for row in self._survey.first_rows[:MEASURED_ROWS])]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._survey is None else len(self._survey.first_rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._survey is None else len(self._survey.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._survey is None or orientation is Qt.Orientation.Vertical:
            return None
        column = self._survey.columns[section]
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(Role.CAPTION, weight=600 if column.name == self._target else None)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role == Qt.ItemDataRole.ForegroundRole and column.name == self._target:
            return self._theme.color("accent")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column.kind)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._survey is None or not index.isValid():
            return None
        text = self._survey.first_rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._survey.columns[index.column()].kind)
        return None


class RowsView(QTableView):
    """Only to look at."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = _RowsModel(theme)
        self.setObjectName("tableRows")
        self.setAccessibleName(self.tr("First rows of the table"))
        self.setToolTip(self.tr("The first rows, as they are written"))
        self.setModel(self._rows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        copy_by_keys(self)
        theme.changed.connect(self._fit)

    def show_draft(self, draft: Draft | None) -> None:
        if self._rows.show_draft(draft):
            self._fit()

    def _fit(self) -> None:
        pixels = self._theme.pixels
        self._theme.use_font(self, Role.HELPER)
        self.verticalHeader().setDefaultSectionSize(pixels(22))
        self.horizontalHeader().setDefaultSectionSize(pixels(90))
        metrics = QFontMetricsF(self._theme.font(Role.HELPER, weight=600))
        for i in range(min(self._rows.columnCount(), MEASURED)):
            widest = max(metrics.horizontalAdvance(text[:40]) for text in self._rows.beginnings(i))
            self.setColumnWidth(i, round(min(max(widest + 32, pixels(56)), pixels(220))))


def _side(kind: Kind) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if kind is Kind.NUMBER else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
