"""The Weights panel: one layer's weights and gradients over time, as pictures, and which units have nothing to say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import Conv1D, Conv2D
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.layer_activity import LayerActivity, ends_of, function_of, switches_off
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.network.plan import title_of
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Engine
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.layer_list import LayerList, layer_text
from nnplayground.ui.views.nothing import Nothing, broken, without_engine
from nnplayground.ui.views.segmented import Segmented
from nnplayground.ui.views.unit_table import UnitLine, UnitTable
from nnplayground.ui.views.weight_history import WeightHistory
from nnplayground.ui.views.weight_pictures import WeightPictures
from nnplayground.ui.views.weight_rows import WeightRows

ICONS = {"histograms": "chart-bell-curve", "pictures": "grid", "units": "format-list-bulleted"}
"""For the pages' words, where those have no room."""
MOST_LIST = 0.4
"""The part of the width that the list of layers has at most."""
WATCHED = 500
"""Test samples on which units are watched."""


class WeightsPanel(Panel):
    """Asks for the weights of one layer only, and only while it is in sight."""

    probe_changed = Signal()
    """`probe_request` answers differently now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("WeightsPanel", "Weights"), parent=parent)
        self.setObjectName("weightsPanel")
        self._analysis: Analysis | None = None
        self._engine = Engine.LOADING
        self._dataset: Dataset | None = None
        self._layer: int | None = None
        self._histories: dict[int, WeightHistory] = {}
        self._activity: tuple[LayerActivity, ...] = ()
        self._seen_layers: object = None
        self._new_run = True
        self.page = Segmented(theme, (
            ("histograms", self.tr("Histograms"), self.tr("How weights and gradients are spread, and were at every look in this run")),
            ("pictures", self.tr("Pictures"), self.tr("The weights themselves: what filters and units look for")),
            ("units", self.tr("Units"), self.tr("Units that never fire, and outputs that hardly move any more")),
        ), self.tr("Weights as"))  # fmt: skip
        self.page.setObjectName("weightsPage")
        self.page.choose("histograms")
        self.page.chosen.connect(self._on_page)
        self.add_header_widget(self.page)
        self.layers = LayerList(theme, "weightLayers", self.tr("Layer whose weights are shown"))
        self.layers.chosen.connect(self.choose_layer)
        self.rows, self.pictures, self.units = WeightRows(theme), WeightPictures(theme), UnitTable(theme)
        self.nothing = Nothing(theme, "noWeights")
        self._stack = QStackedWidget()
        for view in (self.rows, self.pictures, self.units, self.nothing):
            self._stack.addWidget(view)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.layers)
        line.addWidget(self._stack, 1)
        self.body.addLayout(line, 1)
        self._refresh()

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        if before is not None and before.spec.layers == analysis.spec.layers and before.facts == analysis.facts:
            return
        layers = analysis.spec.layers
        self.layers.show_layers(tuple(
            (layer_text(layer), self.tr("{n} parameters").format(n=count(entry.parameters)) if entry.parameters else self.tr("no weights"),
             entry.parameters > 0)
            for layer, entry in zip(layers, analysis.shapes, strict=True)
        ))  # fmt: skip
        if self._layer is None or self._layer >= len(layers) or not analysis.shapes[self._layer].parameters:
            self._layer = next((i for i, entry in enumerate(analysis.shapes) if entry.parameters), 0 if layers else None)
        self.layers.choose(self._layer)
        self._refresh()
        self.probe_changed.emit()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._analysis is None:
            return
        look = snapshot.layer_weights
        if self._new_run and (look is not None or snapshot.activity):
            self._forget()
        if look is not None:
            self._histories.setdefault(look.layer, WeightHistory()).take(snapshot.epoch, look)
            self._seen_layers = self._analysis.spec.layers
        if snapshot.activity:
            self._activity = snapshot.activity
            self._seen_layers = self._analysis.spec.layers
        if look is not None or snapshot.activity:
            self._refresh()

    def show_engine(self, engine: Engine) -> None:
        """Without TensorFlow no network is built."""
        self._engine = engine
        self._refresh()

    def clear_run(self) -> None:
        """A new run begins: what is shown stays, paler, until the first look at it."""
        self._new_run = True
        self._refresh()

    def probe_request(self) -> ProbeRequest:
        if not self.isVisible() or self._analysis is None or self._analysis.errors or self._layer is None:
            return ProbeRequest()
        if self.page.choice == "units":
            watched = any(switches_off(layer) or ends_of(layer) for layer in self._analysis.spec.layers)
            return ProbeRequest(activity=WATCHED if watched else 0)
        return ProbeRequest(weights_of=self._layer if self._analysis.shapes[self._layer].parameters else None)

    def choose_layer(self, layer: int | None) -> None:
        """Show another layer, chosen here or on the canvas; None leaves it as it is."""
        known = len(self._analysis.spec.layers) if self._analysis is not None else 0
        if layer is None or layer == self._layer or layer >= known:  # one that was added just now may not be told of yet
            return
        self._layer = layer
        self.layers.choose(layer)
        self._refresh()
        self.probe_changed.emit()

    @property
    def layer(self) -> int | None:
        """The layer that is shown."""
        return self._layer

    @property
    def stale(self) -> bool:
        """Whether what is shown is of a network that is no more."""
        return self._new_run or (self._analysis is not None and self._seen_layers != self._analysis.spec.layers)

    def _forget(self) -> None:
        self._histories.clear()
        self._activity = ()
        self.pictures.forget_scales()
        self._new_run = False

    def _on_page(self, _key: str) -> None:
        self._refresh()
        self.probe_changed.emit()

    def _refresh(self) -> None:
        on_units = self.page.choice == "units"
        self.layers.setVisible(not on_units)
        hindered = self._hindrance()
        if hindered is not None:
            self.nothing.say(*hindered)
            self._stack.setCurrentWidget(self.nothing)
            return
        if on_units:
            self._stack.setCurrentWidget(self.units)
            self.units.show_lines(self._unit_lines(), stale=self.stale)
            return
        assert self._layer is not None
        history = self._histories[self._layer]
        assert history.newest is not None
        if self.page.choice == "pictures":
            self._stack.setCurrentWidget(self.pictures)
            self.pictures.show_arrays(self._layer, history.newest.arrays, self._unit(self._layer), stale=self.stale)
        else:
            self._stack.setCurrentWidget(self.rows)
            self.rows.show_history(history, stale=self.stale)

    def _hindrance(self) -> tuple[str, str] | None:
        """Why there is nothing to show, and what to do."""
        analysis = self._analysis
        if analysis is None or self._layer is None or not analysis.spec.layers:
            return self.tr("There is no layer yet."), self.tr("Add one: its weights stand here.")
        on_units, title = self.page.choice == "units", title_of(analysis.spec.layers[self._layer])
        if on_units and not any(switches_off(layer) or ends_of(layer) for layer in analysis.spec.layers):
            return (
                self.tr("No layer of this network can fall silent."),
                self.tr("Units of relu may never fire, those of sigmoid and tanh may stay at their ends."),
            )
        if not on_units and analysis.is_known and not analysis.shapes[self._layer].parameters:
            return self.tr("{layer} has no weights.").format(layer=title), self.tr("Choose another layer at the left, or on the canvas.")
        known = bool(self._unit_lines()) if on_units else self._layer in self._histories
        if known and not (analysis.errors and self.stale):  # of a network that cannot be there is no other to come
            return None
        if not analysis.is_known:
            return self.tr("The data is missing."), self.tr("Find it, or choose another set: its shape makes the weights.")
        if analysis.errors:
            return broken()
        if self._engine is Engine.MISSING:
            return without_engine()
        return self.tr("Nothing is known of this network yet."), self.tr("Its weights stand here as soon as it is built.")

    def _unit(self, layer: int) -> str:
        assert self._analysis is not None
        return self.tr("filter") if isinstance(self._analysis.spec.layers[layer], Conv1D | Conv2D) else self.tr("unit")

    def _unit_lines(self) -> list[UnitLine]:
        assert self._analysis is not None
        layers = self._analysis.spec.layers
        if len(layers) != len(self._activity):
            return []
        of_test = self._dataset is None or len(self._dataset.test) > 0
        last = max((i for i, layer in enumerate(layers) if not layer.disabled), default=-1)
        return [
            UnitLine(layer_text(layer), function_of(layer) or "", told, of_test, i == last)
            for i, (layer, told) in enumerate(zip(layers, self._activity, strict=True))
            if told.silent is not None or told.at_ends is not None
        ]

    # ---- the room

    def set_terse(self, terse: bool) -> None:
        self.page.set_icons(ICONS if terse else {})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.layers.setMaximumWidth(max(self.layers.minimumSizeHint().width(), round(MOST_LIST * self.width())))

    # ---- taking away

    def takeaway(self) -> TakeAway | None:
        """The picture in sight with its numbers; None while there is none."""
        if self._stack.currentWidget() is self.nothing:
            return None
        drawn, table = {
            "histograms": (self.rows.widget(), self._histogram_table), "pictures": (self.pictures, self._value_table),
            "units": (self.units.widget(), self._unit_rows),
        }[self.page.choice or "histograms"]  # fmt: skip
        assert drawn is not None
        return TakeAway(f"weights-{self.page.choice}", picture_of(drawn, self.theme), table)

    def _histogram_table(self) -> Table:
        return Table(("epoch", "array", "of", "from", "to", "count"), list(self._bins()))

    def _bins(self) -> Iterator[tuple[object, ...]]:
        history = self._histories[self._layer or 0]
        for index, array in enumerate(history.newest.arrays if history.newest is not None else ()):
            for epoch, spreads in history.of(index):
                for what, spread in zip(("weights", "gradients"), spreads, strict=True):
                    if spread is not None:
                        drawn = spread.histogram
                        for low, high, n in zip(drawn.edges[:-1], drawn.edges[1:], drawn.counts, strict=True):
                            yield epoch, array.name, what, float(low), float(high), int(n)

    def _value_table(self) -> Table:
        array = self.pictures.array
        values = np.zeros(0) if array is None else array.picture
        names = {4: ("row", "column", "channel", "unit"), 2: ("input", "unit"), 1: ("unit",)}
        rows = [(*index, float(value)) for index, value in np.ndenumerate(values)]
        return Table((*names[values.ndim], "weight"), rows)

    def _unit_rows(self) -> Table:
        rows = [
            (line.title, line.function, line.activity.units, line.activity.samples, line.activity.silent, line.activity.at_ends)
            for line in self._unit_lines()
        ]
        return Table(("layer", "activation", "units", "samples", "never fire", "share of outputs at an end"), rows)
