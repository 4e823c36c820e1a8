"""A narrow list of the network's layers, of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from nnplayground.core.layers import LayerBase
from nnplayground.ui.network.cards import caption_of
from nnplayground.ui.network.plan import title_of
from nnplayground.ui.theme.theme import Role, Theme

WIDTH = 132
ROW = 24


def layer_text(layer: LayerBase) -> str:
    """A layer in one line: its name, and what tells it from others of its kind."""
    caption = caption_of(layer)
    return f"{title_of(layer)}  {caption}" if caption else title_of(layer)


class LayerList(QListWidget):
    """`chosen` is emitted when the person chooses, never when `choose` is called."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setToolTip(accessible)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._theme = theme
        theme.use_font(self, Role.HELPER)
        theme.changed.connect(self._dress)
        self._quiet = False
        self.currentRowChanged.connect(self._on_row)

    def show_layers(self, entries: tuple[tuple[str, str, bool], ...]) -> None:
        """Title, more about it, and whether there is anything to show of it; the choice stays where it was."""
        if entries == self._shown():
            return
        row, self._quiet = self.currentRow(), True
        self.clear()
        for title, more, there in entries:
            item = QListWidgetItem(title, self)
            item.setSizeHint(self._row_size)
            item.setToolTip(more)
            item.setData(Qt.ItemDataRole.UserRole, there)
            if not there:
                item.setForeground(self._theme.color("faint"))
        self.setCurrentRow(min(max(row, 0), self.count() - 1) if row >= 0 else -1)
        self._quiet = False

    @property
    def _row_size(self) -> QSize:
        return QSize(10, max(ROW, self._theme.pixels(ROW * 0.9)))

    def _dress(self) -> None:
        for i in range(self.count()):
            self.item(i).setSizeHint(self._row_size)
        self.updateGeometry()

    def choose(self, layer: int | None) -> None:
        """Show a choice that was made elsewhere."""
        self._quiet = True
        self.setCurrentRow(-1 if layer is None else layer)
        self._quiet = False

    def _shown(self) -> tuple[tuple[str, str, bool], ...]:
        items = [self.item(i) for i in range(self.count())]
        return tuple((item.text(), item.toolTip(), bool(item.data(Qt.ItemDataRole.UserRole))) for item in items)

    def _on_row(self, row: int) -> None:
        if not self._quiet and row >= 0:
            self.chosen.emit(row)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.pixels(WIDTH), 80)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._theme.pixels(WIDTH) * 0.45), 40)
