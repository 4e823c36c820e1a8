"""The Working tab: the arithmetic of one sample in one layer, as one would write it on paper."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QLabel, QScrollArea, QSizePolicy, QSpinBox, QStackedWidget, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.core.targets import output_activation_index
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Array, values
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.sample_loss import Formula, SampleLoss, sample_loss
from nnplayground.engine.working import LayerWorking, has_working, working_of
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Engine
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.input_names import input_name, unit_name
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.sheets import Sheet, function_sheet, loss_sheet, softmax_sheet, sum_sheet, unscaled_sheet
from nnplayground.ui.trying.working_view import WorkingView
from nnplayground.ui.views.nothing import Nothing, broken, without_engine
from nnplayground.ui.views.segmented import Segmented

FEWEST, MOST = 3, 30
"""Terms of a sum that are written out: as many as there is room for."""
OTHER_LINES = 4
"""Of a sum: its head, the terms that are left out, the bias, and z."""
CONTROLS, LEAST_SHEET, LEAST_CHOICES = 128, 260, 240
"""Pixels, at the usual size of text: the width of what is chosen, what the numbers want beside it, and what all choices need in a row."""


class Whose(StrEnum):
    """Which sample is worked out."""

    TEST = "test"
    OWN = "own"


class WorkingPanel(Panel):
    """Of one sample: the weighted sum of a unit, its function, and for the answer the loss."""

    probe_changed = Signal()

    def __init__(self, theme: Theme, trying: TryPanel, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("WorkingPanel", "Working"), parent=parent)
        self.setObjectName("workingPanel")
        self._trying = trying
        self._analysis: Analysis | None = None
        self._engine = Engine.LOADING
        self._dataset: Dataset | None = None
        self._asked: tuple[Array | Rows, float | None] | None = None
        """The sample that was asked about last, and its right answer."""
        self._layers: list[int | None] = []
        self._classes: tuple[str, ...] | None = None
        self.working: LayerWorking | None = None
        self._names: tuple[str, ...] = ()
        """What the inputs of the terms are called in the network that was worked out: an edit may have made another since."""
        self._unit_names: tuple[str, ...] = ()
        self.loss: SampleLoss | None = None
        self.whose = Segmented(theme, (
            (Whose.OWN, self.tr("Try it"), self.tr("What is asked in the panel Try it")),
            (Whose.TEST, self.tr("Test set"), self.tr("A sample of the test set, whose right answer is known")),
        ), self.tr("Sample"))  # fmt: skip
        self.whose.choose(Whose.OWN)
        self.whose.chosen.connect(self._on_chosen)
        self.number = self._spin("workingSample", self.tr("Number of the test sample"))
        self.layer = self._combo("workingLayer", self.tr("Layer"))
        self.right = self._combo("workingRight", self.tr("What the right answer is taken to be"))
        self.unit = self._spin("workingUnit", self.tr("Unit whose sum is written out"))
        self.unit.setSpecialValueText(self.tr("largest"))
        self.unit.setPrefix(self.tr("unit "))
        self.number.setPrefix(self.tr("test "))
        self.view, self._nothing = WorkingView(theme), Nothing(theme, "workingNothing")
        self._area = QScrollArea()
        self._area.setWidget(self.view)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self.view, self._area.viewport()):
            widget.setAutoFillBackground(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._area)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(16)
        self._parts.addWidget(self._controls(), 0, Qt.AlignmentFlag.AlignTop)
        self._parts.addWidget(self._stack, 1)
        self.body.setContentsMargins(12, 4, 12, 6)
        self.body.addLayout(self._parts)
        self.stale = QLabel(self.tr("From before the edit"))
        self.stale.setObjectName("workingStale")
        self.stale.setProperty("tone", "muted")
        theme.use_font(self.stale, Role.CAPTION)
        self.stale.hide()
        self.body.addWidget(self.stale)
        self._share_width()
        self._say_nothing()

    def _spin(self, name: str, title: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._on_chosen)
        return self._named(spin, name, title)

    def _combo(self, name: str, title: str) -> QComboBox:
        combo = QComboBox()
        combo.currentIndexChanged.connect(self._on_chosen)
        return self._named(combo, name, title)

    def _named(self, widget: Any, name: str, title: str) -> Any:
        widget.setObjectName(name)
        widget.setAccessibleName(title)
        widget.setToolTip(title)
        widget.setMinimumWidth(90)
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.theme.use_font(widget, Role.HELPER)
        return widget

    def _controls(self) -> QWidget:
        self._holder = QWidget()
        self._choices = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._holder)
        self._choices.setSpacing(4)
        self._choices.addWidget(self.whose)
        for widget in (self.number, self.right, self.layer, self.unit):
            self._choices.addWidget(widget, 1)
        self._choices.setContentsMargins(0, 0, 0, 0)
        return self._holder

    def _share_width(self) -> None:
        """What is chosen stands beside the numbers, or above them where they would be cut off."""
        above = self.width() < self.theme.pixels(CONTROLS + LEAST_SHEET)
        self._parts.setDirection(QBoxLayout.Direction.TopToBottom if above else QBoxLayout.Direction.LeftToRight)
        beside = above and self.width() >= self.theme.pixels(LEAST_CHOICES)
        self._choices.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._parts.setSpacing(4 if above else 16)
        self._holder.setMinimumWidth(0 if above else self.theme.pixels(CONTROLS))
        self._holder.setMaximumWidth(self.width() if above else self.theme.pixels(CONTROLS))

    def _dress(self) -> None:
        super()._dress()
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    # ---- what a panel is told

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        if before is None or (before.spec.layers, before.facts) != (analysis.spec.layers, analysis.facts):
            self._fill()
        if before is not None and before.spec.layers != analysis.spec.layers:
            self._set_stale(self.working is not None)
        if self.working is None:
            self._say_nothing()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        with QSignalBlocker(self.number):
            self.number.setRange(0, max(0, len(dataset.test) - 1) if dataset is not None else 0)
        self._forget()

    def show_engine(self, engine: Engine) -> None:
        """Without TensorFlow nothing is worked out."""
        self._engine = engine
        if self.working is None:
            self._say_nothing()

    def clear_run(self) -> None:
        self._set_stale(self.working is not None)

    def show_layer(self, layer: int | None) -> None:
        """Work out a layer that was chosen elsewhere; None, or one without a working: the answer."""
        place = self._layers.index(layer) if layer in self._layers else 0
        self.layer.setCurrentIndex(place)

    def probe_request(self) -> ProbeRequest:
        self._asked = None
        if self._analysis is None or self._dataset is None or self._analysis.errors or self._shown_layer is None:
            return ProbeRequest()
        self._asked = self._sample(self._dataset)
        if self._asked is None or self._asked[0].shape[1:] != self._analysis.facts.input_shape:
            self._asked = None
            self._forget()
            return ProbeRequest()
        return ProbeRequest(activations=self._asked[0], weights=True)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._asked is None or self._analysis is None or self._dataset is None or self._shown_layer is None or not self.isVisible():
            return
        x, truth = self._asked
        first = self._dataset.scaler.apply(x.dense() if isinstance(x, Rows) else x)
        unit = self.unit.value() - 1
        working = working_of(self._analysis, self._shown_layer, first, snapshot, unit if unit >= 0 else None, self._terms)
        if working is None:
            return
        self.working, self._names, self._unit_names = working, self._named_terms(working), self._named_units(working)
        self.loss = self._loss(working, truth)
        self._set_stale(False)
        self.view.show_sheets(self._sheets(working, truth), (self._shown_layer, self._asked[0].shape))
        self._stack.setCurrentWidget(self._area)

    def takeaway(self) -> TakeAway | None:
        if self.working is None:
            return None
        return TakeAway("working", picture_of(self.view, self.theme), self._table)

    # ---- which sample, which layer

    def _sample(self, dataset: Dataset) -> tuple[Array | Rows, float | None] | None:
        """What is asked about, and its right answer where it is known."""
        page = self._trying.page
        index = self.number.value() if self.whose.choice == Whose.TEST or page is None else page.test_index
        if index is not None and index < len(dataset.test):
            self._fix_right(int(dataset.test.y[index]))
            return dataset.test.x[index : index + 1], float(dataset.test.y[index])
        inputs = page.probe_request().inputs if page is not None else None
        self._fix_right(None, anew=inputs is None)
        guess = float(self.right.currentIndex() - 1) if self.right.currentIndex() > 0 else None
        return None if inputs is None else (inputs, guess)

    def _fix_right(self, known: int | None, *, anew: bool = False) -> None:
        """The right answer to a test sample is `known`; that of one's own is what is chosen for it, until one begins `anew`."""
        with QSignalBlocker(self.right):
            if known is not None and known + 1 < self.right.count():
                self.right.setCurrentIndex(known + 1)
            elif anew or not self.right.isEnabled():
                self.right.setCurrentIndex(0)
        self.right.setEnabled(known is None)

    @property
    def _lines(self) -> int:
        """How many lines of a table are seen without scrolling."""
        return self.view.lines_in(self._stack.height())

    @property
    def _terms(self) -> int:
        return min(max(self._lines - OTHER_LINES, FEWEST), MOST)

    @property
    def _shown_layer(self) -> int | None:
        """The layer in sight; None where none has a working."""
        if self._analysis is None or not self._layers:
            return None
        place = max(0, self.layer.currentIndex())
        return self._output if self._layers[place] is None else self._layers[place]

    @property
    def _output(self) -> int | None:
        """The layer that makes the answer."""
        return output_activation_index(self._analysis.spec.layers) if self._analysis is not None else None

    def _fill(self) -> None:
        """Offer the layers that have a working, the one that makes the answer first."""
        analysis = self._analysis
        assert analysis is not None
        layers, chosen = analysis.spec.layers, self._layers[self.layer.currentIndex()] if self._layers else None
        able = [i for i, layer in enumerate(layers) if has_working(layer)]
        self._layers = [None, *able] if self._output in able else list(able)
        with QSignalBlocker(self.layer), QSignalBlocker(self.right), QSignalBlocker(self.unit):
            self.layer.clear()
            for index in self._layers:
                told = self.tr("output layer") if index is None else f"{index + 1} · {type(layers[index]).__name__}"
                self.layer.addItem(told)
            self.layer.setCurrentIndex(self._layers.index(chosen) if chosen in self._layers else 0)
            if self._classes != analysis.facts.classes:
                self.right.clear()
                self.right.addItems([self.tr("right: ?"), *(self.tr("right: {name}").format(name=c) for c in analysis.facts.classes)])
                self._classes = analysis.facts.classes
            self._limit_units()
        self._show_rows()

    def _limit_units(self) -> None:
        layer = self._shown_layer
        entry = self._analysis.shapes[layer].output if self._analysis is not None and layer is not None else None
        self.unit.setRange(0, entry[-1] if entry else 0)

    def _show_rows(self) -> None:
        test = self.whose.choice == Whose.TEST
        classes = self._analysis is not None and bool(self._analysis.facts.classes)
        self.number.setVisible(test)
        self.right.setVisible(not test and classes)

    def _on_chosen(self, _what: object = None) -> None:
        with QSignalBlocker(self.unit):
            self._limit_units()
        self._show_rows()
        self.probe_changed.emit()

    def _set_stale(self, stale: bool) -> None:
        self.view.set_stale(stale)
        self.stale.setVisible(stale)

    def _forget(self) -> None:
        self.working = self.loss = None
        self._set_stale(False)
        self._say_nothing()

    def _say_nothing(self) -> None:
        self._nothing.say(*self._why_nothing())
        self._stack.setCurrentWidget(self._nothing)

    def _why_nothing(self) -> tuple[str, str]:
        analysis = self._analysis
        if analysis is not None and analysis.facts.unknown:
            return self.tr("The data is missing."), self.tr("Once it is found, a sample of it is worked out here.")
        if analysis is not None and analysis.errors:
            return broken()
        if analysis is not None and not self._layers:
            return self.tr("No layer with a weighted sum."), self.tr("Dense and convolution layers are worked out here, and activations.")
        if self._engine is Engine.MISSING:
            return without_engine()
        if self.whose.choice == Whose.OWN:
            return self.tr("Nothing to work out yet."), self.tr("Ask something in Try it, or choose a sample of the test set.")
        return self.tr("Nothing to work out yet."), self.tr("The numbers come with the network's next answer.")

    # ---- the numbers

    def _loss(self, working: LayerWorking, truth: float | None) -> SampleLoss | None:
        """Only of the layer that makes the answer, and where the right one is known."""
        analysis, dataset = self._analysis, self._dataset
        if truth is None or analysis is None or dataset is None or self._shown_layer != self._output or working.outputs is None:
            return None
        return sample_loss(analysis.goal, working.activation, working.outputs, working.logits, truth, dataset.target_scaler)

    def _named_terms(self, working: LayerWorking) -> tuple[str, ...]:
        assert self._analysis is not None
        assert self._dataset is not None
        terms = working.sum.terms if working.sum is not None else ()
        return tuple(input_name(self._analysis, self._dataset, self._shown_layer or 0, term.at) for term in terms)

    def _named_units(self, working: LayerWorking) -> tuple[str, ...]:
        assert self._analysis is not None
        layer, units = self._shown_layer or 0, len(working.outputs) if working.outputs is not None else 0
        return tuple(unit_name(self._analysis, layer, i, is_output=layer == self._output) for i in range(units))

    def _sheets(self, working: LayerWorking, truth: float | None) -> tuple[Sheet, ...]:
        analysis, dataset, layer = self._analysis, self._dataset, self._shown_layer
        assert analysis is not None
        assert dataset is not None
        assert layer is not None
        unit = unit_name(analysis, layer, working.unit, is_output=layer == self._output)
        if len(working.place) > 1:
            unit = self.tr("{unit} at {place}").format(unit=unit, place=", ".join(map(str, working.place[:-1])))
        categorical = False
        sheets = [sum_sheet(working, unit, self._names)]
        if working.activation == "softmax" and working.logits is not None:
            categorical = self.loss is not None and self.loss.formula is Formula.CATEGORICAL
            sheets.append(softmax_sheet(working, self._unit_names, self.loss, self._lines - 4))
        else:
            sheets.append(function_sheet(working))
            if layer == self._output and not analysis.facts.classes:
                sheets.append(unscaled_sheet(working.output, dataset.target_scaler, analysis.facts))
        if self.loss is not None and truth is not None and working.outputs is not None and not categorical:
            answer = None if analysis.facts.classes else float(values(working.outputs[np.newaxis], dataset.target_scaler)[0])
            sheets.append(loss_sheet(self.loss, self._unit_names, analysis.facts, truth, answer, self._lines - 3))
        elif truth is not None and layer == self._output and self.loss is None:
            sheets.append(Sheet(self.tr("Loss: {name}").format(name=analysis.goal.loss), "l", ()))
        return tuple(sheet for sheet in sheets if sheet is not None)

    def _table(self) -> Table:
        """Everything in full precision."""
        assert self.working is not None
        working = self.working
        rows: list[tuple[object, ...]] = []
        if working.sum is not None:
            rows += [("term", name, t.weight, t.value, t.product) for name, t in zip(self._names, working.sum.terms, strict=True)]
            rows.append(("other terms", working.sum.others, "", "", working.sum.others_sum))
            if working.sum.bias is not None:
                rows.append(("bias", "", "", "", working.sum.bias))
        rows += [("z", "", "", "", working.z), (working.activation, "", "", "", working.output)]
        if working.outputs is not None:
            logits = working.logits if working.logits is not None else [""] * len(working.outputs)
            for name, z, p in zip(self._unit_names, logits, working.outputs, strict=True):
                rows.append(("unit", name, "", z if z == "" else float(z), float(p)))
        if self.loss is not None:
            rows.append(("loss", self.loss.formula.value, "", "", self.loss.value))
        return Table(("part", "name", "weight", "input", "value"), rows)
