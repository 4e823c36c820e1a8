"""The confusion panel: which classes the network takes for which; for regression, how far off it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Examination, Reading
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_table import ClassTable
from nnplayground.ui.views.confused_list import ConfusedList, samples_in
from nnplayground.ui.views.confusion_matrix import Cell, ConfusionMatrix
from nnplayground.ui.views.error_plots import Errors
from nnplayground.ui.views.examining import ExaminingPanel
from nnplayground.ui.views.nothing import Nothing, hindrance, not_yet
from nnplayground.ui.views.roc_plots import Threshold
from nnplayground.ui.views.segmented import Segmented
from nnplayground.ui.views.stack import Stack

MATRIX, CLASSES, ROC = "matrix", "classes", "roc"


class ConfusionPanel(ExaminingPanel):
    """Examines the whole test set while it is in sight."""

    cell_chosen = Signal(object)
    """A cell of the matrix, or None."""
    cell_opened = Signal(object)
    """All samples of a cell are wanted."""
    sample_opened = Signal(int)
    """All about a test sample is wanted."""
    samples_ringed = Signal(object)
    """Where the test samples of the chosen cell lie, (n, 2), for points on a plane; else None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("ConfusionPanel", "Confusion"), parent)
        self.setObjectName("confusionPanel")
        self.matrix, self.pairs = ConfusionMatrix(theme), ConfusedList(theme, self.faces)
        self.table, self.threshold, self.errors = ClassTable(theme), Threshold(theme), Errors(theme)
        self.nothing = Nothing(theme, "nothingConfused")
        self.which, self.numbers = self._choices(theme)
        self.head = _Head()
        theme.use_font(self.head, Role.SECTION)
        self.head.setProperty("tone", "muted")
        self.head.setObjectName("confusionHead")
        self._left, self._right = Stack(), Stack()
        self._stack = Stack()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._classification())
        self._stack.addWidget(self.errors)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.stale)
        self._connect()
        self._show_page(MATRIX)
        self._show_state()

    def _choices(self, theme: Theme) -> tuple[Segmented, Segmented]:
        which = Segmented(
            theme,
            (
                (MATRIX, self.tr("Matrix"), self.tr("What each class is taken for")),
                (CLASSES, self.tr("By class"), self.tr("Precision, recall and F1 of each class")),
                (ROC, self.tr("ROC"), self.tr("How well two classes are told apart, wherever the line between them is drawn")),
            ),
            self.tr("What is shown of the answers"),
        )
        which.setObjectName("confusionPages")
        numbers = Segmented(
            theme,
            (
                ("counts", self.tr("Counts"), self.tr("Numbers of test samples")),
                ("shares", self.tr("Shares"), self.tr("Per cent of the true class")),
            ),
            self.tr("What the cells say"),
        )
        numbers.setObjectName("confusionNumbers")
        numbers.choose("counts")
        return which, numbers

    def _classification(self) -> QWidget:
        for left, right in ((self.matrix, self.pairs), (self.table, None), (self.threshold.curve, self.threshold.right)):
            self._left.addWidget(left)
            if right is not None:
                self._right.addWidget(right)
        self._pages = _Pages(self._left, self._right, self.head, self.numbers, self.which)
        return self._pages

    def _connect(self) -> None:
        self.which.chosen.connect(self._show_page)
        self.numbers.chosen.connect(lambda key: self.matrix.set_as_shares(key == "shares"))
        self.matrix.chosen.connect(self._choose)
        self.pairs.chosen.connect(self._choose)
        self.matrix.opened.connect(self.cell_opened)
        self.pairs.opened.connect(self.cell_opened)
        self.threshold.moved.connect(lambda _value: self._show_head())
        self.errors.chosen.connect(self.sample_opened)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        reading = Reading.of(analysis)
        if reading != self._reading:
            self._reading = reading
            self.matrix.show_classes(reading.classes)
            self.pairs.show_classes(reading.classes)
            self.table.show_classes(reading.classes)
            self.threshold.show_reading(reading)
            self._show_examination(None)
            two = len(reading.classes) == 2
            self.which.button(ROC).setEnabled(two)
            self.which.button(ROC).setToolTip(
                self.tr("How well two classes are told apart, wherever the line between them is drawn") if two
                else self.tr("Only of two classes; this data has {n}.").format(n=len(reading.classes))
            )  # fmt: skip
            if not two and self.which.choice == ROC:
                self._show_page(MATRIX)
        title = self.tr("Errors") if reading.is_regression else self.tr("Confusion")
        if title != self.accessibleName():
            self.set_title(title)
        self.errors.show_facts(analysis.facts)
        self._compare(analysis)
        self._show_state()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self.faces.show_dataset(dataset)
        self.errors.show_dataset(dataset)
        self._show_examination(None)
        self._choose(None)

    def takeaway(self) -> TakeAway | None:
        """The page in sight."""
        if self.examination is None:
            return None
        page = self.errors if self._reading.is_regression else self._pages
        return TakeAway("errors" if self._reading.is_regression else "confusion", picture_of(page, self.theme), self._numbers)

    def _numbers(self) -> Table:
        assert self.examination is not None
        if self.examination.confusion is None:
            return self.errors.table(self.examination)
        if self.which.choice == CLASSES:
            return self.table.table()
        if self.which.choice == ROC:
            return self.threshold.table()
        classes, confusion = self._reading.classes, self.examination.confusion
        return Table(("true \\ predicted", *classes), [(name, *row) for name, row in zip(classes, confusion.tolist(), strict=True)])

    # ---- reacting

    def _show_examination(self, examination: Examination | None) -> None:
        self.examination = examination
        if self._reading.is_regression:
            self.errors.show_examination(examination)
        else:
            self.matrix.show_counts(None if examination is None else examination.confusion)
            self.pairs.show_examination(examination)
            self.table.show_examination(examination)
            self.threshold.show_examination(examination, self._reading)
            self._ring()
        self._show_head()
        self._show_state()

    def _show_state(self) -> None:
        why = hindrance(self._analysis, self._dataset)
        if self.examination is not None and not (self._analysis is not None and self._analysis.facts.unknown):
            self._stack.setCurrentIndex(2 if self._reading.is_regression else 1)
            return
        if why is None and self._reading.is_regression:
            why = not_yet(self._dataset, self.tr("Each test sample becomes a point."), self._engine)
        elif why is None:
            why = not_yet(self._dataset, self.tr("Every {sample} lands in a cell.").format(sample=self.faces.noun), self._engine)
        self.nothing.say(*why)
        self._stack.setCurrentWidget(self.nothing)

    def _show_page(self, key: str) -> None:
        self.which.choose(key)
        self._left.setCurrentIndex((MATRIX, CLASSES, ROC).index(key))
        self._right.setCurrentIndex(1 if key == ROC else 0)
        self.numbers.setVisible(key == MATRIX)
        self._show_head()

    def _show_head(self) -> None:
        text = self.tr("Most often confused")
        if self.which.choice == ROC:
            text = self.tr("Threshold {value}").format(value=f"{self.threshold.spread.threshold:.2f}")
        elif self.which.choice == CLASSES and self.examination is not None:
            text = self.tr("Accuracy {share}").format(share=percent(self.table.accuracy))
        elif self.examination is not None and not self.pairs.pairs.cells:
            text = self.tr("Nothing confused")
        self.head.setText(text)

    def _choose(self, cell: Cell | None) -> None:
        self.matrix.choose(cell)
        self.pairs.choose(cell)
        self._ring()
        self.cell_chosen.emit(cell)

    def _ring(self) -> None:
        cell, examination = self.matrix.cell, self.examination
        points = self._dataset.test_points if self._dataset is not None else None
        if cell is None or examination is None or points is None:
            self.samples_ringed.emit(None)
        else:
            self.samples_ringed.emit(points[samples_in(examination, cell)])

    def _set_stale(self, stale: bool) -> None:
        for view in (self.matrix, self.errors):
            view.set_stale(stale)
        self.threshold.set_stale(stale=stale)
        super()._set_stale(stale)


