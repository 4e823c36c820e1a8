"""Rows of numbers: any length, because only what is in sight is ever written."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.ui.data.browser.selection import Selection
from nnplayground.ui.table_copy import copy_by_keys
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
Role_ = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MEASURED = 60


class RowsModel(QAbstractTableModel):
    """The answer in the first column, then the inputs as they are before scaling."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dataset: Dataset | None = None
        self._selection: Selection | None = None
        self.names: tuple[str, ...] = ()

    def show_rows(self, dataset: Dataset, selection: Selection) -> None:
        self.beginResetModel()
        self._dataset, self._selection = dataset, selection
        self.names = column_names(dataset)
        self.endResetModel()

    def value(self, row: int, column: int) -> float | str:
        """What stands in a cell, in full precision."""
        assert self._dataset is not None
        assert self._selection is not None
        part, index = self._selection.section.part, int(self._selection.rows[row])
        if column == 0:
            classes = self._dataset.facts.classes
            return classes[int(part.y[index])] if classes else float(part.y[index])
        assert not isinstance(part.x, Rows)
        return float(part.x[index].reshape(-1)[column - 1])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._selection is None else len(self._selection)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._dataset is None else len(self.names) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role_.DisplayRole) -> Any:
        if self._dataset is None or self._selection is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return count(int(self._selection.rows[section])) if role == Role_.DisplayRole else None
        is_target = section == 0
        if role == Role_.DisplayRole:
            return (self._dataset.facts.target_name or self.tr("answer")) if is_target else self.names[section - 1]
        if role == Role_.FontRole:
            return self._theme.font(Role.CAPTION, weight=600 if is_target else None)
        if role == Role_.ToolTipRole and is_target:
            return self.tr("What is to be predicted")
        return RIGHT if role == Role_.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role_.DisplayRole) -> Any:
        if role == Role_.TextAlignmentRole:
            return RIGHT
        if role not in (Role_.DisplayRole, Role_.ToolTipRole, Role_.EditRole) or not index.isValid():
            return None
        value = self.value(index.row(), index.column())
        if isinstance(value, str) or role == Role_.EditRole:
            return value
        return number(value) if role == Role_.DisplayRole else repr(value)


def column_names(dataset: Dataset) -> tuple[str, ...]:
    """The inputs' names, or their numbers where they have none."""
    facts = dataset.facts
    width = 1
    for n in facts.input_shape:
        width *= n
    return facts.input_names if len(facts.input_names) == width else tuple(f"x{i}" for i in range(width))


class DataTable(QTableView):
    """Only to look at; what is selected can be copied, in full precision and with tabs between."""

    def __init__(self, theme: Theme, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        copy_by_keys(self)
        theme.changed.connect(self._fit)
        self._fit()

    def show_headers(self) -> None:
        """Make columns wide enough for their names, as far as one sees at once."""
        header = self.horizontalHeader()
        for i in range(min(self.model().columnCount(), MEASURED)):
            wanted = max(header.sectionSizeFromContents(i).width(), header.defaultSectionSize())
            self.setColumnWidth(i, min(wanted, 3 * header.defaultSectionSize()))

    def _fit(self) -> None:
        self._theme.use_font(self, Role.HELPER, tabular=True)
        self.verticalHeader().setDefaultSectionSize(self._theme.pixels(24))
        self.horizontalHeader().setDefaultSectionSize(self._theme.pixels(84))
        self.verticalHeader().setFont(self._theme.font(Role.AXIS))
