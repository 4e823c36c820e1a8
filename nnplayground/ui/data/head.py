"""`DataHead`: which data set it is, how large, where it comes from, and the ways to look closer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.data.dataset import Dataset, Source
from nnplayground.ui.theme.theme import Role, Theme


class DataHead(QWidget):
    """Two rows above the settings."""

    browse_asked = Signal()
    about_asked = Signal()
    store_asked = Signal()
    """The full set is wanted in place of the sample."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tools: list[tuple[QToolButton, str]] = []
        self.name_label, self.size_label = QLabel(), QLabel()
        theme.use_font(self.name_label, Role.TITLE)
        theme.use_font(self.size_label, Role.HELPER)
        self.size_label.setProperty("tone", "muted")
        self.dice = self._tool("dice-5-outline", self.tr("New points: the same settings with another seed"), "newPoints")
        self.more = self._tool("dots-horizontal", self.tr("More settings: samples, validation, scaling"), "moreDataSettings")
        self.more.setCheckable(True)
        self.browse = self._link(self.tr("Browse…"), "browseData", self.tr("Look at the samples, by class, and at their statistics"))
        self.browse.clicked.connect(self.browse_asked)
        self.about = self._link(self.tr("About…"), "aboutData", self.tr("What this data is, where it is from, and what is wrong with it"))
        self.about.clicked.connect(self.about_asked)
        self.source_label = QLabel()
        self.source_label.setObjectName("dataSourceLabel")
        self.source_label.setProperty("tone", "muted")
        theme.use_font(self.source_label, Role.HELPER)
        self.full = self._link(self.tr("Full set…"), "getFullSet", self.tr("Only a sample is here: get the full set in the data manager"))
        self.full.clicked.connect(self.store_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        for row, widgets in (
            (QHBoxLayout(), (self.name_label, None, self.size_label, self.dice, self.more)),
            (QHBoxLayout(), (self.browse, self.about, None, self.source_label, self.full)),
        ):
            row.setSpacing(2)
            for widget in widgets:
                if widget is None:
                    row.addStretch(1)
                else:
                    row.addWidget(widget)
            column.addLayout(row)
        theme.changed.connect(self._dress)
        self.show_source(None)

    def show_source(self, dataset: Dataset | None) -> None:
        """Where the samples come from; nothing while there are none."""
        self.browse.setEnabled(dataset is not None)
        sample = dataset is not None and dataset.source is Source.SAMPLE
        self.full.setVisible(sample)
        self.source_label.setVisible(dataset is not None and not sample)
        if dataset is not None and dataset.facts.name in OWN_NAMES:
            self.source_label.setText(self.tr("yours"))
        elif dataset is not None:
            self.source_label.setText(self.tr("full set") if dataset.source is Source.FULL else self.tr("made up"))

    def _tool(self, icon: str, tooltip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self._theme.use_icon_size(button, 16)
        button.setIcon(self._theme.icon(icon))
        self._tools.append((button, icon))
        return button

    def _link(self, text: str, name: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("kind", "link")
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self._theme.use_font(button, Role.HELPER, weight=500)
        return button

    def _dress(self) -> None:
        for button, icon in self._tools:
            button.setIcon(self._theme.icon(icon))
