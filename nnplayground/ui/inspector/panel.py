"""What the chosen layer is made of; with none chosen, how the network is trained. Both as their descriptions have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.choices import steps_of
from nnplayground.core.data_spec import SourceChoice
from nnplayground.core.layers import LayerBase, Shape
from nnplayground.core.problems import Fix, Problem
from nnplayground.core.shapes import LayerShape
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Value
from nnplayground.data.dataset import Dataset, Source
from nnplayground.ui import layer_edits
from nnplayground.ui.edit import Edit
from nnplayground.ui.inspector.around import Around, AroundLayer, AroundTraining
from nnplayground.ui.inspector.form import Change, Form, Place
from nnplayground.ui.inspector.naming import change_name, change_turn
from nnplayground.ui.inspector.notice import Notice
from nnplayground.ui.network.selection import NONE, Selection
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme import numbers
from nnplayground.ui.theme.theme import Role, Theme

TRAINING = "training"
LOW = 250
"""The height below which what a layer does is left to its card: its arguments need the room."""


class InspectorPanel(Panel):
    """Shows one layer, or the training; every change is asked for as an `Edit`."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Inspector"), parent=parent)
        self.setObjectName("inspector")
        self._told: Analysis | None = None
        self._dataset: Dataset | None = None
        self._analysis: Analysis | None = None
        """What was told of the project, with the numbers of samples that are really there: the sample may stand in for the full set."""
        self._index: int | None = None
        self._choice = NONE
        self._form: Form | None = None
        self._visit = 0
        """Counts layers come to: what is done in two visits of one is two steps."""
        self._zoom = theme.zoom
        self._layer_around, self._training_around = AroundLayer(), AroundTraining()
        frozen = self.tr("Freeze: training leaves this layer's weights as they are. Keras: trainable")
        self._freeze = self.add_tool("snowflake", frozen, "freezeLayer")
        self._freeze.setCheckable(True)
        self._switch = self.add_tool("eye-off-outline", self.tr("Switch off: the network is built without this layer"), "switchLayer")
        self._switch.setCheckable(True)
        self._duplicate = self.add_tool("content-copy", self.tr("Duplicate this layer"), "duplicateLayer")
        self._remove = self.add_tool("trash-can-outline", self.tr("Remove this layer"), "removeLayer")
        for button, edit in ((self._freeze, layer_edits.freeze), (self._switch, layer_edits.switch),
                             (self._duplicate, layer_edits.duplicate), (self._remove, layer_edits.remove)):  # fmt: skip
            button.clicked.connect(lambda _checked=False, edit=edit: self._ask_for_chosen(edit))
        self._several = self._label(Role.HELPER, "accent")
        self._several.setObjectName("chosenLayers")
        self._summary = self._label(Role.HELPER, "muted")
        self._problem = Notice(theme)  # over the form's lower end: a sentence moves nothing, and asks nobody for room
        self._problem.setObjectName("layerProblem")
        self._problem.fix_chosen.connect(self._ask_fix)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shapes, self._parameters = QLabel(), QLabel()
        theme.use_font(self._shapes, Role.HELPER)
        theme.use_font(self._parameters, Role.HELPER, weight=600)
        self._shapes.setObjectName("layerShapes")
        self._parameters.setObjectName("layerParameters")
        self._parameters.setWordWrap(True)
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        self._foot = QWidget()
        column = QVBoxLayout(self._foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (line, self._shapes, self._parameters):
            column.addWidget(part)
        for widget, stretch in ((self._several, 0), (self._summary, 0), (self._scroll, 1), (self._foot, 0)):
            self.body.addWidget(widget, stretch)
        self.body.addStretch(0)
        self._pin_problem()
        theme.changed.connect(self._on_theme)
        self._show()

    def _pin_problem(self) -> None:
        self._problem.setParent(self._scroll)
        self._problem.setAutoFillBackground(True)
        self._problem.setBackgroundRole(QPalette.ColorRole.Base)
        self._scroll.installEventFilter(self)

    def _label(self, role: Role, tone: str) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        self.theme.use_font(label, role)
        return label

    def show_layer(self, index: int | None) -> None:
        """Show the layer of this index; None shows the training."""
        if index != self._index:
            self._visit += 1
            if self._form is not None:
                self._form.forget()  # a number that was being typed is not the next layer's
        self._index = index
        self._show()

    def show_choice(self, selection: Selection) -> None:
        """All layers that are chosen: the buttons work on each of them, the form on the last."""
        self._choice = selection
        self.show_layer(selection.current)

    @property
    def _targets(self) -> tuple[int, ...]:
        """What the buttons work on."""
        if self._analysis is None or self._index is None:
            return ()
        chosen = self._choice.within(len(self._analysis.spec.layers)).chosen
        return chosen if self._index in chosen else (self._index,)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the project as it is now; emits nothing."""
        self._told = analysis
        known, dataset = analysis.facts, self._dataset
        is_sample = dataset is not None and dataset.source is Source.SAMPLE and analysis.spec.data.source is not SourceChoice.FULL
        if dataset is not None and is_sample and dataset.facts.name == known.name:
            known = replace(known, train_samples=dataset.facts.train_samples, test_samples=dataset.facts.test_samples)
        self._analysis = self._training_around.analysis = replace(analysis, facts=known)
        self._show()

    def show_dataset(self, dataset: Dataset | None) -> None:
        """The samples that were loaded; None while there are none."""
        self._dataset = dataset
        if self._told is not None:
            self.show_analysis(self._told)

    @property
    def _layer(self) -> LayerBase | None:
        if self._analysis is None or self._index is None or self._index >= len(self._analysis.spec.layers):
            return None
        return self._analysis.spec.layers[self._index]

    def _show(self) -> None:
        layer = self._layer
        for part in (self._freeze, self._switch, self._duplicate, self._remove, self._foot):
            part.setVisible(layer is not None)
        several = len(self._targets) if layer is not None else 0
        self._several.setText(self._told_of_several(layer, several) if layer is not None else "")
        self._several.setVisible(several > 1)
        if layer is not None:
            self._show_layer(layer)
        elif self._analysis is not None:
            self._show_training(self._analysis)

    def _told_of_several(self, layer: LayerBase, several: int) -> str:
        """What is chosen, and which of it a change of an argument changes."""
        alike, kind = len(self._alike), _type(layer)
        if alike == several:
            return self.tr("{n} layers chosen; what is set here holds for all").format(n=several)
        if alike > 1:
            return self.tr("{n} layers chosen; what is set here holds for the {alike} {kind}").format(n=several, alike=alike, kind=kind)
        number = (self._index or 0) + 1
        return self.tr("{n} layers chosen; what is set here holds for {kind}, layer {number}").format(n=several, kind=kind, number=number)

    @property
    def _alike(self) -> tuple[int, ...]:
        """Those chosen that have the same arguments as the one shown."""
        layer = self._layer
        if self._analysis is None or layer is None:
            return ()
        return tuple(i for i in self._targets if type(self._analysis.spec.layers[i]) is type(layer))

    def _show_layer(self, layer: LayerBase) -> None:
        assert self._analysis is not None
        assert self._index is not None
        shape = self._analysis.shapes[self._index]
        self.short_title = self.tr("Layer {number}").format(number=self._index + 1)
        self.set_title(self.tr("{type}, layer {number}").format(type=_type(layer), number=self._index + 1))
        self._summary.setText(layer.summary)
        self._freeze.setChecked(not layer.trainable)
        self._switch.setChecked(layer.disabled)
        self._layer_around.spec, self._layer_around.index = self._analysis.spec, self._index
        self._show_form(layer, self._layer_around, Place(), f"layers[{self._index}]")
        shapes = f"{_batch_shape(shape.input)} → {_batch_shape(shape.output)}"
        self._shapes.setText(shapes if self._analysis.is_known else numbers.UNKNOWN)
        self._parameters.setText(self._cost(shape) if self._analysis.is_known else self.tr("{n} parameters").format(n=numbers.UNKNOWN))
        batch = self._analysis.spec.training.batch_size
        outputs = numbers.memory(batch * shape.output_bytes) if shape.output_bytes else numbers.UNKNOWN
        self._foot.setToolTip(self.tr("The outputs for a batch of {n} take {size}.").format(n=numbers.count(batch), size=outputs))

    def _cost(self, shape: LayerShape) -> str:
        if not shape.parameters:
            return self.tr("No parameters")
        n = self.tr("1 parameter") if shape.parameters == 1 else self.tr("{n} parameters").format(n=numbers.count(shape.parameters))
        return f"{n} · {numbers.memory(shape.weight_bytes)}"

    def _show_training(self, analysis: Analysis) -> None:
        self.short_title = ""
        self.set_title(self.tr("Training"))
        training, steps = analysis.spec.training, steps_of(analysis.spec, analysis.facts)
        if analysis.is_known:
            self._summary.setText(self.tr("{steps} an epoch, {all} in all.").format(
                steps=self.tr("1 step") if steps == 1 else self.tr("{n} steps").format(n=numbers.count(steps)),
                all=numbers.count(steps * training.epochs)))  # fmt: skip
        else:
            self._summary.setText(self.tr("{n} steps an epoch: known once the data is there.").format(n=numbers.UNKNOWN))
        self._show_form(training, self._training_around, Place(f"{TRAINING}."), TRAINING)

    def _show_form(self, value: Value, around: Around, place: Place, path: str) -> None:
        if self._form is None or self._form.model is not type(value):
            self._drop_form()
            self._form = Form(self.theme, type(value), around, place)
            self._form.changed.connect(self._ask_change)
            self._form.fix_chosen.connect(self._ask_fix)
            self._scroll.setWidget(self._form)
            for ground in (self._form, self._scroll.viewport()):  # the panel's own surface shows through
                ground.setAutoFillBackground(False)
        self._form.show_value(value)
        self._show_problems(self._form, path)

    def _show_problems(self, form: Form, path: str) -> None:
        """Say what is wrong below each argument, the first thing last, so that it is what stays; the rest over the form's
        lower end, so that nothing moves away from under a hand that types.
        """
        assert self._analysis is not None
        whole: Problem | None = None
        for problem in reversed(self._analysis.problems):
            if problem.path == path or problem.path.startswith(f"{path}."):
                rest = problem.path[len(path) + 1 :]
                whole = whole if rest and form.show_problem(rest, problem) else problem
        if whole is None:
            self._problem.say("")
        else:
            self._problem.say(whole.message, whole.fixes, whole.severity)
        self._place_problem()

    def _place_problem(self) -> None:
        """At the lower end of the form, which can be scrolled clear of it; what is being typed in stays in sight."""
        there = not self._problem.isHidden()
        height = 0
        if there:
            # The bar's room is left free, whether it is there or not: it comes and goes with this very height.
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            self._problem.setFixedWidth(self._scroll.contentsRect().width() - bar)
            height = self._problem.wanted_height()
            self._problem.setGeometry(0, self._scroll.height() - height, self._problem.width(), height)
            self._problem.raise_()
        if self._form is not None:
            self._form.leave_below(height)
        if there:
            QTimer.singleShot(0, self, self._keep_in_sight)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._scroll and event.type() is QEvent.Type.Resize:
            self._place_problem()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._summary.setVisible(self.height() >= self.theme.pixels(LOW))

    def _keep_in_sight(self) -> None:
        control = self._scroll.focusWidget()
        if control is not None and self._form is not None and self._form.isAncestorOf(control):
            self._scroll.ensureWidgetVisible(control, 0, self._problem.height() if self._problem.isVisible() else 0)

    def _on_theme(self) -> None:
        if self.theme.zoom != self._zoom:  # labels stand beside or above their controls, as there is room
            self._zoom = self.theme.zoom
            self._drop_form()
            self._show()

    def _drop_form(self) -> None:
        if self._form is not None:
            self._visit += 1
            self._form.blockSignals(True)  # what goes away loses the keyboard, and would ask for what stands half typed in it
            self._scroll.takeWidget()
            self._form.deleteLater()
            self._form = None

    # ---- what is asked for

    def _ask_change(self, change: Change) -> None:
        name, *inner = change.path
        after = getattr(change.value, name)
        index, place = self._index, TRAINING
        apply: Callable[[ProjectSpec], ProjectSpec]
        if self._layer is not None and index is not None:
            indexes = (index,) if name == "name" else self._alike
            place, apply = f"layers{list(indexes)}", lambda spec: _with_all(spec, indexes, {name: after})
        elif name == "optimizer" and inner:
            argument = inner[0]
            apply = lambda spec: edits.change_optimizer(spec, **{argument: getattr(after, argument)})  # noqa: E731
        else:
            apply = lambda spec: edits.change_training(spec, **{name: after})  # noqa: E731
        counts = isinstance(change.after, int) and not isinstance(change.after, bool)
        merge = f"{place}.{'.'.join(change.path)} {self._visit} {change.typing or change.go}" if counts or change.typing else ""
        self.edit_requested.emit(Edit(change_name(change), apply, merge, change_turn(change) if merge else None))

    def _ask_fix(self, fix: Fix) -> None:
        self.edit_requested.emit(Edit(fix.label, lambda _spec: fix.spec))

    def _ask_for_chosen(self, edit: Callable[[ProjectSpec, Sequence[int]], Edit]) -> None:
        if self._analysis is not None and self._layer is not None:
            self.edit_requested.emit(edit(self._analysis.spec, self._targets))


def _with_all(spec: ProjectSpec, indexes: Sequence[int], arguments: dict[str, Any]) -> ProjectSpec:
    for index in indexes:
        spec = edits.change_layer(spec, index, **arguments)
    return spec


def _type(layer: LayerBase) -> str:
    return type(layer).__name__


def _batch_shape(shape: Shape | None) -> str:
    """As Keras writes it, the batch axis first."""
    return "?" if shape is None else f"({', '.join(['None', *map(str, shape)])})"
