"""The columns of a table, one a row: used or not, its kind, what is missing, what it holds."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from nnplayground.data.own.table_survey import Column, Kind
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.own.table_draft import Draft, holds
from nnplayground.ui.table_copy import copy_by_keys
from nnplayground.ui.theme.numbers import count, number, percent
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
USE, NAME, KIND, MISSING, HOLDS = range(5)
MEASURED = 8
"""Texts that are measured of a column."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ColumnsModel(QAbstractTableModel):
    """Asks for changes by signals; what is shown is always the draft's."""

    input_asked = Signal(str, bool)
    kind_asked = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._draft: Draft | None = None
        self._inputs: frozenset[str] = frozenset()

    def show_draft(self, draft: Draft | None) -> None:
        before, self._draft = self._draft, draft
        same = before is not None and draft is not None and before.survey is draft.survey
        if not same:
            self.beginResetModel()
        self._inputs = frozenset(draft.inputs) if draft is not None else frozenset()
        if not same:
            self.endResetModel()
        elif draft is not None and draft.survey.columns:
            self.dataChanged.emit(self.index(0, USE), self.index(self.rowCount() - 1, HOLDS))

    def column(self, row: int) -> Column:
        assert self._draft is not None
        return self._draft.survey.columns[row]

    def chosen_kind(self, row: int) -> str:
        assert self._draft is not None
        return self._draft.data.kinds.get(self.column(row).name, "auto")

    def kind_text(self, kind: Kind) -> str:
        return {
            Kind.NUMBER: self.tr("number"), Kind.CATEGORY: self.tr("category"), Kind.TEXT: self.tr("text"),
            Kind.DATE: self.tr("date"), Kind.CONSTANT: self.tr("constant"), Kind.EMPTY: self.tr("empty"),
        }[kind]  # fmt: skip

    def _text(self, row: int, part: int) -> str:
        assert self._draft is not None
        column = self.column(row)
        if part == USE:
            return self.tr("target") if column.name == self._draft.target else ""
        if part == NAME:
            return column.name
        if part == KIND:
            return self.kind_text(column.kind)
        if part == MISSING:
            rows = self._draft.survey.rows
            return self.tr("{count} ({share})").format(count=count(column.missing), share=percent(column.missing / rows)) if (
                column.missing and rows) else "0"  # fmt: skip
        if column.left_out and column.name not in self._inputs and column.name != self._draft.target:
            return self.tr("Left out: {why}").format(why=column.left_out)
        return self._holds(column)

    def _holds(self, column: Column) -> str:
        if column.kind is Kind.NUMBER and column.low is not None and column.high is not None:
            text = self.tr("{low} to {high}").format(low=number(column.low), high=number(column.high))
            text = text if column.mean is None else self.tr("{range}, mean {mean}").format(range=text, mean=number(column.mean))
            return self.tr("{numbers}, in {unit}").format(numbers=text, unit=column.unit) if column.unit else text
        words = holds(column)
        if column.kind is Kind.CATEGORY:
            return self.tr("{count} different: {words}").format(count=count(column.distinct), words=words)
        return words

    def _tooltip(self, column: Column) -> str:
        lines = [column.name]
        if column.left_out:
            lines.append(column.left_out)
        if column.note:
            lines.append(column.note)
        if column.std is not None:
            lines.append(self.tr("Standard deviation {std}").format(std=number(column.std)))
        lines.append(self.tr("{count} different values").format(count=count(column.distinct)))
        if column.examples:
            lines.append(self.tr("For example: {examples}").format(examples=", ".join(column.examples[:5])))
        return "\n".join(lines)

    # ---- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._draft is None else len(self._draft.survey.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else HOLDS + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section == MISSING else LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(Role.CAPTION)
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Learn from"), self.tr("Column"), self.tr("Kind"), self.tr("Missing"), self.tr("What it holds"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._draft is None or not index.isValid():
            return None
        column, part = self.column(index.row()), index.column()
        target = column.name == self._draft.target
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), part)
        if role == Qt.ItemDataRole.CheckStateRole and part == USE and self._draft.can_be_input(column):
            return Qt.CheckState.Checked if column.name in self._inputs else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tooltip(column))
        if role == Qt.ItemDataRole.AccessibleTextRole and part == USE:
            return self.tr("Learn from {name}").format(name=column.name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if part == MISSING else LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            if target and part in (USE, NAME):
                return self._theme.color("accent")
            if not column.usable or (part == MISSING and not column.missing):
                return self._theme.color("faint")
            if part in (HOLDS, KIND):
                return self._theme.color("muted")
        if role == Qt.ItemDataRole.FontRole:
            return self._theme.font(Role.BODY, weight=600 if part == NAME or (part == USE and target) else 400, tabular=part == MISSING)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._draft is None or not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if index.column() == USE and self._draft.can_be_input(self.column(index.row())):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == KIND:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = self.column(index.row()).name
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == USE:
            self.input_asked.emit(name, Qt.CheckState(value) is Qt.CheckState.Checked)
        elif role == Qt.ItemDataRole.EditRole and index.column() == KIND and value != self.chosen_kind(index.row()):
            self.kind_asked.emit(name, value)
        return False  # what is shown changes when the draft does


class _KindDelegate(QStyledItemDelegate):
    """A click or Enter opens the choice of kinds."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        side = self._theme.pixels(14)
        box = QRect(option.rect.right() - side - 4, option.rect.center().y() - side // 2, side, side)
        self._theme.icon("chevron-down", self._theme.tokens.muted).paint(painter, box)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, ColumnsModel)
        column = model.column(index.row())
        combo = QComboBox(parent)
        combo.setObjectName("kindChoice")
        combo.setAccessibleName(self.tr("Kind of {name}").format(name=column.name))
        combo.setToolTip(self.tr("What the column holds. Categories become one input for each word."))
        guessed = model.chosen_kind(index.row()) == "auto"
        combo.addItem(self.tr("as guessed: {kind}").format(kind=model.kind_text(column.kind)) if guessed else self.tr("as guessed"), "auto")
        combo.addItem(self.tr("number"), "number")
        combo.addItem(self.tr("category"), "category")
        combo.activated.connect(lambda _: self._take(combo))
        combo.installEventFilter(self)
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        assert isinstance(editor, QComboBox)
        assert isinstance(model, ColumnsModel)
        editor.setCurrentIndex(editor.findData(model.chosen_kind(index.row())))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        box: QRect = option.rect
        editor.setGeometry(box.x(), box.y(), max(box.width(), editor.sizeHint().width()), max(box.height(), editor.sizeHint().height()))

    def _take(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)


class ColumnsView(QTableView):
    """Space checks, Enter or a click on a kind opens its choice."""

    def __init__(self, theme: Theme, model: ColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("tableColumns")
        self.setAccessibleName(self.tr("Columns of the table"))
        self.setToolTip(self.tr("Which columns to learn from, and what they hold"))
        self.setModel(model)
        self.setItemDelegateForColumn(KIND, _KindDelegate(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(HOLDS, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._on_click)
        copy_by_keys(self)
        self.viewport().installEventFilter(self)
        theme.changed.connect(self._fit)
        model.modelReset.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        pixels = self._theme.pixels
        for part, width in ((USE, 86), (NAME, 170), (KIND, 108)):
            self.setColumnWidth(part, pixels(width))
        self.setColumnWidth(MISSING, max(pixels(80), self._widest_count() + pixels(30)))
        self.verticalHeader().setDefaultSectionSize(pixels(26))

    def _widest_count(self) -> int:
        """Of what is told of missing values; measured by its longest texts, since there may be thousands of columns."""
        model = self.model()
        texts = {str(model.index(row, MISSING).data()) for row in range(model.rowCount())}
        metrics = QFontMetrics(self._theme.font(Role.BODY, tabular=True))
        return max((metrics.horizontalAdvance(text) for text in sorted(texts, key=len)[-MEASURED:]), default=0)

    def _on_click(self, index: QModelIndex) -> None:
        if index.column() == KIND:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if index.isValid() and enter and index.column() == KIND:
            self.edit(index)
        elif index.isValid() and event.key() == Qt.Key.Key_Space:
            self._toggle(index.siblingAtColumn(USE))
        else:
            super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        model = self.model()
        if model.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            checked = model.data(index, Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
            model.setData(index, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, USE))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The hand says where a click opens something.
        if event.type() == QEvent.Type.MouseMove and watched is self.viewport():
            over = self.indexAt(event.position().toPoint())  # type: ignore[attr-defined]
            opens = over.isValid() and over.column() == KIND
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        return super().eventFilter(watched, event)
