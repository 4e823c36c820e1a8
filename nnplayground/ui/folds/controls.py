"""The row above the folds' curves: how many, train and stop, how far they are, which number, how smooth."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from nnplayground.ui.folds.course import FoldCourse
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

MOST = 10
"""Folds to choose from; a recipe may ask for more."""
WEIGHTS = (0.0, 0.6, 0.8, 0.9, 0.95, 0.98)
FIRST_WEIGHT = 0.8
SPACING = 8
TOLD = 120
"""Pixels, at the usual size of text, for how far the folds are."""


class FoldControls(QWidget):
    """Shows how it stands, and says what is chosen."""

    count_chosen = Signal(object)
    """Into how many folds; None for none."""
    look_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offered: list[tuple[str, str]] = []
        self._seen = self._running = False
        self.folds = self._combo("foldCount", self.tr("Number of folds"))
        self.folds.setToolTip(
            self.tr("Into how many parts the training samples are split; each is set aside once to be validated on. Recipe: k_fold")
        )
        self.folds.addItem(self.tr("Off"), None)
        for k in range(2, MOST + 1):
            self.folds.addItem(count(k), k)
        self.train = QPushButton(self.tr("Train the folds"))
        self.train.setObjectName("trainFolds")
        self.train.setProperty("kind", "primary")
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setObjectName("stopFolds")
        self.stop.setToolTip(self.tr("End the folds here; those that are whole keep their scores"))
        self.stop.hide()
        self.bar = QProgressBar()
        self.bar.setObjectName("foldProgress")
        self.bar.setAccessibleName(self.tr("How far the folds are"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setMinimumWidth(30)
        self.bar.setMaximumWidth(theme.pixels(80))
        self.far = QLabel()
        self.far.setObjectName("foldsFar")
        self.far.setProperty("tone", "muted")
        theme.use_font(self.far, Role.HELPER, tabular=True)
        self.number = self._combo("foldMetric", self.tr("Number that is shown"))
        self.number.setToolTip(self.tr("Which number of the validation is shown. Keras: metrics"))
        self.smoothing = self._combo("foldSmoothing", self.tr("Smoothing of the mean"))
        self.smoothing.setToolTip(self.tr("How much of what was before goes into each point of the smoothed mean. The mean itself stays."))
        for weight in WEIGHTS:
            self.smoothing.addItem(f"{weight:.2f}" if weight else self.tr("Off"), weight)
        self.smoothing.setCurrentIndex(WEIGHTS.index(FIRST_WEIGHT))
        self._lay_out()
        self.folds.activated.connect(lambda index: self.count_chosen.emit(self.folds.itemData(index)))
        self.number.activated.connect(lambda _index: self.look_changed.emit())
        self.smoothing.activated.connect(lambda _index: self.look_changed.emit())

    def _combo(self, name: str, title: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return combo

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        self._count_label = self._label(self.tr("Folds"), self.folds)
        labels = self._label(self.tr("Show"), self.number), self._label(self.tr("Smooth"), self.smoothing)
        self._look: tuple[QWidget, ...] = (labels[0], self.number, labels[1], self.smoothing)
        self._gives_way: tuple[QWidget, ...] = (*labels, self._count_label, self.smoothing, self.number)
        """What hides where there is no room, in this order; the tooltips say what the labels do."""
        for widget in (self._count_label, self.folds, self.train, self.stop, self.bar, self.far):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in self._look:
            row.addWidget(widget)
        self.far.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.setStretchFactor(self.far, 1000)

    def _label(self, text: str, buddy: QWidget) -> QLabel:
        label = QLabel(text)
        label.setBuddy(buddy)
        self._theme.use_font(label, Role.HELPER)
        label.setProperty("tone", "muted")
        return label

    @property
    def chosen_metric(self) -> str:
        """The number that was chosen; empty before any is offered."""
        return str(self.number.currentData() or "")

    @property
    def weight(self) -> float:
        """How smooth the smoothed mean is; 0: there is none."""
        return float(self.smoothing.currentData())

    def show_count(self, folds: int | None) -> None:
        if self.folds.findData(folds) < 0 and folds is not None:
            self.folds.addItem(count(folds), folds)
        self.folds.setCurrentIndex(max(0, self.folds.findData(folds)))

    def offer(self, metrics: Sequence[tuple[str, str]], shown: str) -> None:
        """The numbers there are, as (name, title), and which is shown."""
        if list(metrics) != self._offered:
            self._offered = list(metrics)
            self.number.clear()
            for name, title in metrics:
                self.number.addItem(title, name)
            self.number.setCurrentIndex(self.number.findData(shown))

    def show_course(self, course: FoldCourse, why_not: tuple[str, str] | None) -> None:
        """How far the folds are, and what may be pressed."""
        running, results = course.running, course.results
        focused = self.train.hasFocus() or self.stop.hasFocus()
        for button, on in ((self.train, not running), (self.stop, running)):
            button.setVisible(on)
            if on and focused:
                button.setFocus()
        self.train.setEnabled(course.can_start)
        self.train.setToolTip(
            " ".join(why_not) if why_not is not None
            else self.tr("Train the network anew for each fold; the run that is open waits, and stays as it is")
        )  # fmt: skip
        self.bar.setVisible(running)
        self._seen, self._running = results is not None and bool(results.runs), running
        self._fit()
        text = ""
        if running and results is not None and results.runs:
            now = results.runs[-1].history.epochs
            done = len(results.runs) - 1 + (now + course.within) / max(results.epochs, 1)
            self.bar.setValue(round(1000 * done / max(results.count, 1)))
            text = self.tr("fold {i} of {k}, epoch {epoch} of {epochs}").format(
                i=len(results.runs), k=results.count, epoch=count(now), epochs=count(results.epochs))  # fmt: skip
        elif running:
            self.bar.setValue(0)
            text = self.tr("being prepared…")
        self.far.setText(text)
        self.far.setToolTip(text)

    def _fit(self) -> None:
        """Show what there is room for."""
        always: list[QWidget] = [self.folds, *((self.stop, self.bar) if self._running else (self.train,))]
        shown = [self._count_label, *(self._look if self._seen else ())]
        if self._running:  # how far they are has the room
            shown = [widget for widget in shown if widget not in self._look or not isinstance(widget, QLabel)]
        room = self.width() - (self._theme.pixels(TOLD) if self._running else 0)
        for widget in self._gives_way:
            if sum(other.sizeHint().width() + SPACING for other in (*always, *shown)) <= room:
                break
            if widget in shown:
                shown.remove(widget)
        for widget in (self._count_label, *self._look):
            widget.setVisible(widget in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the rest of the panel: what has no room hides."""
        return QSize(self._theme.pixels(280), super().minimumSizeHint().height())
