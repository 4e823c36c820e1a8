"""The network panel: the canvas, the switch between its two pictures, and what is asked of the document."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LayerBase
from nnplayground.core.layers.base import MAX_UNITS
from nnplayground.core.problems import Fix
from nnplayground.core.spec import MAX_LAYERS
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Array
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.edit import Edit
from nnplayground.ui.network.canvas import NetworkCanvas
from nnplayground.ui.network.menu import AddLayerMenu
from nnplayground.ui.network.plan import Mode, columns, new_layer, place_for_new, size_field
from nnplayground.ui.network.presets_list import PresetsList
from nnplayground.ui.network.strips import Legend, Overview
from nnplayground.ui.network.tiles import GRID
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.numbers import UNKNOWN, count
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.segmented import Segmented


class NetworkPanel(Panel):
    """Shows the stack of layers and asks for its changes."""

    edit_requested = Signal(object)
    layer_selected = Signal(object)
    """The index of the layer that was chosen, or None."""
    probe_changed = Signal()
    """`probe_request` answers differently now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("NetworkPanel", "Network"), parent=parent)
        self.setObjectName("networkPanel")
        self._analysis: Analysis | None = None
        self._choice: Mode | None = None
        self._neurons_possible = False
        self._resizes = 0
        self.canvas = NetworkCanvas(theme, self)
        self.menu = AddLayerMenu(self)
        self.legend, self.overview = Legend(theme, self), Overview(theme, self)
        self.switch = Segmented(theme, (
            (Mode.NEURONS, self.tr("Neurons"), self.tr("Every neuron a picture of what it gives.")),
            (Mode.CARDS, self.tr("Cards"), self.tr("Every layer a card with its shape and parameters.")),
        ), self.tr("Picture of the network"))  # fmt: skip
        self.add_header_widget(self.switch)
        self._row.addSpacing(6)
        self.add_button = self.add_tool("plus", self.tr("Add a layer behind the chosen one, or before the last."), "addLayerButton")
        self.add_button.setText(self.tr("Layer"))
        self.add_button.setAccessibleName(self.tr("Add a layer"))
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.presets_button = self.add_tool("shape-outline", self.tr("Presets: networks that suit the data."), "presetsButton")
        self.presets_button.setAccessibleName(self.tr("Presets"))
        self.presets = PresetsList(theme, self)
        self.fit_button = self.add_tool("fit-to-screen-outline", self.tr("Show the whole network at once."), "fitNetworkButton")
        self.fit_button.setCheckable(True)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        for widget, stretch in ((self.canvas, 1), (self.legend, 0), (self.overview, 0)):
            self.body.addWidget(widget, stretch)
        self._connect()

    def _connect(self) -> None:
        canvas = self.canvas
        self.switch.chosen.connect(self._choose_mode)
        self.add_button.clicked.connect(self._open_menu)
        self.presets_button.clicked.connect(lambda: self.presets.open_below(self.presets_button))
        self.presets.edit_requested.connect(self.edit_requested)
        self.fit_button.toggled.connect(canvas.set_fit)
        self.menu.chosen.connect(self._insert)
        self.overview.chosen.connect(self._select)
        canvas.layer_chosen.connect(self._on_layer_chosen)
        canvas.insert_requested.connect(self._open_menu_at)
        canvas.remove_requested.connect(self.remove)
        canvas.duplicate_requested.connect(self.duplicate)
        canvas.move_requested.connect(self._move)
        canvas.resize_requested.connect(self._resize)
        canvas.fix_chosen.connect(self._fix)
        canvas.sample_requested.connect(self._step_sample)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.presets.show_analysis(analysis)
        found = columns(analysis, self.tr("Input"), self.tr("features"))
        self._neurons_possible = found is not None
        neurons = self.switch.button(Mode.NEURONS)
        neurons.setEnabled(self._neurons_possible)
        neurons.setToolTip(
            self.tr("Every neuron a picture of what it gives.") if self._neurons_possible
            else self.tr("The data is missing: how many inputs there are is known once it is there.") if not analysis.is_known
            else self.tr("For up to 8 Dense layers with 10 units each: this network is larger, or of another kind.")
        )  # fmt: skip
        self.canvas.show_analysis(analysis, found)
        self._show_mode()
        self.set_subtitle(self.tr("{n} parameters").format(n=count(analysis.parameters) if analysis.is_known else UNKNOWN))
        selected = self.canvas.selected
        if selected is not None and selected >= len(analysis.spec.layers):
            self._select(len(analysis.spec.layers) - 1 if analysis.spec.layers else None)
        self._show_overview()

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Samples of the data; None while they load."""
        self.canvas.show_dataset(dataset)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.canvas.show_snapshot(snapshot)

    def clear_run(self) -> None:
        """A new run begins: pictures stay, paler, until its first snapshot."""
        self.canvas.neurons.stale = bool(self.canvas.neurons.maps)
        self.canvas.neurons.update()
        self.canvas.cards.grow_stale()

    def probe_request(self) -> ProbeRequest:
        """The neurons' picture wants every weight, and over a plane every neuron's map; cards what one sample does in each layer."""
        if self._analysis is None or not self._analysis.spec.layers:
            return ProbeRequest()
        if self.mode is Mode.CARDS:
            return ProbeRequest(activations=self.canvas.cards.sample.x, pictures_only=True)
        plane = self._analysis.facts.is_plane
        return ProbeRequest(grid=GRID if plane else 0, neurons=plane, neuron_grid=GRID, weights=True)

    def show_sample(self, sample: Array | None, caption: str = "") -> None:
        """Show what the cards' layers do with a sample (*input_shape, as the data has them); None: with one of the data again.

        Raises ValueError, with a sentence, when the network does not take samples of this shape.
        """
        self.canvas.cards.put_sample(sample, caption)
        self.probe_changed.emit()

    def _step_sample(self, step: int) -> None:
        self.canvas.cards.step_sample(step)
        self.probe_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the canvas does not know: Page up and Page down go through the samples on the inputs' card."""
        step = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(event.key()), 0)
        if step and self.mode is Mode.CARDS and self.canvas.cards.sample.can_step:
            self._step_sample(step)
        else:
            super().keyPressEvent(event)

    @property
    def mode(self) -> Mode:
        return self.canvas.mode

    def select_layer(self, layer: int | None) -> None:
        """Mark a layer, as chosen elsewhere; `layer_selected` is not emitted."""
        self.canvas.select(layer)
        self._show_overview()

    # ---- what is asked for

    def fill_menu(self, menu: QMenu) -> None:
        """What the menu bar offers for the network; the keys are the canvas's own."""
        menu.addAction(self.tr("Add layer …"), self._open_menu).setObjectName("addLayerAction")
        presets = menu.addMenu(self.tr("Presets"))
        presets.setObjectName("presetsActions")
        presets.aboutToShow.connect(lambda: self.presets.fill_menu(presets))
        chosen = (
            menu.addAction(self.tr("Duplicate layer\tCtrl+D"), lambda: self._of_selected(self.duplicate)),
            menu.addAction(self.tr("Remove layer\tDel"), lambda: self._of_selected(self.remove)),
        )

        def enable() -> None:
            for action in chosen:
                action.setEnabled(self.canvas.selected is not None)

        menu.aboutToShow.connect(enable)

    def _of_selected(self, act: Callable[[int], None]) -> None:
        if self.canvas.selected is not None:
            act(self.canvas.selected)

    def remove(self, layer: int) -> None:
        """Ask for a layer to be taken out; its neighbour is chosen instead."""
        analysis = self._analysis
        if analysis is None:
            return
        name, rest = type(analysis.spec.layers[layer]).__name__, len(analysis.spec.layers) - 1
        self._ask(self.tr("Remove {layer}").format(layer=name), lambda spec: edits.remove_layer(spec, layer))
        self._select(min(layer, rest - 1) if rest else None)

    def duplicate(self, layer: int) -> None:
        """Ask for a second layer like this one behind it; a name stays with the first."""
        analysis = self._analysis
        if analysis is None or len(analysis.spec.layers) >= MAX_LAYERS:
            return
        copy = edits.changed(analysis.spec.layers[layer], name=None)
        text = self.tr("Duplicate {layer}").format(layer=type(copy).__name__)
        self._ask(text, lambda spec: edits.insert_layer(spec, layer + 1, copy))
        self._select(layer + 1)

    def _insert(self, cls: type[LayerBase], index: int) -> None:
        analysis = self._analysis
        if analysis is None:
            return
        layer = new_layer(cls, analysis.spec, index)
        self._ask(self.tr("Add {layer}").format(layer=cls.__name__), lambda spec: edits.insert_layer(spec, index, layer))
        self._select(index)

    def _move(self, layer: int, to: int) -> None:
        analysis = self._analysis
        if analysis is None:
            return
        text = self.tr("Move {layer}").format(layer=type(analysis.spec.layers[layer]).__name__)
        self._ask(text, lambda spec: edits.move_layer(spec, layer, to))
        self._select(to)

    def _resize(self, layer: int, step: int) -> None:
        analysis = self._analysis
        field = size_field(analysis.spec.layers[layer]) if analysis is not None else None
        if analysis is None or field is None:
            return
        before = getattr(analysis.spec.layers[layer], field)
        after = min(max(before + step, 1), MAX_UNITS)
        if after != before:
            text = self.tr("{field} {before} → {after}").format(field=field, before=before, after=after)
            self._ask(text, lambda spec: edits.change_layer(spec, layer, **{field: after}), f"resize {layer} {field} {self._resizes}")

    def _fix(self, fix: Fix) -> None:
        self._ask(fix.label, lambda _spec: fix.spec)

    def _ask(self, text: str, apply: object, merge: str = "") -> None:
        self.edit_requested.emit(Edit(text, apply, merge))  # type: ignore[arg-type]

    # ---- within

    def _on_layer_chosen(self, layer: int | None) -> None:
        self._resizes += 1
        self._show_overview()
        self.layer_selected.emit(layer)

    def _select(self, layer: int | None) -> None:
        self.canvas.select(layer)
        self._on_layer_chosen(layer)

    def _choose_mode(self, key: str) -> None:
        self._choice = Mode(key)
        self._show_mode()

    def _show_mode(self) -> None:
        mode = Mode.NEURONS if self._neurons_possible and self._choice is not Mode.CARDS else Mode.CARDS
        if mode is not self.canvas.mode:
            self.canvas.set_mode(mode)
            self.probe_changed.emit()
        self.switch.choose(mode)
        self.legend.setVisible(mode is Mode.NEURONS)
        self._show_overview()

    def _show_overview(self) -> None:
        if self._analysis is not None:
            self.overview.show_analysis(self._analysis, self.canvas.selected)
            self.overview.setVisible(self.mode is Mode.CARDS and self._analysis.parameters > 0)

    def _open_menu(self) -> None:
        if self._analysis is not None:
            place = self.add_button.mapToGlobal(self.add_button.rect().bottomLeft())
            self.menu.open_at(self._analysis, place_for_new(self._analysis.spec, self.canvas.selected), place)

    def _open_menu_at(self, index: int, place: QPoint) -> None:
        if self._analysis is not None:
            self.menu.open_at(self._analysis, index, place)
