"""'Your arrays': a .npz file with x and y, what is in it, and what y means."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnArrays, Scaling, Validation
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.drawing import limits_of
from nnplayground.data.own import arrays
from nnplayground.data.own.arrays import ArraysSurvey
from nnplayground.ui.own.class_list import ClassRow
from nnplayground.ui.own.samples_dialog import SamplesDialog, Words
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.numbers import count, number, shape
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_picture import photo
from nnplayground.ui.views.segmented import Segmented

WIDE = 20
"""Numbers beyond this are scaled unless one says otherwise."""


class ArraysDialog(SamplesDialog[OwnArrays, ArraysSurvey]):
    def __init__(self, theme: Theme, errands: Errands, before: OwnArrays | None = None, parent: QWidget | None = None) -> None:
        words = Words(
            "arrays", self.tr("Your arrays"), self.tr("No file yet"),
            self.tr("Choose a NumPy file (.npz), or drop one here. In it must be arrays x and y, or x_train, y_train, x_test, y_test."),
            self.tr("Choose file…"), self.tr("Choose a .npz file with the arrays x and y"),
            self.tr("Use these arrays"), "file-search-outline",
        )  # fmt: skip
        super().__init__(theme, errands, words, before, parent)

    def _first_settings(self, path: str) -> OwnArrays:
        before = self._data or self._before
        kept = before.model_dump(include={"train_fraction", "validation"}) if before else {}
        return OwnArrays.model_validate({"name": "arrays", "path": path, "validation": Validation(use="test"), **kept})

    def _look_at(self, data: OwnArrays) -> None:
        self.look.begin(lambda cancelled: arrays.survey(data, cancelled))

    def _proposed(self, data: OwnArrays, survey: ArraysSurvey) -> OwnArrays:
        wide = max(abs(survey.limits[0]), abs(survey.limits[1])) > WIDE
        scaling = Scaling.UNIT if survey.pixels else Scaling.STANDARD if wide else Scaling.NONE
        target = "standard" if survey.answers.task is Task.REGRESSION else "none"
        return edits.changed(data, scaling=scaling, target_scaling=target)

    def _facts_of(self, data: OwnArrays) -> DataFacts:
        return arrays.facts(data)

    def _warnings(self, survey: ArraysSurvey) -> tuple[str, ...]:
        return survey.warnings

    def _hash(self, survey: ArraysSurvey) -> str:
        return survey.sha256

    def _is_cut(self, survey: ArraysSurvey) -> bool:
        return survey.test_samples is not None

    def _ask_for_path(self, dialog: QFileDialog) -> None:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("NumPy files (*.npz);;All files (*)"))

    def _rows_of(self, survey: ArraysSurvey) -> tuple[ClassRow, ...]:
        pictures = [photo(sample, *limits_of(sample)) for sample in survey.samples]
        padded = [*pictures, *[None] * (len(survey.counts) - len(pictures))]
        trains, tests = zip(*survey.counts, strict=True) if survey.counts else ((), ())
        return tuple(map(ClassRow, survey.answers.classes, trains, tests, padded))

    def _show_found(self, data: OwnArrays, survey: ArraysSurvey) -> str:
        self.classes.setVisible(bool(survey.counts))
        self.values.setVisible(not survey.counts)
        low, high = survey.answers.limits
        self.values.setText(self.tr("Values from {low} to {high}").format(low=number(low), high=number(high)))
        self.task.choose("regression" if survey.answers.task is Task.REGRESSION else "classification")
        self.held.setText("   ".join(f"{entry.name}: {shape(entry.shape)}, {entry.dtype}" for entry in survey.held[:6]))
        total = count(survey.train_samples + (survey.test_samples or 0))
        return self.tr("{total} samples of {shape}").format(total=total, shape=shape(survey.input_shape))

    def _summary(self, facts: DataFacts) -> str:
        what = self.tr("values") if facts.task is Task.REGRESSION else self.tr("{n} classes").format(n=count(len(facts.classes)))
        return self.tr("{shape} numbers predict {what}: {train} samples to learn from, {test} to test on").format(
            shape=shape(facts.input_shape), what=what, train=count(facts.train_samples), test=count(facts.test_samples)
        )

    def _on_task(self, task: str) -> None:
        """Another meaning of y: the file is read anew for it."""
        if self._data is not None and self._data.task != task:
            self._begin(edits.changed(self._data, task=task, target_scaling="standard" if task == "regression" else "none"))

    def _options(self) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        self.task = Segmented(
            self._theme,
            (
                ("classification", self.tr("Classes"), self.tr("y says which class each sample is of")),
                ("regression", self.tr("Values"), self.tr("y holds any numbers")),
            ),
            self.tr("y holds"),
        )
        self.task.setObjectName("arraysTask")
        label = QLabel(self.tr("y holds"))
        label.setProperty("tone", "muted")
        self._theme.use_font(label, Role.HELPER)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.task, 1, 0)
        grid.addWidget(self.share, 0, 1, 2, 1)
        grid.setColumnStretch(1, 1)
        self.task.chosen.connect(self._on_task)
        return part

    def _found_page(self) -> QWidget:
        self.held, self.values = self._label("Held", Role.HELPER, "muted"), self._label("Values", Role.BODY)
        self.held.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(8)
        for part in (self.held, self.values):
            part.setContentsMargins(10, 6, 10, 0)
            column.addWidget(part)
        column.addWidget(self.classes, 1)
        column.addStretch(0)
        frame = QFrame()
        frame.setProperty("kind", "panel")
        frame.setLayout(column)
        column.setContentsMargins(1, 4, 1, 4)
        return frame
