"""The table of runs: rows that light up under the mouse, a swatch for each curve."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from nnplayground.core.table import Table
from nnplayground.ui.runs.columns import Kind, value_of
from nnplayground.ui.runs.model import SWATCH, RunsModel
from nnplayground.ui.table_copy import copy_by_keys
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.markers import draw_class_marker

Index = QModelIndex | QPersistentModelIndex
WIDEST, NARROWEST = 190, 44
SWATCH_WIDTH = 34


class RunsTable(QTableView):
    """A click on a head sorts, F2 or a double-click writes names and notes, Ctrl+C copies."""

    lit = Signal(object)
    """The key of the run under the mouse; None when there is none."""
    chosen = Signal()
    """Other runs are selected."""
    delete_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runsTable")
        self.setAccessibleName(self.tr("Kept runs"))
        self._theme = theme
        self.runs = RunsModel(theme, self)
        self.setModel(self.runs)
        self.setItemDelegate(_Cells(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))  # else the frame shows there
        self.setMouseTracking(True)
        self.viewport().installEventFilter(self)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(1)
        header.sectionClicked.connect(self._sort_by)
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self.runs.modelReset.connect(self._on_reset)
        self.runs.modelAboutToBeReset.connect(self._remember)
        self.hidden = 0
        """Runs that the filter leaves out."""
        self._kept: tuple[set[str], str | None, int] = set(), None, 0
        self._restoring = False
        self.entered.connect(lambda index: self.lit.emit(self.runs.entries[index.row()].key))
        copy_by_keys(self)
        theme.changed.connect(self._dress)
        self._dress()

    # ---- what is chosen

    @property
    def keys(self) -> list[str]:
        """Those of the runs that are chosen, from top to bottom."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.runs.entries[row].key for row in rows]

    def choose(self, keys: set[str]) -> None:
        """Select runs, and let the first of them be seen."""
        selection, rows = QItemSelection(), [row for row, entry in enumerate(self.runs.entries) if entry.key in keys]
        last = self.runs.columnCount() - 1
        for row in rows:
            selection.select(self.runs.index(row, 0), self.runs.index(row, last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            place = self.runs.index(rows[0], self.runs.column_of(Kind.NAME))
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(place)

    def write(self, kind: Kind) -> None:
        """Have a name, or notes, written in the present row."""
        if self.keys:
            row = self.runs.row_of(self.keys[0])
            assert row is not None
            place = self.runs.index(row, self.runs.column_of(kind))
            self.setCurrentIndex(place)
            self.edit(place)

    def table(self) -> Table:
        """What is shown, in full precision."""
        columns = [column for column in self.runs.layout_.columns if column.kind is not Kind.CURVE]
        rows = [[_plain(value_of(entry, column, self.runs.layout_)) for column in columns] for entry in self.runs.entries]
        return Table(tuple(column.key for column in columns), rows)

    # ---- inside

    def _sort_by(self, section: int) -> None:
        column = self.runs.layout_.columns[section]
        if column.kind is Kind.CURVE:
            return
        place, order = self.runs.sorting
        other = Qt.SortOrder.DescendingOrder if order is Qt.SortOrder.AscendingOrder else Qt.SortOrder.AscendingOrder
        self.runs.sort(section, other if place == section else Qt.SortOrder.AscendingOrder)

    def _remember(self) -> None:
        current = self.currentIndex()
        key = self.runs.entries[current.row()].key if current.isValid() and current.row() < len(self.runs.entries) else None
        self._kept = set(self.keys), key, self.horizontalScrollBar().value()

    def _on_reset(self) -> None:
        """Rows and columns are others; what was chosen stays so."""
        keys, current, across = self._kept
        self.horizontalHeader().setSortIndicator(*self.runs.sorting)
        self._fit()
        self._restoring = True
        row = self.runs.row_of(current)
        if row is not None:
            place = self.runs.index(row, self.runs.column_of(Kind.NAME))
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
        if keys:
            selection, last = QItemSelection(), self.runs.columnCount() - 1
            for at, entry in enumerate(self.runs.entries):
                if entry.key in keys:
                    selection.select(self.runs.index(at, 0), self.runs.index(at, last))
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._restoring = False
        self.horizontalScrollBar().setValue(across)
        if keys - set(self.keys):
            self.chosen.emit()

    def _on_selection(self) -> None:
        if not self._restoring:
            self.chosen.emit()

    def _fit(self) -> None:
        """Columns as wide as what stands in them, as far as there is room."""
        header, metrics = self.horizontalHeader(), QFontMetrics(self._theme.font(Role.HELPER, weight=600, tabular=True))
        titles = header.fontMetrics()
        widest, narrowest = self._theme.pixels(WIDEST), self._theme.pixels(NARROWEST)
        for at, column in enumerate(self.runs.layout_.columns):
            if column.kind is Kind.CURVE:
                self.setColumnWidth(at, self._theme.pixels(SWATCH_WIDTH))
                continue
            texts = {self.runs.text(entry, column) for entry in self.runs.entries}
            wide = max((metrics.horizontalAdvance(text) for text in texts), default=0) + 22
            wide += self._theme.pixels(16) if column.kind is Kind.NAME else 0
            title = titles.horizontalAdvance(self.runs.title(column)) + 26
            least = self._theme.pixels(90) if column.kind in (Kind.NAME, Kind.NOTES) else narrowest
            self.setColumnWidth(at, min(max(wide, title, least), widest))

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.pixels(22))
        self._fit()

    # ---- Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.runs.rowCount() or not self.hidden:
            return
        painter = QPainter(self.viewport())
        painter.setFont(self._theme.font(Role.HELPER))
        painter.setPen(QColor(self._theme.tokens.muted))
        text = self.tr("No run fits; {n} others are not shown.").format(n=self.hidden)
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        painter.end()

    def leaveEvent(self, event: QEvent) -> None:
        self.lit.emit(None)
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave and watched is self.viewport():
            self.lit.emit(None)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.keys:
            self.delete_asked.emit()
        elif event.key() == Qt.Key.Key_F2 and self.keys and not self.runs.flags(self.currentIndex()) & Qt.ItemFlag.ItemIsEditable:
            self.write(Kind.NAME)
        elif event.key() == Qt.Key.Key_Escape and self.keys:
            self.clearSelection()
        else:
            super().keyPressEvent(event)


class _Cells(QStyledItemDelegate):
    """Paints a run's swatch: a piece of its line, and the mark that ends it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus  # rows are chosen, not cells
        option.decorationSize = QSize(self._theme.pixels(13), self._theme.pixels(13))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        slot = index.data(SWATCH)
        if index.column() or slot is None:
            return
        tokens, box = self._theme.tokens, QRectF(option.rect)
        colour, middle = QColor(tokens.classes[slot]), box.center()
        reach = self._theme.pixels(9)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(middle.x() - reach, middle.y()), QPointF(middle.x() + reach, middle.y()))
        painter.setPen(QPen(QColor(tokens.surface), 1))
        painter.setBrush(colour)
        draw_class_marker(painter, middle, self._theme.pixels(4.5), slot)
        painter.restore()


def _plain(value: object) -> object:
    return "" if value is None else value
