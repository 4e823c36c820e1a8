"""The list that adds a layer: all there are, by kind, each with what it does, or why it does not fit here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LAYERS, LayerBase
from nnplayground.ui.network.plan import refusal
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
SIZE = QSize(350, 420)
PAD = 10
LINES = 2
CLASS, NOTE, FITS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
FIRST = "Core"
"""The kind of layers that stands first."""
PASSED_ON = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AddLayerMenu(QFrame):
    """Opens over everything. `chosen` carries the layer's class and the index where it goes."""

    chosen = Signal(object, int)

    def __init__(self, theme: Theme, parent: QWidget, classes: Sequence[type[LayerBase]] = LAYERS) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("addLayerMenu")
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Add a layer"))
        self._theme, self._index = theme, 0
        self.search, self.list, self.nothing = QLineEdit(), QListWidget(), QLabel(self.tr("No layer is called that."))
        self.search.setObjectName("addLayerSearch")
        self.search.setPlaceholderText(self.tr("Search layers"))
        self.search.setAccessibleName(self.tr("Search layers"))
        self.search.setToolTip(self.tr("Type a part of a layer's name; Enter adds the one that is marked."))
        self.search.setClearButtonEnabled(True)
        theme.use_font(self.search, Role.CONTROL)
        self.list.setObjectName("addLayerList")
        self.list.setAccessibleName(self.tr("Layers"))
        self.list.setToolTip("")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Entry(theme, self.list))
        self.nothing.setProperty("tone", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget, stretch in ((self.search, 0), (self.list, 1), (self.nothing, 1)):
            column.addWidget(widget, stretch)
        self._items: dict[type[LayerBase], QListWidgetItem] = {}
        self._heads: dict[str, QListWidgetItem] = {}
        for kind in sorted(dict.fromkeys(cls.category for cls in classes), key=lambda k: k != FIRST):
            self._heads[kind] = self._head(kind)
            for cls in classes:
                if cls.category == kind:
                    self._items[cls] = self._add(cls)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._take)
        self.list.itemEntered.connect(self._mark)
        theme.changed.connect(self.list.doItemsLayout)

    def _head(self, kind: str) -> QListWidgetItem:
        item = QListWidgetItem(self.tr(kind), self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _add(self, cls: type[LayerBase]) -> QListWidgetItem:
        item = QListWidgetItem(cls.__name__, self.list)
        item.setData(CLASS, cls)
        return item

    def item_for(self, cls: type[LayerBase]) -> QListWidgetItem:
        return self._items[cls]

    def fits(self, cls: type[LayerBase]) -> bool:
        """Whether this layer can be added where the list was opened."""
        return bool(self._items[cls].data(FITS))

    def note(self, cls: type[LayerBase]) -> str:
        """What is written below a layer's name: what it does, or why it cannot stand here."""
        return str(self._items[cls].data(NOTE))

    def open_at(self, analysis: Analysis, index: int, place: QPoint) -> None:
        """Open at `place` on the screen, for a new layer before the one at `index`."""
        self.prepare(analysis, index)
        self.search.clear()
        self._filter("")
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry()
        size = (SIZE * self._theme.zoom).boundedTo(room.size())
        self.resize(size)
        x, y = min(place.x(), room.right() - size.width()), min(place.y(), room.bottom() - size.height())
        self.move(max(room.left(), x), max(room.top(), y))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self.list.scrollToTop()

    def prepare(self, analysis: Analysis, index: int) -> None:
        """Say of every layer whether it fits at `index`."""
        self._index = index
        for cls, item in self._items.items():
            reason = refusal(cls, analysis, index)
            item.setData(FITS, not reason)
            item.setData(NOTE, reason or cls.summary)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, reason or cls.summary)
            selectable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(Qt.ItemFlag.NoItemFlags if reason else selectable)

    # ---- within

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        shown: set[str] = set()
        for cls, item in self._items.items():
            found = all(word in f"{cls.__name__} {cls.category}".lower() for word in words)
            item.setHidden(not found)
            if found:
                shown.add(cls.category)
        for kind, head in self._heads.items():
            head.setHidden(kind not in shown)
        self.list.setVisible(bool(shown))
        self.nothing.setVisible(not shown)
        # A name that begins so comes before one that only has it within.
        fitting = [cls for cls, item in self._items.items() if not item.isHidden() and self.fits(cls)]
        first = next((cls for cls in fitting if cls.__name__.lower().startswith(text.lower().strip())), fitting[0] if fitting else None)
        self._mark(self._items[first] if first is not None else None)

    def _mark(self, item: QListWidgetItem | None) -> None:
        if item is None or item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentItem(item)  # type: ignore[arg-type]  # None is Qt's way to mark nothing

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(FITS) and not item.isHidden():
            self.hide()
            self.chosen.emit(item.data(CLASS), self._index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in PASSED_ON:
                self.list.keyPressEvent(event)
                return True
            if event.key() in ENTER:
                self._take(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


class _Entry(QStyledItemDelegate):
    """Draws a layer: its name, below it what it does or, paler, why it does not fit."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def _note_rect(self, index: Index, width: int) -> QRect:
        metrics = QFontMetrics(self._theme.font(Role.HELPER))
        room = QRect(0, 0, width - 2 * PAD, metrics.lineSpacing() * LINES)
        wrap = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        return metrics.boundingRect(room, wrap, str(index.data(NOTE))) & room

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        if index.data(CLASS) is None:
            return QSize(width, QFontMetrics(self._theme.font(Role.SECTION)).height() + 10)
        title = QFontMetrics(self._theme.font(Role.CONTROL)).height()
        return QSize(width, title + self._note_rect(index, width).height() + 11)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, box = self._theme.tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(CLASS) is None:
            painter.setFont(self._theme.font(Role.SECTION))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(box.adjusted(PAD, 0, -PAD, -2), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(index.data()))
            painter.restore()
            return
        fits = bool(index.data(FITS))
        if fits and index == self._view.currentIndex():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(QRect(box.left(), box.top() + 8, 3, box.height() - 16), 1.5, 1.5)
        inner = box.adjusted(PAD, 5, -PAD, -5)
        font = self._theme.font(Role.CONTROL, weight=600)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text if fits else tokens.disabled))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, str(index.data()))
        note = inner.adjusted(0, QFontMetrics(font).height() + 1, 0, 0)
        painter.setFont(self._theme.font(Role.HELPER))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(note, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, str(index.data(NOTE)))
        painter.restore()
