"""The mistakes panel: every wrong answer to the test set, the surest first; for regression every sample, the furthest off first."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Examination, Reading
from nnplayground.ui.store.elided import ElidedLabel
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.confused_list import samples_in
from nnplayground.ui.views.confusion_matrix import Cell
from nnplayground.ui.views.examining import ExaminingPanel
from nnplayground.ui.views.mistake_detail import MistakeDetail
from nnplayground.ui.views.nothing import Nothing, hindrance, not_yet
from nnplayground.ui.views.row_list import RowList
from nnplayground.ui.views.sample_faces import Face
from nnplayground.ui.views.sample_grid import SampleGrid
from nnplayground.ui.views.sample_pages import SamplePages
from nnplayground.ui.views.text_list import TextList

ANY = -1


class MistakesPanel(ExaminingPanel):
    """Pages of mistakes; one that is picked is shown large beside them."""

    cards_asked = Signal(object, str)
    """Show this sample (*input_shape) with this caption on the network's cards."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("MistakesPanel", "Mistakes"), parent)
        self.setObjectName("mistakesPanel")
        self._epochs = self._epochs_then = 0
        self.examiners: tuple[QWidget, ...] = (self,)
        """The views that have the test set examined while they are in sight."""
        self.grid, self.texts, self.rows = SampleGrid(theme, can_pick=True), TextList(theme), RowList(theme, self.faces)
        self._views: dict[Face, SamplePages] = {Face.PICTURE: self.grid, Face.TEXT: self.texts, Face.ROW: self.rows, Face.SHAPE: self.rows}
        self.nothing = Nothing(theme, "nothingMistaken")
        self.label = ElidedLabel()
        theme.use_font(self.label, Role.HELPER)
        self.label.setProperty("tone", "muted")
        self.label.setObjectName("mistakesShown")
        self.true, self.predicted = self._filter("trueClass", self.tr("True class")), self._filter("predictedClass", self.tr("Taken for"))
        self.previous = self._turner("chevron-left", self.tr("Earlier mistakes"), "previousMistakes", -1)
        self.next = self._turner("chevron-right", self.tr("Later mistakes"), "nextMistakes", 1)
        self.detail = MistakeDetail(theme, self.faces)
        self.detail.hide()
        self._samples, self._stack = QStackedWidget(), QStackedWidget()
        self._found = self._page()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._found)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.stale)
        self.detail.closed.connect(lambda: self.show_sample(None))
        self.detail.cards_asked.connect(lambda index, caption: self.cards_asked.emit(self.faces.sample(index), caption))
        theme.changed.connect(self._dress_turners)
        self._fill_filters()
        self._dress_turners()
        self._show_state()

    def _filter(self, name: str, title: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(title)
        box.setToolTip(self.tr("{filter}: show only these mistakes").format(filter=title))
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.setProperty("kind", "plain")
        self.theme.use_font(box, Role.HELPER)
        box.currentIndexChanged.connect(self._on_filter)
        return box

    def _turner(self, icon: str, tip: str, name: str, pages: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self.theme.use_icon_size(button, 16)
        button.setIcon(self.theme.icon(icon))
        button.clicked.connect(lambda: self.view.turn(pages))
        return button

    def _page(self) -> QWidget:
        for view in (self.grid, self.texts, self.rows):
            view.can_pick = True
            view.page_changed.connect(partial(self._show_label, view))
            view.picked.connect(self.show_sample)
            self._samples.addWidget(view)
        self.grid.setObjectName("mistakesGrid")  # the Output has such views, too
        self.texts.setObjectName("mistakesTexts")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.label, 2)
        head.addWidget(self.true, 3)
        head.addWidget(self.predicted, 3)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addLayout(head)
        left.addWidget(self._samples, 1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left, 3)
        row.addWidget(self.detail, 2)
        return page

    @property
    def view(self) -> SamplePages:
        """The pages that suit the data."""
        return self._views[self.faces.face]

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        reading = Reading.of(analysis)
        if reading != self._reading:
            before, self._reading = self._reading, reading
            for view in (self.grid, self.texts, self.rows):
                view.show_reading(reading)
            if before.classes != reading.classes:
                self._fill_filters()
            self._show_examination(None)
        self._compare(analysis)
        self._show_state()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self.faces.show_dataset(dataset)
        for view in (self.grid, self.texts, self.rows):
            view.show_dataset(dataset if view is self.view else None)
        self._samples.setCurrentWidget(self.view)
        self.show_sample(None)
        self.detail.forget()
        self._show_examination(None)

    def show_history(self, history: History) -> None:
        """A count that nobody keeps up to date is not shown."""
        self._epochs = history.epochs
        if self._epochs != self._epochs_then and not any(view.isVisible() for view in self.examiners):
            self._show_title(known=False)

    def keep(self, examination: Examination) -> None:
        """The tab counts the mistakes also while it is out of sight."""
        self._epochs_then = self._epochs
        super().keep(examination)
        if self._missed:
            self._show_title()

    def show_cell(self, cell: Cell | None) -> None:
        """Only the samples of a cell of the confusion matrix; None: all mistakes."""
        for box, choice in zip((self.true, self.predicted), cell or (ANY, ANY), strict=True):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(choice))
            box.blockSignals(False)
        self._on_filter()

    def show_sample(self, index: int | None) -> None:
        """A test sample large; None: none."""
        self.view.pick(index)
        if index is None and self.detail.isAncestorOf(self.focusWidget() or self):
            self.view.setFocus()
        self.detail.setVisible(index is not None)
        if index is not None:
            self._show_detail(index)

    def takeaway(self) -> TakeAway | None:
        """The page in sight, and all mistakes that are asked for as a table."""
        if self.examination is None:
            return None
        return TakeAway("mistakes", picture_of(self._found, self.theme), self._table)

    def _table(self) -> Table:
        assert self.examination is not None
        found, order = self.examination, self._order()
        header, columns = ["sample", "true", "predicted"], [order.tolist(), found.truth[order].tolist(), found.answers[order].tolist()]
        if found.confidence is not None:
            names = np.array(self._reading.classes, object)
            columns[1:] = [names[found.truth[order].astype(np.intp)].tolist(), names[found.answers[order]].tolist()]
            header.append("confidence")
            columns.append(found.confidence[order].tolist())
        if self.faces.face is Face.ROW and len(order):
            header += [name for name, _ in self.faces.features(0)]
            columns += zip(*([value for _, value in self.faces.features(int(i))] for i in order), strict=True)
        return Table(tuple(header), list(zip(*columns, strict=True)))

    # ---- reacting

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self.show_sample(None)
        else:
            super().keyPressEvent(event)

    def _fill_filters(self) -> None:
        for box, any_of_them in ((self.true, self.tr("True: any")), (self.predicted, self.tr("Answer: any"))):
            box.blockSignals(True)
            box.clear()
            box.addItem(any_of_them, ANY)
            for i, name in enumerate(self._reading.classes):
                text = self.tr("True: {name}") if box is self.true else self.tr("Answer: {name}")
                box.addItem(text.format(name=name), i)
            box.setVisible(bool(self._reading.classes))
            box.blockSignals(False)

    def _on_filter(self) -> None:
        if not self._missed:
            self._show_examination(self.examination)

    def _order(self) -> NDArray[np.int64]:
        """Which samples are asked for. A class that is taken for itself: those that are right."""
        found = self.examination
        if found is None:
            return np.empty(0, np.int64)
        true, predicted = self.true.currentData(), self.predicted.currentData()
        if found.confidence is None or (true in (None, ANY) and predicted in (None, ANY)):
            return found.mistakes
        if ANY not in (true, predicted):
            return samples_in(found, (true, predicted))
        wrong = found.mistakes
        return wrong[(found.truth[wrong] == true) | (found.answers[wrong] == predicted)]

    def _show_examination(self, examination: Examination | None) -> None:
        self.examination = examination
        self.view.show_findings(examination, self._order())
        if self.detail.isVisible() and self.detail.index is not None and examination is not None:
            self._show_detail(self.detail.index)
        self._show_title()
        self._show_state()

    def _show_detail(self, index: int) -> None:
        self.detail.show_sample(index, self.view.caption(index), self.examination, self._reading)

    def _show_title(self, *, known: bool = True) -> None:
        title = self.tr("Mistakes")
        if known and self.examination is not None and not self._reading.is_regression:
            wrong = int((self.examination.answers != self.examination.truth).sum())
            title = self.tr("Mistakes {count}").format(count=count(wrong)) if wrong else title
        if title != self.accessibleName():
            self.set_title(title)

    def _show_label(self, view: SamplePages, text: str, brief: str) -> None:
        if view is not self.view:
            return  # one of other data's, which has been given another size
        self.label.show_text(text or self.tr("None like this"), brief)
        several = len(self.view.shown()) < len(self._order())
        for button in (self.previous, self.next):
            button.setEnabled(several)

    def _show_state(self) -> None:
        why = hindrance(self._analysis, self._dataset)
        if self.examination is None or (self._analysis is not None and self._analysis.facts.unknown):
            self.nothing.say(*(why or not_yet(self._dataset, self.tr("The mistakes will stand here."), self._engine)))
            self._stack.setCurrentWidget(self.nothing)
        elif not len(self.examination.mistakes) and not self._is_filtered:
            self.nothing.say(self.tr("No mistakes on the test set."), self.tr("Try more noise?"))
            self._stack.setCurrentWidget(self.nothing)
        else:
            self._stack.setCurrentWidget(self._found)

    @property
    def _is_filtered(self) -> bool:
        return any(box.currentData() not in (None, ANY) for box in (self.true, self.predicted))

    def _set_stale(self, stale: bool) -> None:
        for view in (self.grid, self.texts, self.rows):
            view.set_stale(stale)
        super()._set_stale(stale)

    def _dress_turners(self) -> None:
        for box in (self.true, self.predicted):
            box.setMinimumWidth(min(self.theme.pixels(82), 130) + 24)
            box.setMaximumWidth(self.theme.pixels(190))
        self.previous.setIcon(self.theme.icon("chevron-left"))
        self.next.setIcon(self.theme.icon("chevron-right"))
