"""`Spotlight`: the parts of the window that a step speaks of get a soft frame, wherever they are and whatever hides them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QDockWidget, QScrollArea, QWidget
from shiboken6 import isValid

from nnplayground.ui.panel import Panel
from nnplayground.ui.tabs import TabbedPanel
from nnplayground.ui.theme.theme import Theme

WIDTH, HALO, RADIUS = 2, 6, 8
OPENERS = {"moreSettings": "moreButton", "dataFlyout": "dataSettingsButton"}
"""What opens a small window that holds parts for which there is no room."""
PAGES = {
    **{name: f"{name}Panel" for name in ("curves", "confusion", "mistakes", "weights", "activations", "working", "log", "notes", "runs",
                                         "folds", "try", "output")}, "inspector": "inspector",
}  # fmt: skip
"""The panels that lessons call by a short name."""
MOVES = (
    QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange, QEvent.Type.ZOrderChange,
)  # fmt: skip


def part(window: QWidget, name: str) -> QWidget | None:
    """The part of the window with this objectName, or the panel that lessons call so; of several the one in sight."""
    for wanted in (name, PAGES.get(name, f"{name}Panel")):
        found = window.findChildren(QWidget, wanted)
        if found:
            return next((widget for widget in found if widget.isVisible()), found[0])
    return None


def reveal(widget: QWidget) -> None:
    """Bring a part into sight: its dock, its tab, its place in what scrolls."""
    chain = list(_ancestors(widget))
    for inner, outer in reversed(list(pairwise(chain))):
        if isinstance(outer, QDockWidget):
            outer.show()
            outer.raise_()
        elif isinstance(outer, TabbedPanel):
            _open_page(outer, chain)
        elif isinstance(outer, QScrollArea) and inner is outer.viewport() and outer.widget() is not widget:
            outer.ensureWidgetVisible(widget, 8, 8)


def _page_of(tabs: TabbedPanel, chain: Sequence[QWidget]) -> Panel | None:
    return next((widget for widget in chain if isinstance(widget, Panel) and tabs.holds(widget)), None)


def _open_page(tabs: TabbedPanel, chain: Sequence[QWidget]) -> None:
    page = _page_of(tabs, chain)
    if page is not None and tabs.shown_page is not page:
        tabs.open_page(page)


def _tab_of(tabs: TabbedPanel, chain: Sequence[QWidget]) -> tuple[QWidget, QRect] | None:
    """The tab of a page that lies behind another, or the button of those for which there is no room."""
    page = _page_of(tabs, chain)
    if page is None or tabs.shown_page is page:
        return None
    index = tabs.place_of(page)
    if index in tabs.folded():
        return tabs.more, tabs.more.rect()
    return tabs.tabs, tabs.tabs.tabRect(index)


def _ancestors(widget: QWidget) -> Iterator[QWidget]:
    at: QWidget | None = widget
    while at is not None:
        yield at
        at = at.parentWidget()


class Spotlight(QObject):
    """Frames follow their parts by events; nothing runs meanwhile. Their middle is no part of them, so what is below paints freely."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._frames: list[_Frame] = []
        self._missing: list[str] = []
        """Parts that are not there yet: some are made when there is something to be shown in them."""
        self.prepare: Callable[[Sequence[str]], None] = lambda _names: None
        """What is done before parts of these names are looked for: some exist only while something is chosen."""
        theme.changed.connect(self.refresh)

    def show_parts(self, names: Sequence[str], *, closed: Collection[str] = ()) -> None:
        """Frame these parts and no others; bring them into sight first, the last named before the others.

        Views that are `closed`, by their short names, are for a person to open: their tabs are framed.
        """
        self.clear()
        self.prepare(names)
        found = [widget for name in names if (widget := part(self._window, name)) is not None]
        self._missing = [name for name in names if part(self._window, name) is None]
        shut = [page for name in closed if (page := part(self._window, name)) is not None]
        for widget in reversed(found):
            if not any(page is widget or page.isAncestorOf(widget) for page in shut):
                reveal(widget)
        self._frames = [_Frame(self._window, widget, self._theme) for widget in found]
        self.refresh()

    def look_again(self) -> None:
        """Frame parts that were not there before."""
        come = [name for name in self._missing if part(self._window, name) is not None]
        if come:
            self._missing = [name for name in self._missing if name not in come]
            self._frames += [_Frame(self._window, widget, self._theme) for name in come if (widget := part(self._window, name)) is not None]
            self.refresh()

    def clear(self) -> None:
        self._missing = []
        for frame in self._frames:
            frame.end()
        self._frames = []

    def refresh(self) -> None:
        for frame in self._frames:
            frame.place()

    @property
    def frames(self) -> list[QRect]:
        """Where in the window frames are to be seen."""
        return [frame.geometry() for frame in self._frames if frame.isVisible()]


