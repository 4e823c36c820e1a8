"""`TabbedPanel`: panels that share one place, one of them in sight."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QTabBar, QWidget

from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.theme import Theme

LEAST_TAB = 88
"""Pixels down to which the chosen tab's title is cut before others go into the menu."""

BESIDE = 17
"""Pixels of the header that neither tabs nor tools get: its margins and spaces."""


class TabbedPanel(Panel):
    """The pages' titles are tabs in the header; the tools of the page in sight stand at its right.

    Tabs for which there is no room are in a menu behind a chevron; the chosen one is always in sight, its title cut with an
    ellipsis where even that has no room.
    """

    def __init__(self, theme: Theme, title: str, pages: Sequence[Panel], parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent=parent)
        self.tabs = _Tabs(self.header)
        self.tabs.setObjectName("panelTabs")
        self.tabs.setAccessibleName(title)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stack, self._tools_stack = QStackedWidget(self), QStackedWidget(self.header)
        self._tools_stack.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._fold_running, self._folded_for = False, 0
        self._least_tools: dict[tuple[int, float], int] = {}
        """The width of each page's tools, by the size of text, when they took least: while they are folded."""
        self._pages = tuple(pages)
        for page in pages:
            self.tabs.addTab(page.accessibleName())
            self._tools_stack.addWidget(page.become_page())
            page.let_scroll()
            self._stack.addWidget(page)
            page.retitled.connect(self._fold)
        self.replace_title(self.tabs)
        self._row.setStretchFactor(self.tabs, 1_000)  # before the header's own stretch, which would take half of the room
        self.more = self.add_tool("chevron-down", self.tr("More views"), "moreTabs")
        self.more.clicked.connect(self._open_more)
        self.add_header_widget(self._tools_stack)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._stack)
        self.tabs.currentChanged.connect(self._on_chosen)
        self.header.installEventFilter(self)
        self._tools_stack.installEventFilter(self)
        self._on_chosen(0)

    def open_page(self, page: Panel) -> None:
        """Bring one of the panels into sight."""
        self.tabs.setCurrentIndex(self._stack.indexOf(page))

    def holds(self, page: Panel) -> bool:
        """Whether a panel is one of the pages."""
        return page in self._pages

    def place_of(self, page: Panel) -> int:
        """Which tab a page has."""
        return self._pages.index(page)

    @property
    def shown_page(self) -> Panel:
        """The panel in sight."""
        return self._pages[self._stack.currentIndex()]

    def folded(self) -> list[int]:
        """The tabs for which there is no room."""
        return [i for i in range(self.tabs.count()) if not self.tabs.isTabVisible(i)]

    def _on_chosen(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._tools_stack.setCurrentIndex(index)
        for i, page in enumerate(self._pages):  # only the tools in sight ask for room
            policy = QSizePolicy.Policy.Preferred if i == index else QSizePolicy.Policy.Ignored
            page.header.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
        self._fold()
        # Tools that were out of sight have no room yet, and may be painted before they get it.
        for widget in (self._pages[index].header, self._tools_stack, self.header):
            if (layout := widget.layout()) is not None:
                layout.invalidate()
                layout.activate()

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("moreTabsMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for index in self.folded():
            menu.addAction(self.tabs.tabText(index), partial(self.tabs.setCurrentIndex, index))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _fold(self, _title: str = "") -> None:
        """Show as many tabs as there is room for, from the first on; the chosen one takes the last one's place."""
        if self._fold_running:
            return
        self._fold_running = True
        current, count = self.tabs.currentIndex(), self.tabs.count()
        self.tabs.cut_to(current, None)
        page = self.shown_page
        page.set_brief(False)
        page.set_terse(False)
        self._name_tabs(brief=False)
        for index in range(count):
            self.tabs.setTabVisible(index, True)
        if sum(self._widths()) > self._room:
            page.set_brief(True)
        if sum(self._widths()) > self._room:
            self._name_tabs(brief=True)
        widths, room = self._widths(), self._room
        others = sum(widths) - widths[current]
        if widths[current] + others > room >= others + LEAST_TAB * self.theme.zoom:
            self.tabs.cut_to(current, room - others)
        elif widths[current] + others > room:
            room -= (self.more.sizeHint().width() + 4 if count > 1 else 0) + widths[current]
            for index in range(count):
                if index != current:
                    room -= widths[index]
                    self.tabs.setTabVisible(index, room >= 0)
            if not any(self.tabs.isTabVisible(index) for index in range(count) if index != current):
                if room + others < 0:
                    before = self._room
                    page.set_terse(True)
                    room += self._room - before
                self.tabs.cut_to(current, widths[current] + min(room + others, 0))
        self.more.setVisible(bool(self.folded()))
        # No more than that is asked for: tools that unfold would widen the panel, which has them unfold, and fold again, for ever.
        key, wanted = (current, self.theme.zoom), self._tools_stack.sizeHint().width()
        self._least_tools[key] = min(self._least_tools.get(key, wanted), wanted)
        self._tools_stack.setMinimumWidth(self._least_tools[key])
        self._fold_running, self._folded_for = False, self._room

    @property
    def _room(self) -> int:
        """Pixels for tabs beside the tools of the page in sight."""
        return self.header.width() - self._tools_stack.sizeHint().width() - BESIDE

    def _widths(self) -> list[int]:
        return [self.tabs.tabSizeHint(index).width() for index in range(self.tabs.count())]

    def _name_tabs(self, *, brief: bool) -> None:
        for index, page in enumerate(self._pages):
            name = page.short_title if brief and page.short_title else page.accessibleName()
            if self.tabs.tabText(index) != name:
                self.tabs.setTabText(index, name)
            self.tabs.setTabToolTip(index, page.accessibleName() if name != page.accessibleName() else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.header:
            self._fold()
        elif event.type() is QEvent.Type.LayoutRequest and watched is self._tools_stack and self._room != self._folded_for:
            self._fold()  # a tool has become wider or narrower
        return super().eventFilter(watched, event)


class _Tabs(QTabBar):
    """One of the tabs may be narrower than its title, which then ends with an ellipsis and is told whole on hovering."""

    _cut: tuple[int, int] | None = None

    def cut_to(self, index: int, width: int | None) -> None:
        """Let a tab, and no other, be only so wide; None lets it have all of its title."""
        cut = None if width is None else (index, width)
        if cut != self._cut:
            before, self._cut = self._cut, cut
            for i in {c[0] for c in (before, cut) if c is not None and c[0] < self.count()}:
                self.setTabToolTip(i, self.tabText(i) if cut is not None and cut[0] == i else "")
                self.setTabText(i, self.tabText(i))  # has the tabs laid out anew

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys come to folded tabs, too: the one that comes into sight unfolds."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(min(max(self.currentIndex() + step, 0), self.count() - 1))

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802
        hint = super().tabSizeHint(index)
        return QSize(self._cut[1], hint.height()) if self._cut is not None and self._cut[0] == index else hint
