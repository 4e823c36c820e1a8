"""The network panel: the canvas, the switch between its two pictures, and what is asked of the document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.problems import Fix
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Array
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.edit import Edit
from nnplayground.ui.network.canvas import NetworkCanvas
from nnplayground.ui.network.commands import LayerCommands
from nnplayground.ui.network.context_menu import context_menu, label
from nnplayground.ui.network.editors import Editors
from nnplayground.ui.network.keys import Command, key_list
from nnplayground.ui.network.menu import AddLayerMenu
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.plan import Mode, columns, place_for_new
from nnplayground.ui.network.presets_list import PresetsList
from nnplayground.ui.network.selection import NONE, Selection
from nnplayground.ui.network.strips import Legend, Overview
from nnplayground.ui.network.tiles import GRID
from nnplayground.ui.network.weights import place_of
from nnplayground.ui.network.weights_table import MOST as MOST_WEIGHTS
from nnplayground.ui.panel import Panel
from nnplayground.ui.takeaway import TakeAway, picture_of_scene
from nnplayground.ui.theme.numbers import UNKNOWN, count
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.segmented import Segmented


class NetworkPanel(Panel):
    """Shows the stack of layers and asks for its changes."""

    edit_requested = Signal(object)
    layer_selected = Signal(object)
    """The index of the layer that was chosen, or None."""
    choice_changed = Signal(object)
    """The `Selection`: all layers that are chosen, of which `layer_selected` names the last."""
    weight_requested = Signal(object)
    """A `WeightChange`: another value for one weight of the network that is there."""
    said = Signal(str)
    refused = Signal(str)
    probe_changed = Signal()
    """`probe_request` answers differently now."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("NetworkPanel", "Network"), parent=parent)
        self.setObjectName("networkPanel")
        self._analysis: Analysis | None = None
        self._choice: Mode | None = None
        self._neurons_possible = False
        self._gap: int | None = None
        self.fetch_weights: Callable[[Callable[[Table], None]], None] | None = None
        """Has all weights fetched for whoever takes them away; the panel itself sees only what is drawn."""
        self.canvas = NetworkCanvas(theme, self)
        self.menu = AddLayerMenu(theme, self)
        self.commands = LayerCommands(self)
        self.editors = Editors(theme, self.canvas, self.commands)
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
        icons: dict[str, str] = {Mode.NEURONS: "graph-outline", Mode.CARDS: "view-column-outline"}
        self.fold_by_need(
            lambda on: self.switch.set_icons(icons if on else {}), self.set_brief, tools=(self.presets_button, self.fit_button))
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
        self.menu.chosen.connect(self.commands.insert)
        self.overview.chosen.connect(lambda layer: self._choose(NONE.only(layer)))
        canvas.choice_changed.connect(self._on_chosen)
        canvas.command_given.connect(self.do)
        canvas.menu_requested.connect(self._open_context_menu)
        canvas.insert_requested.connect(self._open_menu_at)
        canvas.move_requested.connect(self.commands.move)
        canvas.resize_requested.connect(self.commands.step_size)
        self.commands.edit_requested.connect(self.edit_requested)
        self.commands.selection_wanted.connect(self._choose)
        self.commands.said.connect(self.said)
        self.commands.refused.connect(self.refused)
        self.editors.weight_requested.connect(self.weight_requested)
        canvas.fix_chosen.connect(self._fix)
        canvas.sample_requested.connect(self._step_sample)
        canvas.way_left.connect(lambda: self.show_sample(None))

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = self.commands.analysis = analysis
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
        self.editors.show_layers(analysis.spec.layers)
        left = self.canvas.selection.within(len(analysis.spec.layers))
        if left != self.canvas.selection:
            self._choose(left)
        self._show_overview()

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Samples of the data; None while they load."""
        self.canvas.show_dataset(dataset)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.canvas.show_snapshot(snapshot)
        self.legend.show_followed(self.canvas.cards.sample.caption if self.canvas.neurons.way else "")
        self.editors.show_weights()

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
        plane, sample = self._analysis.facts.is_plane, self.canvas.cards.sample
        followed = sample.x if sample.is_put else None
        return ProbeRequest(grid=GRID if plane else 0, neurons=plane, neuron_grid=GRID, weights=True, activations=followed)

    def takeaway(self) -> TakeAway | None:
        """The whole canvas, what is scrolled out of sight included; and all weights, of which there may be too many."""
        if self._analysis is None or not self._analysis.spec.layers:
            return None
        few = 0 < self._analysis.parameters < MOST_WEIGHTS
        picture = self.canvas.picture
        write = picture_of_scene(self.canvas.scene(), self.theme, picture.boundingRect())  # the scene's own rectangle never shrinks

        def write_network(path: Path) -> None:
            with picture.only_network():
                write(path)

        return TakeAway("network", write_network, fetch=self.fetch_weights if few else None)

    def show_sample(self, sample: Array | None, caption: str = "") -> None:
        """Show what the cards' layers do with a sample (*input_shape, as the data has them); None, or one of other data: one of ours."""
        self.canvas.cards.put_sample(sample, caption)
        if not self.follows_sample:
            self.canvas.neurons.leave_way()
            self.legend.show_followed("")
        self.probe_changed.emit()

    @property
    def follows_sample(self) -> bool:
        """Whether neurons or cards show what a sample from elsewhere does."""
        return self.canvas.cards.sample.is_put

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
        self.canvas.select(NONE.only(layer))
        self.commands.selection = self.canvas.selection
        self._show_overview()

    # ---- what is asked for

    def fill_menu(self, menu: QMenu) -> None:
        """What the menu bar offers for the network; the keys are the canvas's own."""
        menu.addAction(self.tr("Add layer …"), self._open_menu).setObjectName("addLayerAction")
        presets = menu.addMenu(self.tr("Presets"))
        presets.setObjectName("presetsActions")
        presets.aboutToShow.connect(lambda: self.presets.fill_menu(presets))
        self._add_commands(menu, (Command.DUPLICATE, Command.SWITCH, Command.RENAME, Command.REMOVE))

    def keys(self) -> tuple[str, list[tuple[str, str]]]:
        """The canvas's keys, for the list of all keys: a title, and keys with what they do."""
        return self.tr("On the network"), list(key_list())

    def fill_edit_menu(self, menu: QMenu) -> None:
        """What the Edit menu offers for layers."""
        self._add_commands(menu, (Command.CUT, Command.COPY, Command.PASTE), self.tr(" layers"))

    def _add_commands(self, menu: QMenu, commands: tuple[Command, ...], more: str = "") -> None:
        actions: list[tuple[Command, QAction]] = []
        for command in commands:
            action = menu.addAction(command.menu_text, partial(self.do, command))
            action.setObjectName(f"{command.name.lower()}LayersAction")
            actions.append((command, action))

        def refresh() -> None:
            if self._analysis is not None:
                for command, action in actions:
                    action.setText(label(command, self._analysis.spec, self.canvas.selection).replace("\t", f"{more}\t"))
                    alone = command is not Command.RENAME or len(self.canvas.selection.chosen) == 1
                    action.setEnabled(command is Command.PASTE or (self.canvas.selected is not None and alone))

        menu.aboutToShow.connect(refresh)

    def do(self, command: Command) -> None:
        """Carry out a command on the chosen layers."""
        layer = self.canvas.selected
        match command:
            case Command.RENAME:
                self.editors.edit_name()
            case Command.RESIZE:
                self.editors.edit_size()
            case Command.WEIGHTS:
                self.editors.edit_weights()
            case Command.ADD_BEFORE | Command.ADD_AFTER if self._analysis is not None:
                behind = place_for_new(self._analysis.spec, layer)
                index = self._gap if self._gap is not None else layer if command is Command.ADD_BEFORE and layer is not None else behind
                self._open_menu_at(index, self.canvas.global_gap(index))
            case Command.PASTE:
                self.commands.paste(self._gap)
            case _:
                self.commands.do(command)

    def _fix(self, fix: Fix) -> None:
        self._ask(fix.label, lambda _spec: fix.spec)

    def _ask(self, text: str, apply: object, merge: str = "") -> None:
        self.edit_requested.emit(Edit(text, apply, merge))  # type: ignore[arg-type]

    # ---- within

    def _on_chosen(self, selection: Selection) -> None:
        self.commands.visit += 1
        self.commands.selection = self.canvas.selection
        self.choice_changed.emit(self.canvas.selection)
        self._show_overview()
        self.layer_selected.emit(selection.current)

    def _choose(self, selection: Selection) -> None:
        self.canvas.select(selection)
        self._on_chosen(selection)

    def _open_context_menu(self, hit: Hit | None, place: QPoint) -> None:
        if self._analysis is None:
            return
        canvas = self.canvas
        weights = self.editors.has_weights(canvas.selected)
        menu = context_menu(self, self._analysis.spec, canvas.selection, hit, weights=weights)
        gap = hit.layer if hit is not None and hit.part is Part.INSERT else None

        def chosen(action: QAction) -> None:
            self._gap = gap
            pointed = place_of(hit) if hit is not None else None
            if action.data() is Command.WEIGHTS and pointed is not None:
                self.editors.edit_weight(pointed)
            else:
                self.do(action.data())
            self._gap = None

        menu.triggered.connect(chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

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
