"""Asking the network about one point of the plane: clicked on the map, or typed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.targets import output_activation_index
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.features import derive, features_of
from nnplayground.engine.answers import Array
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.working import LayerWorking, working_of
from nnplayground.ui.number_field import NumberField
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.answer import Answer
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.term_bars import TermBars

AXES = ("x₁", "x₂")
MOST_TERMS = 12
"""Terms of the answer's sum that may have a bar."""


class PointPage(TryPage):
    """Two numbers, and what the network makes of them."""

    moved = Signal(float, float)
    """The point is elsewhere now; not emitted by `set_point`."""
    asked = Signal(object, str)
    """The sample (features,) that is asked about now, and what it is called."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointPage")
        self._scaler = Affine()
        self._has_data = False
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
        self.answer = Answer(theme, "pointAnswer")
        self.shares, self.value = self.answer.shares, self.answer.value
        self.terms = TermBars(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(hint)
        column.addLayout(row)
        column.addWidget(self.answer)
        column.addWidget(self.terms)
        column.addStretch(1)

    def _field(self, theme: Theme, name: str) -> NumberField:
        field = NumberField()
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
        self._ask()

    def _on_typed(self) -> None:
        self.moved.emit(*self.place)
        self._ask()

    def _ask(self) -> None:
        if self._analysis is not None and self._has_data:
            told = ", ".join(f"{axis} {number(value)}" for axis, value in zip(AXES, self.place, strict=True))
            self.asked.emit(self._sample(self._analysis)[0], told)
        self.probe_changed.emit()

    # ---- what a page is told

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        self.answer.show_analysis(analysis)
        if before is None or before.spec.layers != analysis.spec.layers:
            self.terms.show_working(None)
        low, high = analysis.facts.plane_range or (-1.0, 1.0)
        for field in self.fields:
            field.setRange(10 * low, 10 * high)  # the network also answers far outside of what it has seen

    def show_dataset(self, dataset: Dataset | None) -> None:
        wanted = self._analysis.facts.input_shape if self._analysis is not None else None
        self._has_data = dataset is not None and dataset.facts.input_shape == wanted
        self._scaler = dataset.scaler if dataset is not None else Affine()
        self.answer.show_dataset(dataset)
        self.terms.show_working(None)

    def clear_run(self) -> None:
        self.answer.show_outputs(None)
        self.terms.show_working(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.answers is not None and len(snapshot.answers) == 1:
            self.answer.show_outputs(snapshot.answers)
            self.terms.show_working(self._working(snapshot))

    @property
    def standing(self) -> Array | None:
        return self._sample(self._analysis) if self._analysis is not None else None

    def probe_request(self) -> ProbeRequest:
        sample = self.standing
        if self._analysis is None or self._analysis.errors or sample is None:
            return ProbeRequest()
        return ProbeRequest(inputs=sample, activations=sample, weights=True)

    def copied(self) -> str:
        told = self.answer.copied()
        if not told:
            return ""
        lines = [*(f"{axis}\t{value!r}" for axis, value in zip(("x1", "x2"), self.place, strict=True)), told]
        if (working := self.terms.working) is not None:
            lines.append(f"z\t{working.z!r}")
        return "\n".join(lines)

    def _sample(self, analysis: Analysis) -> Array:
        """The point as the data set has its samples: with the features that are on."""
        return derive(np.array([self.place], np.float32), features_of(analysis.spec.data))

    def _working(self, snapshot: Snapshot) -> LayerWorking | None:
        """How the layer that makes the answer comes to it; None where that is no sum."""
        analysis = self._analysis
        layer = output_activation_index(analysis.spec.layers) if analysis is not None else None
        if analysis is None or layer is None:
            return None
        return working_of(analysis, layer, self._scaler.apply(self._sample(analysis)), snapshot, most=MOST_TERMS)
