"""`Panel`: the frame around everything in a dock: a surface, a header with a title and tools, a body."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from nnplayground.ui.page_scroll import PageScroll
from nnplayground.ui.theme.theme import Role, Theme

INSET = 12
HEADER = 36
LEAST_TITLE = 60


class Panel(QFrame):
    """A surface with a hairline and round corners. Put content into `body`, tools into the header by `add_tool`."""

    retitled = Signal(str)
    short_title = ""
    """The title where a tab has no room for all of it."""

    def __init__(self, theme: Theme, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.theme = theme
        self.header = _Header(self)
        self._title, self._subtitle = CutLabel(title, self.header), QLabel(subtitle, self.header)
        theme.use_font(self._title, Role.TITLE)
        theme.use_font(self._subtitle, Role.HELPER)
        self._subtitle.setProperty("tone", "muted")
        self._subtitle.setVisible(bool(subtitle))
        self._folds: list[Callable[[bool], None]] = [self._fold_subtitle]
        self._folded_tools: tuple[QToolButton, ...] = ()
        self._tools: list[tuple[QToolButton, str]] = []
        self._is_titled = True
        self._row = QHBoxLayout(self.header)
        self._row.setContentsMargins(INSET, 0, 6, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._title)
        self._row.addSpacing(8)
        self._row.addWidget(self._subtitle)
        self._row.addStretch(1)
        self._ground = QWidget(self)
        self.body = QVBoxLayout(self._ground)
        self.body.setContentsMargins(INSET, 0, INSET, INSET)
        self.body.setSpacing(8)
        self.foot = QVBoxLayout()
        """Stays in sight where the body is scrolled."""
        self.foot.setContentsMargins(INSET, 0, INSET, 0)
        self.foot.setSpacing(8)
        self._failure: QLabel | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._ground, 1)
        column.addLayout(self.foot)
        self.header.widened.connect(self._fit_header)
        theme.changed.connect(self._dress)

    def set_title(self, title: str, subtitle: str = "") -> None:
        self._title.setText(title)
        self.setAccessibleName(title)
        self.set_subtitle(subtitle)
        self.retitled.emit(title)

    def set_subtitle(self, subtitle: str) -> None:
        if subtitle != self._subtitle.text():
            self._subtitle.setText(subtitle)
            self._fit_header()

    def add_tool(self, icon: str, tooltip: str, name: str = "") -> QToolButton:
        """A button at the right of the header; `name` is its object name."""
        button = QToolButton(self.header)
        button.setObjectName(name)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self.theme.use_icon_size(button, 16)
        button.setIcon(self.theme.icon(icon))
        self._tools.append((button, icon))
        self._row.addWidget(button)
        return button

    def add_header_widget(self, widget: QWidget) -> None:
        """Any other control at the right of the header: a switch, a check box."""
        self._row.addWidget(widget)

    def let_scroll(self) -> None:
        """Scroll what has no room in the body, instead of asking for the room."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        place = column.indexOf(self._ground)
        column.removeWidget(self._ground)
        column.insertWidget(place, PageScroll(self.theme, self._ground, self), 1)

    def show_failure(self, sentence: str) -> None:
        """Why what it asked for could not be worked out; empty when it could. What it showed last stays, below the sentence."""
        if self._failure is None:
            if not sentence:
                return
            self._failure = QLabel(self)
            self._failure.setObjectName("panelFailure")
            self._failure.setWordWrap(True)
            self._failure.setProperty("tone", "error")
            self._failure.setContentsMargins(INSET, 4, INSET, 8)
            self._failure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.theme.use_font(self._failure, Role.HELPER)
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            column.insertWidget(max(column.indexOf(self.header) + 1, 0), self._failure)
        self._failure.setText(sentence)
        self._failure.setAccessibleName(sentence)
        self._failure.setVisible(bool(sentence))

    def whole_height(self) -> int:
        """The height with which nothing needs to be scrolled."""
        return self._ground.minimumSizeHint().height() + self.foot.minimumSize().height() + 2

    def fold_by_need(self, *folds: Callable[[bool], None], tools: tuple[QToolButton, ...] = ()) -> None:
        """What gives way where the header has no room: the subtitle, then `folds` one by one, then `tools` go into a menu.

        Each fold is called with True to take up less room, and with False to take up all that it wants.
        """
        self._folded_tools = tools
        self._more_tools = self.add_tool("dots-horizontal", self.tr("More"), f"{self.objectName()}More")
        self._more_tools.clicked.connect(self._open_more_tools)
        self._more_tools.hide()
        self._folds = [self._fold_subtitle, *folds, self._fold_tools]
        self.header.least = lambda: LEAST_TITLE + INSET + 16 + 3 * (self._more_tools.sizeHint().width() + 2)

    def _fold_subtitle(self, on: bool) -> None:
        self._subtitle.setVisible(bool(self._subtitle.text()) and not on)

    def _fold_tools(self, on: bool) -> None:
        for button in self._folded_tools:
            button.setVisible(not on)
        self._more_tools.setVisible(on)

    def _fit_header(self) -> None:
        for fold in self._folds:
            fold(False)
        for fold in self._folds:
            self._row.invalidate()
            if self._row.sizeHint().width() <= self.header.width():
                break
            fold(True)

    def _open_more_tools(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("moreToolsMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._folded_tools:
            action = menu.addAction(button.icon(), button.accessibleName(), button.click)
            action.setToolTip(button.toolTip())
            action.setEnabled(button.isEnabled())
            action.setCheckable(button.isCheckable())
            action.setChecked(button.isChecked())
        menu.popup(self._more_tools.mapToGlobal(self._more_tools.rect().bottomLeft()))

    def set_brief(self, brief: bool) -> None:
        """Whether tools that have words show their icons only."""
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if brief else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button, _icon in self._tools:
            if button.text() and button.toolButtonStyle() is not style:
                button.setToolButtonStyle(style)

    def set_terse(self, terse: bool) -> None:
        """Whether even the title has no room beside the tools: those that can, take less."""

    def replace_title(self, widget: QWidget) -> None:
        """Put something else where the title stands in the header."""
        self._row.setContentsMargins(0, 0, 6, 0)
        self._row.replaceWidget(self._title, widget)
        self._is_titled = False
        self._title.hide()

    def show_title(self, on: bool) -> None:
        """Whether the header says what the panel is, which else a tab does."""
        self._title.setVisible(on and self._is_titled)

    def become_page(self) -> QWidget:
        """Give up frame and title, to stand inside another panel; gives the tools, for a place in the other's header."""
        self.setProperty("kind", "page")
        self._title.hide()
        self._row.setContentsMargins(0, 0, 6, 0)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.removeWidget(self.header)
        return self.header

    def _dress(self) -> None:
        for button, icon in self._tools:
            button.setIcon(self.theme.icon(icon))
        QTimer.singleShot(0, self, self._fit_header)  # once everything in it has its new letters


class CutLabel(QLabel):
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

    widened = Signal()
    """It has another width."""

    least: Callable[[], int] | None = None
    """How narrow it can be, where something in it can be folded."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), HEADER))

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width() if self.least is None else self.least(), max(hint.height(), HEADER))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.widened.emit()
