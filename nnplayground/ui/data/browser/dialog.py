"""`DataBrowser`: a window beside the main one in which a data set is looked at. It shows what is loaded, and follows it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.ui.data.browser import Page
from nnplayground.ui.data.browser.about import AboutPage
from nnplayground.ui.data.browser.samples import SamplesPage
from nnplayground.ui.data.browser.statistics import StatisticsPage
from nnplayground.ui.theme.theme import Role, Theme

WIDTH, HEIGHT = 860, 620
MARGIN = 48
"""Pixels that are left of a small screen around it."""


class DataBrowser(QDialog):
    """Not modal: one trains on while one looks."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataBrowser")
        self._theme = theme
        self.title = QLabel()
        theme.use_font(self.title, Role.TITLE)
        self.tabs = QTabBar()
        self.tabs.setObjectName("browserTabs")
        self.tabs.setAccessibleName(self.tr("What to look at"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.samples, self.statistics, self.about = SamplesPage(theme), StatisticsPage(theme), AboutPage(theme)
        self._stack = QStackedWidget()
        pages = {Page.SAMPLES: self.samples, Page.STATISTICS: self.statistics, Page.ABOUT: self.about}
        names = {Page.SAMPLES: self.tr("Samples"), Page.STATISTICS: self.tr("Statistics"), Page.ABOUT: self.tr("About")}
        for page, widget in pages.items():
            self.tabs.addTab(names[page])
            self._stack.addWidget(widget)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        close = QPushButton(self.tr("Close"))
        close.setObjectName("closeBrowser")
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close this window; the data stays"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        ground = QFrame()
        ground.setProperty("kind", "panel")
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(14, 6, 14, 14)
        inside.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.title)
        inside.addLayout(head)
        inside.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(ground, 1)
        column.addLayout(foot)
        self._fit_screen()

    def show_analysis(self, analysis: Analysis) -> None:
        self.title.setText(analysis.facts.title)
        self.setWindowTitle(self.tr("Data: {title}").format(title=analysis.facts.title))
        self.setAccessibleName(self.windowTitle())
        self.about.show_analysis(analysis)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """The samples that are there now; None while they are on their way."""
        self.samples.show_dataset(dataset)
        self.statistics.show_dataset(dataset)
        self.about.show_dataset(dataset)

    def open_page(self, page: Page) -> None:
        """Come to the front with one of the pages."""
        self.tabs.setCurrentIndex(page.value)
        self.show()
        self.raise_()
        self.activateWindow()

    def _fit_screen(self) -> None:
        room = self.screen().availableGeometry()
        width, height = self._theme.pixels(WIDTH), self._theme.pixels(HEIGHT)
        self.resize(min(width, room.width() - MARGIN), min(height, room.height() - MARGIN))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and self._stack.currentWidget() is self.samples:
            self.samples.keyPressEvent(event)
        else:
            super().keyPressEvent(event)