class _Pages(QWidget):
    """Two views side by side, and switches above the right one.

    Where it is too narrow for the switches they stand above both views, and one of them shows signs instead of words. Where it is too
    narrow for both views the right one stands below the left one.
    """

    def __init__(self, left: QWidget, right: QWidget, head: QWidget, numbers: Segmented, which: Segmented) -> None:
        super().__init__()
        self._left, self._right, self._numbers, self._which = left, right, numbers, which
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(head, 1)
        self._row.addWidget(numbers)
        self._row.addWidget(which)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 12)
        self._grid.setColumnStretch(1, 10)
        self._grid.setRowStretch(1, 1)
        self._switches = 0
        """The width that they take in words."""
        self._placed: tuple[bool, bool] | None = None
        self._place(narrow=False, below=False)
        self.installEventFilter(self)

    def _place(self, *, narrow: bool, below: bool) -> None:
        if (narrow, below) == self._placed:
            return
        self._placed = narrow, below
        for item in (self._left, self._right):
            self._grid.removeWidget(item)
        self._grid.removeItem(self._row)
        if below:
            for number, item in enumerate((self._left, self._right), 1):
                self._grid.addWidget(item, number, 0, 1, 2)
        else:
            self._grid.addWidget(self._left, 1 if narrow else 0, 0, 1 if narrow else 2, 1)
            self._grid.addWidget(self._right, 1, 1)
        over = narrow or below
        self._grid.addLayout(self._row, 0, 0 if over else 1, 1, 2 if over else 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as the switches: the views give way."""
        return QSize(self._which.sizeHint().width() + self._which.sizeHint().height() * 3, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and watched is self:  # a view needs more or less than before
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_numbers(brief=False)
        self._switches = self._numbers.sizeHint().width() + self._which.sizeHint().width() + 2 * self._row.spacing()
        self._name_numbers(brief=self._switches > self.width())
        self._fit()

    def _fit(self) -> None:
        views = self._left.minimumSizeHint().width() + self._right.minimumSizeHint().width() + self._grid.horizontalSpacing()
        self._place(narrow=self.width() * 10 // 22 < self._switches, below=views > self.width())

    def _name_numbers(self, *, brief: bool) -> None:
        self._numbers.set_text("counts", "#" if brief else self.tr("Counts"))
        self._numbers.set_text("shares", "%" if brief else self.tr("Shares"))


class _Head(QLabel):
    """Gives way to what stands beside it: where there is no room for all of it, it is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
