"""Asking the network about one point of the plane: clicked on the map, or typed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.features import derive, features_of
from nnplayground.engine.answers import Array, Reading, values
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.theme.numbers import signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.shares import Shares

AXES = ("x₁", "x₂")


class PointPage(TryPage):
    """Two numbers, and what the network makes of them."""

    moved = Signal(float, float)
    """The point is elsewhere now; not emitted by `set_point`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointPage")
        self._analysis: Analysis | None = None
        self._reading = Reading()
        self._target_scaler = Affine()
        hint = QLabel(self.tr("Click the map, or type a point."))
        hint.setProperty("tone", "muted")
        theme.use_font(hint, Role.HELPER)
        self.fields = tuple(self._field(theme, name) for name in AXES)
        row = QHBoxLayout()
        row.setSpacing(6)
        for name, field in zip(AXES, self.fields, strict=True):
            label = QLabel(name)
            theme.use_font(label, Role.CONTROL)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, 1)
        self.shares = Shares(theme)
        self.value = QLabel()
        self.value.setObjectName("pointAnswer")
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.use_font(self.value, Role.METRIC)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(hint)
        column.addLayout(row)
        column.addWidget(self.shares)
        column.addWidget(self.value)
        column.addStretch(1)
        self._show_outputs(None)

    def _field(self, theme: Theme, name: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setObjectName(f"point{AXES.index(name) + 1}")
        field.setAccessibleName(self.tr("{axis} of the point").format(axis=name))
        field.setDecimals(2)
        field.setSingleStep(0.1)
        field.setMinimumWidth(60)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.use_font(field, Role.CONTROL)
        field.valueChanged.connect(self._on_typed)
        return field

    @property
    def place(self) -> tuple[float, float]:
        """Where the point is, in the data's own units."""
        return self.fields[0].value(), self.fields[1].value()

    def set_point(self, x: float, y: float) -> None:
        """Ask about another point."""
        for field, value in zip(self.fields, (x, y), strict=True):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.probe_changed.emit()

    def _on_typed(self) -> None:
        self.moved.emit(*self.place)
        self.probe_changed.emit()

    # ---- what a page is told

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        reading = Reading.of(analysis)
        if reading != self._reading:
            self._reading = reading
            self._show_outputs(None)
        low, high = analysis.facts.plane_range or (-1.0, 1.0)
        for field in self.fields:
            field.setRange(10 * low, 10 * high)  # the network also answers far outside of what it has seen

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._target_scaler = dataset.target_scaler if dataset is not None else Affine()
        self._show_outputs(None)

    def clear_run(self) -> None:
        self._show_outputs(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.answers is not None and len(snapshot.answers) == 1:
            self._show_outputs(snapshot.answers)

    def probe_request(self) -> ProbeRequest:
        if self._analysis is None or self._analysis.errors:
            return ProbeRequest()
        return ProbeRequest(inputs=self._sample(self._analysis))

    def _sample(self, analysis: Analysis) -> Array:
        """The point as the data set has its samples: with the features that are on."""
        return derive(np.array([self.place], np.float32), features_of(analysis.spec.data))

    def _show_outputs(self, outputs: Array | None) -> None:
        regression = self._reading.is_regression
        self.shares.setVisible(not regression)
        self.value.setVisible(regression or outputs is None)
        if outputs is None:
            self.shares.show_shares((), ())
            self.value.setText(self.tr("No answer yet."))
        elif regression:
            answer = float(values(outputs, self._target_scaler)[0])
            self.value.setText(self.tr("Answer {value}").format(value=signed(answer)))
        else:
            self.shares.show_shares(self._reading.classes, self._class_shares(outputs))

    def _class_shares(self, outputs: Array) -> tuple[float, ...]:
        if outputs.shape[-1] > 1:
            return tuple(float(s) for s in self._reading.shares(outputs)[0])
        plus = (float(self._reading.signed(outputs)[0]) + 1) / 2
        return 1 - plus, plus
