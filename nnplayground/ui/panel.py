"""`Panel`: the frame around everything in a dock: a surface, a header with a title and tools, a body."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnplayground.ui.theme.theme import Role, Theme

INSET = 12
HEADER = 36
LEAST_TITLE = 60


class Panel(QFrame):
    """A surface with a hairline and round corners. Put content into `body`, tools into the header by `add_tool`."""

    retitled = Signal(str)

    def __init__(self, theme: Theme, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.theme = theme
        self.header = _Header(self)
        self._title, self._subtitle = _Title(title, self.header), QLabel(subtitle, self.header)
        theme.use_font(self._title, Role.TITLE)
        theme.use_font(self._subtitle, Role.HELPER)
        self._subtitle.setProperty("tone", "muted")
        self._subtitle.setVisible(bool(subtitle))
        self._tools: list[tuple[QToolButton, str]] = []
        self._row = QHBoxLayout(self.header)
        self._row.setContentsMargins(INSET, 0, 6, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._title)
        self._row.addSpacing(8)
        self._row.addWidget(self._subtitle)
        self._row.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(INSET, 0, INSET, INSET)
        self.body.setSpacing(8)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addLayout(self.body, 1)
        theme.changed.connect(self._dress)

    def set_title(self, title: str, subtitle: str = "") -> None:
        self._title.setText(title)
        self.setAccessibleName(title)
        self.set_subtitle(subtitle)
        self.retitled.emit(title)

    def set_subtitle(self, subtitle: str) -> None:
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def add_tool(self, icon: str, tooltip: str, name: str = "") -> QToolButton:
        """A button at the right of the header; `name` is its object name."""
        button = QToolButton(self.header)
        button.setObjectName(name)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        button.setIconSize(QSize(16, 16))
        button.setIcon(self.theme.icon(icon))
        self._tools.append((button, icon))
        self._row.addWidget(button)
        return button

    def add_header_widget(self, widget: QWidget) -> None:
        """Any other control at the right of the header: a switch, a check box."""
        self._row.addWidget(widget)

    def replace_title(self, widget: QWidget) -> None:
        """Put something else where the title stands in the header."""
        self._row.setContentsMargins(0, 0, 6, 0)
        self._row.replaceWidget(self._title, widget)
        self._title.hide()

    def become_page(self) -> QWidget:
        """Give up frame and title, to stand inside another panel; gives the tools, for a place in the other's header."""
        self.setProperty("kind", "page")
        self._title.hide()
        self._row.setContentsMargins(0, 0, 6, 0)
        self._column.removeWidget(self.header)
        return self.header

    def _dress(self) -> None:
        for button, icon in self._tools:
            button.setIcon(self.theme.icon(icon))


class _Title(QLabel):
    """Gives way to the tools beside it: where there is no room for all of it, it ends with an ellipsis and tells the rest on hovering."""

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), LEAST_TITLE), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setToolTip(self.text() if self._is_cut() else "")

    def _is_cut(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_cut():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        self.style().drawItemText(
            painter, self.rect(), Qt.AlignmentFlag.AlignVCenter, self.palette(), self.isEnabled(), shown, self.foregroundRole())
        painter.end()


class _Header(QWidget):
    """Says how high it wants to be: docks ask only that of their title bars."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), HEADER))

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width(), max(hint.height(), HEADER))