class _Frame(QWidget):
    """Around one part, or around what stands for it while it is out of sight."""

    def __init__(self, window: QWidget, target: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setObjectName("spotlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("What this step is about"))
        self._main, self._target, self._theme = window, target, theme
        self._watched: list[QWidget] = []
        self._placing = False

    def end(self) -> None:
        self._watch([])
        self.hide()
        self.deleteLater()

    def place(self) -> None:
        """Lie around the part where it is to be seen now."""
        if self._placing or not isValid(self._target):
            return
        self._placing = True
        shown, within = self._stand_in()
        self._watch([*_ancestors(self._target), *(_ancestors(shown) if shown is not self._target and shown is not None else ())])
        if shown is None:
            self.hide()
        else:
            if shown.window() is not self.parentWidget():
                self.setParent(shown.window())
            self._lie_around(shown, within)
        self._placing = False

    def _lie_around(self, shown: QWidget, within: QRect) -> None:
        home = shown.window()
        seen = _cut(shown).intersected(within)
        if seen.isEmpty():
            self.hide()
            return
        area = QRect(shown.mapTo(home, QPoint()) + seen.topLeft(), seen.size()).adjusted(-HALO, -HALO, HALO, HALO)
        area = area.intersected(home.rect())
        if area != self.geometry() or self.isHidden():
            self.setGeometry(area)
            inside = self.rect().adjusted(HALO, HALO, -HALO, -HALO)
            self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)))
            self.show()
        self.raise_()
        self.update()

    def _stand_in(self) -> tuple[QWidget | None, QRect]:
        """The part itself, or what is in sight of that which hides it: a tab, a button, the panel around it."""
        chain = list(_ancestors(self._target))
        for widget in chain:
            if widget.isVisible():
                tabs = next((outer for outer in chain if isinstance(outer, TabbedPanel)), None)
                if tabs is not None and widget is not self._target and (tab := _tab_of(tabs, chain)) is not None:
                    return tab
                return (None, QRect()) if widget is self._main else (widget, widget.rect())
            if (opener := OPENERS.get(widget.objectName())) is not None:
                button = part(self._main, opener)
                if button is not None and button.isVisible():
                    return button, button.rect()
        return None, QRect()

    def _watch(self, widgets: Sequence[QWidget]) -> None:
        wanted = list(dict.fromkeys(widgets))
        for widget in self._watched:
            if widget not in wanted and isValid(widget):
                widget.removeEventFilter(self)
        for widget in wanted:
            if widget not in self._watched:
                widget.installEventFilter(self)
        self._watched = wanted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVES and watched is not self:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(self._theme.tokens.accent)
        halo = QColor(accent)
        halo.setAlpha(60)
        box = QRectF(self.rect())
        painter.setPen(QPen(halo, HALO))
        painter.drawRoundedRect(box.adjusted(HALO / 2, HALO / 2, -HALO / 2, -HALO / 2), RADIUS, RADIUS)
        painter.setPen(QPen(accent, WIDTH))
        inset = HALO - WIDTH
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), RADIUS - 2, RADIUS - 2)
        painter.end()


def _cut(widget: QWidget) -> QRect:
    """As much of a widget as its ancestors leave of it."""
    area = widget.rect()
    for outer in _ancestors(widget):
        if outer.isWindow():
            break
        parent = outer.parentWidget()
        if parent is not None:
            offset = widget.mapTo(parent, QPoint())
            area = area.intersected(parent.rect().translated(-offset))
    return area
