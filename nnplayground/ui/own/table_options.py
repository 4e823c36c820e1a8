"""What is to be learnt from a table: the target, the task, what becomes of missing values, and the test set."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.ui.data.slider_row import SliderRow
from nnplayground.ui.own.table_draft import Draft
from nnplayground.ui.own.table_reading import Choices
from nnplayground.ui.theme.theme import Role, Theme


class TableOptions(QWidget):
    """Asks for settings by `asked`; the target has a signal of its own, since other settings follow it."""

    asked = Signal(str, object)
    target_asked = Signal(str)
    inside_asked = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self._names: tuple[str, ...] = ()
        self.target = QComboBox()
        self.target.setObjectName("tableTarget")
        self.target.setAccessibleName(tr("Predict"))
        self.target.setToolTip(tr("The column that the network learns to predict"))
        self.target.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setMaxVisibleItems(16)
        self.target.activated.connect(lambda _: self.target_asked.emit(self.target.currentData()))
        self.task = Choices(
            tr("As"), tr("Classes: one of a few words or numbers. Values: any number."), "tableTask",
            {"classification": tr("classes"), "regression": tr("values")}, tr("guess it"))  # fmt: skip
        self.task.value_chosen.connect(lambda value: self.asked.emit("task", value))
        self.missing = QComboBox()
        self.missing.setObjectName("tableMissing")
        self.missing.setAccessibleName(tr("Missing values"))
        self.missing.setToolTip(tr("Rows with missing values: left out, or filled with the column's median or commonest word"))
        self.missing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.missing.addItem(tr("leave rows out"), "drop")
        self.missing.addItem(tr("fill"), "fill")
        self.missing.activated.connect(lambda _: self.asked.emit("missing", self.missing.currentData()))
        self.share = SliderRow(
            theme, tr("Train share"), tr("The share of rows to learn from; the rest is the test set."), (10, 95), "{} %".format)
        self.share.slider.setObjectName("tableTrainShare")
        self.share.changed.connect(lambda value, _drag: self.asked.emit("train_fraction", value / 100))
        self.inside = QCheckBox(tr("Keep the table in the project"))
        self.inside.setObjectName("tableInside")
        self.inside.toggled.connect(self.inside_asked)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for i, field in enumerate((self.target, self.task, self.missing)):
            label = QLabel(field.accessibleName())
            label.setBuddy(field)
            label.setProperty("tone", "muted")
            theme.use_font(label, Role.HELPER)
            grid.addWidget(label, 0, i, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(field, 1, i)
            field.setMinimumWidth(90)
        grid.addWidget(self.share, 0, 3, 2, 1)
        grid.addWidget(self.inside, 2, 0, 1, 4)
        for i in range(4):
            grid.setColumnStretch(i, 1)

    def show_draft(self, draft: Draft, facts: DataFacts | None) -> None:
        """Show what is settled; emits nothing."""
        data = draft.data
        names = tuple(column.name for column in draft.survey.columns if column.usable)
        if names != self._names:
            self._names = names
            self.target.clear()
            for name in names:
                self.target.addItem(name, name)
        self.target.setCurrentIndex(self.target.findData(draft.target))
        self.task.show_value(data.task, None if facts is None else "regression" if facts.task is Task.REGRESSION else "classification")
        self.missing.setCurrentIndex(self.missing.findData(data.missing))
        self.missing.setEnabled(any(column.missing for column in draft.survey.columns))
        self.missing.setToolTip(
            self.tr("Rows with missing values: left out, or filled with the column's median or commonest word")
            if self.missing.isEnabled() else self.tr("No value is missing in this table")
        )  # fmt: skip
        self.share.show_value(round(data.train_fraction * 100))

    def show_inside(self, data: OwnTable, *, on: bool, possible: bool) -> None:
        """Whether the table is to travel in the project; what was pasted always does."""
        self.inside.blockSignals(True)
        self.inside.setChecked(on)
        self.inside.blockSignals(False)
        self.inside.setEnabled(possible and bool(data.path))
        if not data.path:
            tip = self.tr("What was pasted has no file: the project keeps it.")
        elif possible:
            tip = self.tr("On: the project holds a copy. Off: it refers to the file, and says so when that has changed or is gone.")
        else:
            tip = self.tr("The table is too large: the project refers to the file.")
        self.inside.setToolTip(tip)
