"""The classes that were found: a picture, the name, and how many there are of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_picture import fitted

Index = QModelIndex | QPersistentModelIndex
PICTURE, INSET, GAP = 40, 6, 10
NAME_SHARE = 0.45
"""Of the width beside the picture."""


@dataclass(frozen=True)
class ClassRow:
    """One class: `test` is 0 where nothing is cut yet."""

    name: str
    train: int
    test: int
    picture: QImage | None = None


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ClassRow, ...] = ()
        self.pictured = False

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.pictured = any(row.picture is not None for row in rows)
        self.endResetModel()

    def numbers(self, row: ClassRow) -> str:
        if row.test:
            return self.tr("{train} + {test} to test on").format(train=count(row.train), test=count(row.test))
        return count(row.train)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.rows[index.row()]
        text = f"{row.name}: {self.numbers(row)}"
        return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, rows: _Rows, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._rows = theme, rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetricsF(self._theme.font(Role.BODY)).height()
        return QSize(200, round(max(self._theme.pixels(PICTURE) if self._rows.pictured else 0, line) + 2 * INSET))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, row = self._theme.tokens, self._rows.rows[index.row()]
        box = QRectF(option.rect).adjusted(8, 0, -12, 0)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), 4, 4)
        if self._rows.pictured:
            side = self._theme.pixels(PICTURE)
            place = QRectF(box.left(), box.center().y() - side / 2, side, side)
            if row.picture is not None:
                painter.drawImage(fitted(place, row.picture.size()), row.picture)
            else:
                painter.setPen(QPen(QColor(tokens.border), 1))
                painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            box.setLeft(place.right() + GAP)
        self._write(painter, box, row)
        painter.restore()

    def _write(self, painter: QPainter, box: QRectF, row: ClassRow) -> None:
        tokens = self._theme.tokens
        name, right = QRectF(box), QRectF(box)
        name.setWidth(box.width() * NAME_SHARE)
        font = self._theme.font(Role.BODY, weight=500)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        text = QFontMetricsF(font).elidedText(row.name, Qt.TextElideMode.ElideMiddle, name.width() - 8)
        painter.drawText(name, middle | Qt.AlignmentFlag.AlignLeft, text)
        font = self._theme.font(Role.HELPER, tabular=True)
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted))
        metrics = QFontMetricsF(font)
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, self._rows.numbers(row))
        widest = max(metrics.horizontalAdvance(self._rows.numbers(r)) for r in self._rows.rows[:200])
        right.setLeft(name.right() + 4)
        right.setRight(box.right() - widest - GAP)
        most = max(r.train + r.test for r in self._rows.rows)
        height = 6.0
        bar = QRectF(right.left(), right.center().y() - height / 2, right.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.grid))
        painter.drawRoundedRect(bar, 3, 3)
        bar.setWidth(max(bar.width() * (row.train + row.test) / max(most, 1), 3))
        painter.setBrush(QColor(tokens.magnitude))
        painter.drawRoundedRect(bar, 3, 3)


class ClassList(QListView):
    """Only to look at; arrow keys walk through it, and a reader of the screen reads each line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows()
        self.setObjectName("classList")
        self.setAccessibleName(self.tr("Classes that were found"))
        self.setToolTip(self.tr("What was found: one line for each class"))
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(theme, self._rows, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        theme.changed.connect(self._dress)

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        self._rows.show_rows(rows)

    @property
    def rows(self) -> tuple[ClassRow, ...]:
        return self._rows.rows

    def _dress(self) -> None:
        self._rows.layoutChanged.emit()
        self.viewport().update()
