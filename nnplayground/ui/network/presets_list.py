"""The list of networks to choose from for the present data: each with what is to be said of it and its number of parameters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.variants import Variant, variants, with_variant
from nnplayground.data.registry import facts
from nnplayground.ui.edit import Edit
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
WIDTH = 380
PAD, CHECK, GAP, MARGIN = 10, 24, 16, 6
VARIANT, NOTE, PRESENT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PresetsList(QFrame):
    """Opens over everything; the network one has is checked. A choice is asked for as one edit."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("presetsMenu")
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Presets"))
        self._theme = theme
        self._analysis: Analysis | None = None
        self.list = QListWidget()
        self.list.setObjectName("presetsList")
        self.list.setAccessibleName(self.tr("Networks for this data"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows = _Row(theme, self.list)
        self.list.setItemDelegate(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(self.list)
        self.list.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        theme.changed.connect(self.list.doItemsLayout)

    def show_analysis(self, analysis: Analysis) -> None:
        """Offer what there is for this data."""
        self._analysis = analysis

    def open_below(self, button: QWidget) -> None:
        """Open below a button, as far to the left as the screen asks for."""
        if self._analysis is None:
            return
        self._fill(self._analysis)
        corner = button.mapToGlobal(QPoint(0, button.height() + 2))
        screen = QGuiApplication.screenAt(corner) or self.screen()
        room = screen.availableGeometry()
        width = min(self._theme.pixels(WIDTH), room.width())
        self._rows.width = width - 2 * MARGIN - 2  # which the list itself knows only once it is shown
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
        height = min(rows + 2 * MARGIN + 2, room.height())
        left, top = min(corner.x(), room.right() - width), min(corner.y(), room.bottom() - height)
        self.setGeometry(max(room.left(), left), max(room.top(), top), width, height)
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def fill_menu(self, menu: QMenu) -> None:
        """The same as entries of a menu."""
        menu.clear()
        menu.setToolTipsVisible(True)
        analysis = self._analysis
        for variant in () if analysis is None else variants(analysis.spec.data, analysis.facts):
            assert analysis is not None
            action = menu.addAction(f"{variant.title}\t{count(variant.parameters)}", self._taker(variant))
            action.setToolTip(f"{variant.sentence} {self._parameters(variant)}.")
            action.setCheckable(True)
            action.setChecked(variant.is_of(analysis.spec))

    def _fill(self, analysis: Analysis) -> None:
        self.list.clear()
        for variant in variants(analysis.spec.data, analysis.facts):
            present = variant.is_of(analysis.spec)
            item = QListWidgetItem(variant.title, self.list)
            item.setData(VARIANT, variant)
            item.setData(NOTE, self._parameters(variant))
            item.setData(PRESENT, present)
            chosen = self.tr("Chosen. ") if present else ""
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, f"{chosen}{variant.sentence} {self._parameters(variant)}.")
            if present or self.list.currentItem() is None:
                self.list.setCurrentItem(item)

    def _parameters(self, variant: Variant) -> str:
        return self.tr("{n} parameters").format(n=count(variant.parameters))

    def _taker(self, variant: Variant) -> Callable[[], None]:
        return lambda: self._ask(variant)

    def _take(self, item: QListWidgetItem) -> None:
        self.hide()
        self._ask(item.data(VARIANT))

    def _ask(self, variant: Variant) -> None:
        analysis = self._analysis
        if analysis is None:
            return
        # Only texts are read in another way: what is known of them needs no file.
        known = facts(edits.change_data(analysis.spec, **variant.data).data) if variant.data else analysis.facts
        text = self.tr("Preset {title}").format(title=variant.title)
        self.edit_requested.emit(Edit(text, lambda spec: with_variant(spec, variant, known)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in ENTER:
            if (item := self.list.currentItem()) is not None:
                self._take(item)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


class _Row(QStyledItemDelegate):
    """Draws a network: a tick where it is the present one, its title, its parameters at the right, its sentence below."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.width = 0

    def _inner(self, box: QRect) -> QRect:
        return box.adjusted(self._theme.pixels(CHECK) + 4, 5, -PAD, -5)

    def _sentence_height(self, index: Index, width: int) -> int:
        metrics = QFontMetrics(self._theme.font(Role.HELPER))
        return metrics.boundingRect(QRect(0, 0, width, 1000), Qt.TextFlag.TextWordWrap, index.data(VARIANT).sentence).height()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = min(self.width, self._view.viewport().width()) if self._view.isVisible() else self.width
        title = QFontMetrics(self._theme.font(Role.CONTROL, weight=600)).height()
        return QSize(width, title + self._sentence_height(index, self._inner(QRect(0, 0, width, 50)).width()) + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, box = self._theme.tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index == self._view.currentIndex():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        inner = self._inner(box)
        font = self._theme.font(Role.CONTROL, weight=600)
        line = QFontMetrics(font).height()
        if index.data(PRESENT):
            side = self._theme.pixels(16)
            place = QRect(box.left() + (inner.left() - box.left() - side) // 2, inner.top() + (line - side) // 2, side, side)
            self._theme.icon("check", tokens.accent).paint(painter, place)
        painter.setFont(self._theme.font(Role.HELPER, tabular=True))
        painter.setPen(QColor(tokens.muted))
        note = str(index.data(NOTE))
        top = QRect(inner.left(), inner.top(), inner.width(), line)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(note) - GAP
        below, wrapped = inner.adjusted(0, line + 1, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(below, wrapped, index.data(VARIANT).sentence)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        title = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()
