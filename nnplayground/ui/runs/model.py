"""The table of runs as Qt's views want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnplayground.core.kept_run import MAX_NOTES
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.runs.columns import (
    FIRST,
    Column,
    Kind,
    Layout,
    baselines,
    is_better,
    layout,
    number_title,
    ordered,
    text_of,
    value_of,
)
from nnplayground.ui.runs.entry import Entry
from nnplayground.ui.theme.numbers import count, epochs_told
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
ItemRole = Qt.ItemDataRole
SWATCH = ItemRole.UserRole
"""Which of the ten colours a run's curve has; None when it is not shown."""
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LONGEST_NAME = 200


class RunsModel(QAbstractTableModel):
    """Rows are runs in the order that is chosen; names and notes can be written."""

    described = Signal(str, str, str)
    """A run's key, what of it was written anew (`name` or `notes`), and the text."""
    sorted_anew = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.entries: list[Entry] = []
        self.layout_ = Layout(FIRST, {}, {})
        self.swatches: Mapping[str, int] = {}
        self.lit: str | None = None
        self._baselines: dict[str, Entry] = {}
        self._sorted = Column(Kind.WHEN), True
        """By which column, and whether the greatest stands first."""
        theme.changed.connect(self.repaint)

    # ---- what is shown

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.layout_ = layout(entries)
        self._baselines = baselines(entries)
        self._arrange(entries)
        self.endResetModel()

    def light(self, key: str | None) -> None:
        """Let a row stand out."""
        rows = [row for row in (self.row_of(self.lit), self.row_of(key)) if row is not None]
        self.lit = key
        for row in rows:
            self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1), [ItemRole.BackgroundRole])

    def show_swatches(self, swatches: Mapping[str, int]) -> None:
        self.swatches = dict(swatches)
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, 0), [SWATCH])

    def repaint(self) -> None:
        if self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, self.columnCount() - 1))

    def row_of(self, key: str | None) -> int | None:
        return next((row for row, entry in enumerate(self.entries) if entry.key == key), None)

    def column_of(self, kind: Kind) -> int:
        return next(i for i, column in enumerate(self.layout_.columns) if column.kind is kind)

    @property
    def sorting(self) -> tuple[int, Qt.SortOrder]:
        """The column that is sorted by, for the header."""
        column, down = self._sorted
        place = self.layout_.columns.index(column) if column in self.layout_.columns else self.column_of(Kind.WHEN)
        return place, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted = self.layout_.columns[column], order is Qt.SortOrder.DescendingOrder
        if not 0 <= column < len(self.layout_.columns) or wanted[0].kind is Kind.CURVE or wanted == self._sorted:
            return
        self._sorted = wanted
        self.beginResetModel()
        self._arrange(self.entries)
        self.endResetModel()
        self.sorted_anew.emit()

    def _arrange(self, entries: Sequence[Entry]) -> None:
        column, down = self._sorted
        if column not in self.layout_.columns:
            column, down = Column(Kind.WHEN), True
        self.entries = ordered(entries, column, self.layout_, down=down)

    # ---- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.layout_.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        kind = self.layout_.columns[index.column()].kind if index.isValid() else None
        return flags | Qt.ItemFlag.ItemIsEditable if kind in (Kind.NAME, Kind.NOTES) else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Vertical or section >= len(self.layout_.columns):
            return None
        column = self.layout_.columns[section]
        if role == ItemRole.DisplayRole:
            return self.title(column)
        if role == ItemRole.ToolTipRole:
            return self._about(column)
        if role == ItemRole.FontRole:
            return self._theme.font(Role.CAPTION)
        return (RIGHT if column.is_number and column.kind is not Kind.SETTING else LEFT) if role == ItemRole.TextAlignmentRole else None

    def title(self, column: Column) -> str:
        names = {
            Kind.CURVE: "", Kind.NAME: self.tr("Run"), Kind.EPOCHS: self.tr("Epochs"), Kind.SECONDS: self.tr("Time"),
            Kind.PARAMETERS: self.tr("Parameters"), Kind.WHEN: self.tr("When"), Kind.NOTES: self.tr("Notes"),
        }  # fmt: skip
        if column.kind is Kind.SETTING:
            return column.title
        if column.kind is Kind.LAST:
            return number_title(column.name)
        if column.kind is Kind.BEST:
            return self.tr("{number}, best").format(number=number_title(column.name))
        return names[column.kind]

    def _about(self, column: Column) -> str:
        texts = {
            Kind.CURVE: self.tr("The run's curve at the right: its colour and the mark at its end"),
            Kind.NAME: self.tr("Click to sort by name; double-click a name to write another"),
            Kind.SETTING: self.tr("{place} is not the same in these runs. Click to sort by it").format(place=column.name),
            Kind.LAST: self.tr("After the last epoch. Click to sort by it. Keras: {name}").format(name=column.name),
            Kind.BEST: self.tr("In the best epoch. Click to sort by it. Keras: {name}").format(name=column.name),
            Kind.EPOCHS: self.tr("How many epochs it trained. Click to sort by it"),
            Kind.SECONDS: self.tr("How long it trained. Click to sort by it"),
            Kind.PARAMETERS: self.tr("How many numbers its network learned. Click to sort by it"),
            Kind.WHEN: self.tr("When it ended. Click to sort by it"),
            Kind.NOTES: self.tr("What you want to remember of it; double-click to write"),
        }
        return texts[column.kind]

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry, column = self.entries[index.row()], self.layout_.columns[index.column()]
        tokens = self._theme.tokens
        match role:
            case ItemRole.DisplayRole:
                return self.text(entry, column)
            case ItemRole.EditRole:
                return value_of(entry, column, self.layout_)
            case ItemRole.TextAlignmentRole:
                return RIGHT if column.is_number and column.kind is not Kind.SETTING else LEFT
            case ItemRole.FontRole:
                weight = 600 if column.kind is Kind.NAME else 400
                return self._theme.font(Role.HELPER, weight=weight, tabular=column.is_number)
            case ItemRole.BackgroundRole:
                return QColor(tokens.hover) if entry.key == self.lit else None
            case ItemRole.ForegroundRole:
                better = is_better(entry, column, self._baseline(entry))
                return QColor(tokens.ok) if better else None
            case ItemRole.DecorationRole if column.kind is Kind.NAME and entry.run.pinned:
                return self._theme.icon("pin", tokens.accent)
            case ItemRole.ToolTipRole:
                return plain_tip(self._tip(entry, column))
            case _:
                return self.swatches.get(entry.key) if role == SWATCH else None

    def text(self, entry: Entry, column: Column) -> str:
        return text_of(entry, column, self.layout_, self._baseline(entry))

    def _baseline(self, entry: Entry) -> Entry | None:
        return self._baselines.get(entry.run.spec.data.name)

    def _tip(self, entry: Entry, column: Column) -> str:
        run = entry.run
        if column.kind is Kind.BEST and (best := run.best.get(column.name)) is not None:
            return self.tr("{value:.6g} in epoch {epoch}").format(value=best.value, epoch=count(best.epoch))
        if column.kind is Kind.LAST and (value := run.last.get(column.name)) is not None:
            return f"{value:.6g}"
        if column.kind is Kind.NOTES:
            return run.notes
        if column.kind is not Kind.NAME:
            return self.text(entry, column)
        how = {
            "": self.tr("Left after {epochs}"), "paused": self.tr("Paused after {epochs}"),
            "completed": self.tr("Completed: {epochs}"), "stopped": self.tr("Stopped after {epochs}"),
            "diverged": self.tr("Diverged after {epochs}"),
        }[run.ended]  # fmt: skip
        baseline = self.tr("The baseline: other runs of this data are compared with it.") if run.pinned else ""
        return "\n".join(part for part in (run.name, how.format(epochs=epochs_told(run.epochs)), entry.words, baseline) if part)

    def setData(self, index: Index, value: object, role: int = ItemRole.EditRole) -> bool:
        kind, text = self.layout_.columns[index.column()].kind, str(value).strip()
        if role != ItemRole.EditRole or kind not in (Kind.NAME, Kind.NOTES) or (kind is Kind.NAME and not text):
            return False
        field = ("name", text[:LONGEST_NAME]) if kind is Kind.NAME else ("notes", text[:MAX_NOTES])
        self.described.emit(self.entries[index.row()].key, *field)
        return True
