"""The Activations panel: what every layer gives for one sample, in full, one below the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRandomGenerator, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array
from nnplayground.engine.layer_pictures import large_plan
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.network.activation_rules import outputs_of
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Engine
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.numbers import shape
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.activation_section import InputSection, LayerSection, Section
from nnplayground.ui.views.layer_list import LayerList, layer_text
from nnplayground.ui.views.nothing import Nothing, broken, not_yet
from nnplayground.ui.views.segmented import Segmented

DATA, TRIED = "data", "tried"
ICONS = {DATA: "database-outline", TRIED: "gesture-tap"}


class ActivationsPanel(Panel):
    """Asks for every layer's outputs for one sample, and only while it is in sight.

    `tried` gives the samples that stand in 'Try it', of which the first is shown; None where there are none.
    """

    probe_changed = Signal()
    """`probe_request` answers differently now."""

    def __init__(self, theme: Theme, tried: Callable[[], Array | Rows | None], parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("ActivationsPanel", "Activations"), parent=parent)
        self.setObjectName("activationsPanel")
        self._tried = tried
        self._analysis: Analysis | None = None
        self._engine = Engine.LOADING
        self._new_run = True
        self._seen_layers: object = None
        self._put_there = False
        self.sample = ActivationSample()
        self.sections: list[LayerSection] = []
        self._make_tools()
        self.layers = LayerList(theme, "activationLayers", self.tr("Layer to jump to"))
        self.layers.chosen.connect(self._jump)
        self.input = InputSection(theme, self.sample)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.input)
        self.area = QScrollArea()
        self.area.setObjectName("activationSections")
        self.area.setAccessibleName(self.tr("What every layer gives"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)  # which setWidget has switched on
        self.area.viewport().installEventFilter(self)
        self.area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.nothing = Nothing(theme, "noActivations")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.area)
        self._stack.addWidget(self.nothing)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.layers)
        line.addWidget(self._stack, 1)
        self.body.addLayout(line, 1)
        self._refresh()

    def _make_tools(self) -> None:
        self.source = Segmented(self.theme, (
            (DATA, self.tr("Data"), self.tr("A sample of the test set, or of the training set where there is none")),
            (TRIED, self.tr("Try it"), self.tr("What you have drawn, typed or filled in at 'Try it'")),
        ), self.tr("Sample from"))  # fmt: skip
        self.source.setObjectName("activationSource")
        self.source.choose(DATA)
        self.source.chosen.connect(lambda _key: self._take_sample())
        self.add_header_widget(self.source)
        self.previous = self.add_tool("chevron-left", self.tr("The sample before"), "previousActivation")
        self.number = QSpinBox()
        self.number.setObjectName("activationSample")
        self.number.setAccessibleName(self.tr("Number of the sample"))
        self.number.setToolTip(self.tr("Which sample is shown, counted from 1"))
        self.number.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.number.setKeyboardTracking(False)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.theme.use_font(self.number, Role.HELPER)
        self.number.valueChanged.connect(lambda number: self._go_to(number - 1))
        self.add_header_widget(self.number)
        self.next = self.add_tool("chevron-right", self.tr("The next sample"), "nextActivation")
        self.random = self.add_tool("shuffle-variant", self.tr("A random sample"), "randomActivation")
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.random.clicked.connect(self._go_anywhere)

    def set_brief(self, brief: bool) -> None:
        """The number leads to every sample, too."""
        super().set_brief(brief)
        for button in (self.previous, self.next, self.random):
            button.setVisible(not brief)

    def set_terse(self, terse: bool) -> None:
        super().set_terse(terse)
        self.source.set_icons(ICONS if terse else {})

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        if before is not None and before.spec.layers == analysis.spec.layers and before.facts == analysis.facts:
            return
        layers, rules = analysis.spec.layers, outputs_of(analysis)
        known = [section.outputs for section in self.sections]
        while len(self.sections) > len(layers):
            section = self.sections.pop()
            self._column.removeWidget(section)
            section.deleteLater()
        while len(self.sections) < len(layers):
            self.sections.append(LayerSection(self.theme))
            self._column.addWidget(self.sections[-1])
        answering = max((i for i, layer in enumerate(layers) if not layer.disabled), default=-1)
        for i, section in enumerate(self.sections):
            section.show_layer(analysis, i, rules[i], analysis.facts.classes if i == answering else ())
            fits = i < len(known) and known[i] is not None and _fits(known[i], analysis, i)
            section.show_outputs(known[i] if fits else None, stale=True)
        titles = [(layer_text(layer), shape(entry.output or ()), True) for layer, entry in zip(layers, analysis.shapes, strict=True)]
        self.layers.show_layers(((self.tr("Input"), shape(analysis.facts.input_shape) if analysis.is_known else "", True), *titles))
        if self.layers.currentRow() < 0:
            self.layers.choose(0)
        self.input.show_analysis(analysis)
        self._fit_sections()
        self._refresh()
        self.probe_changed.emit()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self.sample.show_dataset(dataset)
        self.number.blockSignals(True)
        self.number.setRange(1, max(1, len(self.sample.part)))
        self.number.blockSignals(False)
        self._take_sample()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        analysis = self._analysis
        if analysis is None or not snapshot.layer_views or len(snapshot.layer_views) != len(self.sections):
            return
        if not all(_fits(outputs[0], analysis, i) for i, outputs in enumerate(snapshot.layer_views)):
            return
        self._new_run, self._seen_layers = False, analysis.spec.layers
        for section, outputs in zip(self.sections, snapshot.layer_views, strict=True):
            section.show_outputs(outputs[0], stale=False)
        self._refresh()

    def show_engine(self, engine: Engine) -> None:
        """Without TensorFlow nothing goes through the network."""
        self._engine = engine
        self._refresh()

    def clear_run(self) -> None:
        """A new run begins: what is shown stays, paler, until the network answers."""
        self._new_run = True
        for section in self.sections:
            section.show_outputs(section.outputs, stale=True)

    def probe_request(self) -> ProbeRequest:
        if not self.isVisible() or self._analysis is None or self._analysis.errors:
            return ProbeRequest()
        x = self.sample.x if self._is_there else None
        return ProbeRequest(layer_views=x)

    @property
    def stale(self) -> bool:
        """Whether what is shown is of a network that is no more."""
        return self._new_run or (self._analysis is not None and self._seen_layers != self._analysis.spec.layers)

    # ---- the sample

    def on_tried(self) -> None:
        """Something else stands in 'Try it' now."""
        if self.source.choice == TRIED and self.isVisible():
            self._take_sample()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.source.choice == TRIED:
            self._take_sample()

    @property
    def _is_there(self) -> bool:
        """Whether there is a sample of the kind that was chosen."""
        return self.source.choice == DATA or self._put_there

    def _take_sample(self) -> None:
        self._put_there = False
        if self.source.choice == TRIED:
            self._put_there = self._put_tried()
        if not self._put_there:
            self.sample.put(None)
        self._show_sample()

    def _put_tried(self) -> bool:
        tried = self._tried()
        if tried is None or not len(tried):
            return False
        first = tried[0:1]
        self.sample.put((first.dense() if isinstance(first, Rows) else np.asarray(first))[0], self.tr("From 'Try it'"))
        return self.sample.is_put  # not while the page is still of the data before

    def _step(self, step: int) -> None:
        self.sample.step(step)
        self._show_sample()

    def _go_to(self, index: int) -> None:
        self.sample.index = index
        self._show_sample()

    def _go_anywhere(self) -> None:
        if len(self.sample.part):
            self._go_to(QRandomGenerator.global_().bounded(len(self.sample.part)))

    def _show_sample(self) -> None:
        of_data = self.source.choice == DATA
        for tool in (self.previous, self.next, self.random, self.number):
            tool.setEnabled(of_data and len(self.sample.part) > 1)
        self.number.blockSignals(True)
        self.number.setValue(self.sample.index + 1)
        self.number.blockSignals(False)
        self.input.refresh()
        self._refresh()
        self.probe_changed.emit()

    # ---- places

    def choose_layer(self, layer: int | None) -> None:
        """Bring a layer into sight that was chosen on the canvas."""
        if layer is not None and layer < len(self.sections):  # one that was added just now may not be told of yet
            self.layers.choose(layer + 1)
            self._jump(layer + 1)

    def _all(self) -> list[Section]:
        return [self.input, *self.sections]

    def _jump(self, row: int) -> None:
        self._fit_sections()
        if 0 <= row < len(self._all()):
            self.area.verticalScrollBar().setValue(self._all()[row].y())

    def _on_scrolled(self, top: int) -> None:
        """The list says which layer is in sight."""
        sections = self._all()
        middle = top + self.area.viewport().height() / 2
        seen = next((i for i, section in enumerate(sections) if middle < section.y() + section.height()), len(sections) - 1)
        self.layers.choose(seen)

    def _fit_sections(self) -> None:
        for section in self._all():
            section.set_room(self.area.viewport().height())
        # At once: whoever jumps to a section has to know where it is.
        self._column.invalidate()
        self._inner.resize(self.area.viewport().width(), self._column.sizeHint().height())
        self._column.activate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self.area.viewport():
            row = self.layers.currentRow()
            self._jump(row)
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        hindered = self._hindrance()
        if hindered is not None:
            self.nothing.say(*hindered)
        self._stack.setCurrentWidget(self.area if hindered is None else self.nothing)

    def _hindrance(self) -> tuple[str, str] | None:
        """Why there is nothing to show, and what to do."""
        analysis = self._analysis
        if analysis is not None and not analysis.is_known:
            return self.tr("The data is missing."), self.tr("Find it, or choose another set; its samples go through the network here.")
        if self._is_there and any(section.outputs is not None for section in self.sections):
            return None
        if analysis is not None and analysis.errors:
            return broken()
        if self.sample.dataset is None:
            return self.tr("Nothing has gone through this network yet."), self.tr("It shows a sample here once the data is loaded.")
        if not self._is_there:
            return self.tr("Nothing stands in Try it yet."), self.tr("Draw, type or fill in something there, or show a sample of the data.")
        return not_yet(self.sample.dataset, self.tr("What every layer gives for the sample will stand here."), self._engine)

    # ---- taking away

    def takeaway(self) -> TakeAway | None:
        """All layers below one another, and every number; None while there is nothing."""
        if self._stack.currentWidget() is self.nothing:
            return None
        return TakeAway("activations", picture_of(self._inner, self.theme), self._table)

    def _table(self) -> Table:
        rows = [
            (i, section.title.text(), " ".join(map(str, index)), float(value))
            for i, section in enumerate(self.sections) if section.outputs is not None
            for index, value in np.ndenumerate(section.outputs)
        ]  # fmt: skip
        return Table(("layer", "name", "index", "value"), rows)


def _fits(outputs: Array | None, analysis: Analysis, layer: int) -> bool:
    expected = analysis.shapes[layer].output
    return outputs is not None and expected is not None and outputs.shape == large_plan(expected).result
