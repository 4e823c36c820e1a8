"""The samples themselves, of one part and perhaps of one class, a page at a time."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.ui.data.browser.pictures import PicturePage
from nnplayground.ui.data.browser.selection import TEST, TRAIN, VALIDATION, Section, Selection, sections
from nnplayground.ui.data.browser.table import DataTable, RowsModel
from nnplayground.ui.data.browser.texts import TextPage
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.segmented import Segmented


class SamplesPage(QWidget):
    """Pictures, texts or rows, whichever the samples are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samplesPage")
        self._theme = theme
        self._dataset: Dataset | None = None
        self._sections: dict[str, Section] = {}
        self._selection: Selection | None = None
        self._page = 0
        self.which = Segmented(
            theme,
            (
                (TRAIN, self.tr("Training"), self.tr("What the network learns from")),
                (VALIDATION, self.tr("Validation"), self.tr("What is only watched while it learns")),
                (TEST, self.tr("Test"), self.tr("What it is tested on")),
            ),
            self.tr("Which samples"),
        )
        self.which.choose(TRAIN)
        self.which.chosen.connect(self._on_which)
        self.only = QComboBox()
        self.only.setObjectName("browseClass")
        self.only.setAccessibleName(self.tr("Only this class"))
        self.only.setToolTip(self.tr("Show all samples, or only those of one class"))
        self.only.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.only.setMinimumWidth(150)
        self.only.activated.connect(lambda _: self._choose())
        self.where = QLabel()
        self.where.setObjectName("browseWhere")
        self.where.setProperty("tone", "muted")
        theme.use_font(self.where, Role.HELPER, tabular=True)
        self.back = self._arrow("browseBack", self.tr("Page before (Page up)"), -1)
        self.on = self._arrow("browseOn", self.tr("Next page (Page down)"), 1)
        self.pictures, self.texts = PicturePage(theme), TextPage(theme)
        self.rows_model = RowsModel(theme)
        self.rows = DataTable(theme, "sampleRows", self.tr("Samples, one a row"))
        self.rows.setModel(self.rows_model)
        self.rows.setToolTip(self.tr("Before scaling; select and copy with Ctrl+C"))
        self.nothing = QLabel()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("tone", "muted")
        self._stack = QStackedWidget()
        for widget in (self.nothing, self.pictures, self.texts, self.rows):
            self._stack.addWidget(widget)
        self.pictures.resized.connect(self._show)
        theme.changed.connect(self._dress)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.which)
        head.addWidget(self.only)
        head.addStretch(1)
        head.addWidget(self.where)
        head.addWidget(self.back)
        head.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self._dress()

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Show other samples: of the same kind those of the same part and class, as far as there are any."""
        before, self._dataset = self._dataset, dataset
        self._sections = sections(dataset) if dataset is not None else {}
        for key in (TRAIN, VALIDATION, TEST):
            self.which.button(key).setVisible(key in self._sections)
        if self.which.choice not in self._sections:
            self.which.choose(TRAIN)
        same = before is not None and dataset is not None and before.facts.classes == dataset.facts.classes
        self._fill_classes(self.only.currentIndex() if same else 0)
        if dataset is not None and self._stack_of(dataset) is self.pictures:
            self.pictures.show_dataset(dataset)
        self._choose()

    def turn(self, pages: int) -> None:
        """Go pages on or back, not beyond the ends."""
        if self._selection is not None and self.paged:
            self._page = min(max(self._page + pages, 0), self._selection.pages(self._page_size) - 1)
            self._show()

    @property
    def paged(self) -> bool:
        """Whether there are pages to turn; a table scrolls."""
        return self._stack.currentWidget() in (self.pictures, self.texts)

    @property
    def _page_size(self) -> int:
        return self.texts.page_size if self._stack.currentWidget() is self.texts else self.pictures.page_size

    def _stack_of(self, dataset: Dataset) -> QWidget:
        if dataset.texts is not None:
            return self.texts
        return self.pictures if len(dataset.facts.input_shape) == 3 else self.rows

    def _on_which(self, key: str) -> None:
        self.which.choose(key)
        self._fill_classes(self.only.currentIndex())
        self._choose()

    def _fill_classes(self, chosen: int) -> None:
        self.only.clear()
        classes = self._dataset.facts.classes if self._dataset is not None else ()
        self.only.setVisible(bool(classes))
        section = self._sections.get(self.which.choice or TRAIN)
        if not classes or section is None:
            return
        counts = np.bincount(section.part.y, minlength=len(classes))
        self.only.addItem(self.tr("All classes"), None)
        for i, name in enumerate(classes):
            self.only.addItem(self.tr("{name} ({count})").format(name=name, count=count(int(counts[i]))), i)
        self.only.setCurrentIndex(max(chosen, 0))

    def _choose(self) -> None:
        """Another part or class: from its first page on."""
        self._page = 0
        section = self._sections.get(self.which.choice or TRAIN)
        self._selection = Selection.of(section, self.only.currentData()) if section is not None else None
        if self._dataset is None or self._selection is None or not len(self._selection):
            self.nothing.setText(self.tr("The data is on its way.") if self._dataset is None else self.tr("No samples of this class here."))
            self._stack.setCurrentWidget(self.nothing)
        else:
            self._stack.setCurrentWidget(self._stack_of(self._dataset))
        self._show()

    def _show(self) -> None:
        """What is on the page, and which page it is."""
        paged = self.paged
        for button in (self.back, self.on):
            button.setVisible(paged)
        self.where.setText("")
        if self._dataset is None or self._selection is None or not len(self._selection):
            return
        total = len(self._selection)
        if not paged:
            self.rows_model.show_rows(self._dataset, self._selection)
            self.rows.show_headers()
            self.where.setText(self.tr("{count} rows").format(count=count(total)))
            return
        size = self._page_size
        self._page = min(self._page, self._selection.pages(size) - 1)
        if self._stack.currentWidget() is self.texts:
            self.texts.show_page(self._dataset, self._selection, self._page)
        else:
            self.pictures.show_page(self._selection, self._page)
        first, last = self._page * size + 1, min((self._page + 1) * size, total)
        self.where.setText(self.tr("{first} to {last} of {count}").format(first=count(first), last=count(last), count=count(total)))
        self.back.setEnabled(self._page > 0)
        self.on.setEnabled(last < total)

    def _arrow(self, name: str, tooltip: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self._theme.use_icon_size(button, 18)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self.turn(step))
        return button

    def _dress(self) -> None:
        self.back.setIcon(self._theme.icon("chevron-left"))
        self.on.setIcon(self._theme.icon("chevron-right"))

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if step is not None and self.paged:
            self.turn(step)
        else:
            super().keyPressEvent(event)
