"""`TabbedPanel`: panels that share one place, one of them in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QWidget

from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.theme import Theme


class TabbedPanel(Panel):
    """The pages' titles are tabs in the header; the tools of the page in sight stand at its right."""

    def __init__(self, theme: Theme, title: str, pages: Sequence[Panel], parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent=parent)
        self.tabs = QTabBar(self.header)
        self.tabs.setObjectName("panelTabs")
        self.tabs.setAccessibleName(title)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._stack, self._tools_stack = QStackedWidget(self), QStackedWidget(self.header)
        self._tools_stack.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        for page in pages:
            self.tabs.addTab(page.accessibleName())
            self._tools_stack.addWidget(page.become_page())
            self._stack.addWidget(page)
        self.replace_title(self.tabs)
        self.add_header_widget(self._tools_stack)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._stack)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.tabs.currentChanged.connect(self._tools_stack.setCurrentIndex)

    def open_page(self, page: Panel) -> None:
        """Bring one of the panels into sight."""
        self.tabs.setCurrentIndex(self._stack.indexOf(page))
