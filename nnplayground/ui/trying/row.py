"""Asking the network about a row that one fills in: a person, a house, a line of one's own table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.data.row_features import RowFeature, number_range, row_features, start_row
from nnplayground.data.rows import Rows
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.answer import Answer
from nnplayground.ui.trying.feature_row import FeatureRow
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.sample_pick import SamplePick

MOST_SHOWN = 50
"""Features that have a row at once; of more one searches."""
SEARCH_FROM = 20


class RowPage(TryPage):
    """A row for each feature, and what the network makes of all of them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowPage")
        self._theme = theme
        self._dataset: Dataset | None = None
        self._pending = False
        self.features: tuple[RowFeature, ...] = ()
        self.values: NDArray[np.float32] | None = None
        """(1, width): what is asked about, as the data has its samples; None while they are not there."""
        self._touched = False
        self._kept: NDArray[np.float32] | None = None
        """What was filled in last, for data of the same columns."""
        self.search = QLineEdit()
        self.search.setObjectName("rowSearch")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.search.setPlaceholderText(self.tr("Search features"))
        self.search.setAccessibleName(self.tr("Search features"))
        self.search.setToolTip(self.tr("Show the features whose names hold these letters"))
        self.search.textChanged.connect(self._fill)
        theme.use_font(self.search, Role.HELPER)
        self.found = QLabel()
        self.found.setObjectName("rowFound")
        self.found.setProperty("tone", "muted")
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setWordWrap(True)
        theme.use_font(self.found, Role.HELPER)
        self.rows: list[FeatureRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setObjectName("rowFeatures")
        self.area.setWidget(self._list)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self.pick = SamplePick(theme, self.tr("A test row"), self.tr("Put any row of the test set in, and see its right answer"), "testRow")
        self.pick.picked.connect(self.put_test_row)
        self.answer = Answer(theme, "rowAnswer")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.search, self.found, self.area, self.pick, self.pick.caption, self.answer):
            column.addWidget(widget, 1 if widget is self.area else 0)
        self._fill()

    # ---- what a page is told

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.answer.show_analysis(analysis)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset, self._pending = dataset, True
        self.pick.show_dataset(dataset)
        self.answer.show_dataset(dataset)
        if self.isVisible():
            self._take_over()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_over()

    def clear_run(self) -> None:
        self.answer.show_outputs(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.values is not None and snapshot.answers is not None and len(snapshot.answers) == 1:
            self.answer.show_outputs(snapshot.answers)

    @property
    def standing(self) -> NDArray[np.float32] | None:
        self._take_over()
        fits = self.values is not None and self._analysis is not None and self.values.shape[1:] == self._analysis.facts.input_shape
        return self.values if fits else None

    @property
    def test_index(self) -> int | None:
        return self.pick.index

    def copied(self) -> str:
        told = self.answer.copied()
        return "\n".join([*(f"{f.name}\t{self._shown(f)}" for f in self.features), told]) if told else ""

    # ---- the row

    def put_test_row(self, index: int) -> None:
        """Ask about a row of the test set."""
        self._take_over()
        if self._dataset is None or self.values is None:
            return
        self.values = self._dataset.test.array[index : index + 1].copy()
        self._touched = True
        self.pick.show_index(index)
        self._show_values()
        self.probe_changed.emit()

    def fill(self, numbers: Mapping[int, float]) -> None:
        """Other numbers for some of the columns."""
        self._take_over()
        if self.values is None or max(numbers, default=0) >= self.values.shape[1]:
            return
        self.values = self.values.copy()
        for column, value in numbers.items():
            self.values[0, column] = value
        self._touched, self._kept = True, self.values
        self.pick.show_index(None)
        self._show_values()
        self.probe_changed.emit()

    def _take_over(self) -> None:
        """Look at the data's columns: only when it is wanted, since it takes a moment where there are many."""
        dataset, analysis = self._dataset, self._analysis
        if not self._pending or analysis is None:
            return
        self._pending = False
        before = [(f.name, f.words) for f in self.features]
        if dataset is None or len(dataset.facts.input_shape) != 1 or isinstance(dataset.train.x, Rows):
            self.values = None
            self._fill()
            return
        self.features = row_features(analysis.spec.data, dataset)
        same = self._touched and before == [(f.name, f.words) for f in self.features] and self._kept is not None
        if same:
            self.values = self._kept
        else:
            self.values, self._touched = start_row(analysis.spec.data, dataset, self.features)[np.newaxis], False
            self.search.clear()
        self._fill()

    def _fill(self) -> None:
        """Give a row to each of the features that are searched for."""
        wanted = self.search.text().strip().casefold()
        dataset = self._dataset if self.values is not None else None
        features = self.features if dataset is not None else ()
        matches = [i for i, f in enumerate(features) if wanted in f.name.casefold()] if wanted else list(range(len(features)))
        shown = matches[:MOST_SHOWN]
        self.search.setVisible(len(features) >= SEARCH_FROM)
        self.found.setText(self._told(len(features), len(matches), len(shown)))
        self.found.setVisible(bool(self.found.text()))
        while len(self.rows) < len(shown):
            self._add_row()
        for row, index in zip(self.rows, shown, strict=False):
            feature = features[index]
            assert dataset is not None
            row.show_feature(feature, None if feature.words else number_range(dataset, feature.column), index)
            row.show()
        for row in self.rows[len(shown) :]:
            row.feature = None
            row.hide()
        self._show_values()

    def _told(self, features: int, matches: int, shown: int) -> str:
        if self.values is None:
            return self.tr("The samples are on their way.") if self._dataset is None else ""
        if not matches:
            return self.tr("No feature of this name. Try fewer letters.")
        if shown < matches:
            return self.tr("{shown} of {all} features; the others stay as they are.").format(shown=count(shown), all=count(matches))
        return ""

    def _add_row(self) -> None:
        row = FeatureRow(self._theme)
        row.changed.connect(lambda value: self._on_changed(row, value))
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _show_values(self) -> None:
        self._kept = self.values if self.values is not None else self._kept
        for row in self.rows:
            if row.feature is not None and self.values is not None:
                row.show_value(self._value(row.feature))

    def _value(self, feature: RowFeature) -> float:
        """A number, or the place of the word."""
        assert self.values is not None
        if feature.words:
            return float(self.values[0, feature.column : feature.column + len(feature.words)].argmax())
        return float(self.values[0, feature.column])

    def _shown(self, feature: RowFeature) -> str:
        value = self._value(feature)
        return feature.words[int(value)] if feature.words else repr(value)

    def _on_changed(self, row: FeatureRow, value: float) -> None:
        if self.values is None or row.feature is None:
            return
        self.values = self.values.copy()  # the one before may be on its way to the network
        feature = row.feature
        if feature.words:
            self.values[0, feature.column : feature.column + len(feature.words)] = 0
            self.values[0, feature.column + int(value)] = 1
        else:
            self.values[0, feature.column] = value
        self._touched, self._kept = True, self.values
        self.pick.show_index(None)
        self.probe_changed.emit()
