"""The chosen layer's arguments, as its own description has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LayerBase, Shape
from nnplayground.core.problems import Fix, Problem
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Typed
from nnplayground.ui.edit import Edit
from nnplayground.ui.inspector.form import Form
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme import numbers
from nnplayground.ui.theme.theme import Role, Theme


class InspectorPanel(Panel):
    """Shows one layer; every change is asked for as an `Edit`."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Inspector"), parent=parent)
        self.setObjectName("inspector")
        self._analysis: Analysis | None = None
        self._index: int | None = None
        self._form: Form | None = None
        frozen = self.tr("Freeze: training leaves this layer's weights as they are. Keras: trainable")
        self._freeze = self.add_tool("snowflake", frozen, "freezeLayer")
        self._freeze.setCheckable(True)
        self._duplicate = self.add_tool("content-copy", self.tr("Duplicate this layer"), "duplicateLayer")
        self._remove = self.add_tool("trash-can-outline", self.tr("Remove this layer"), "removeLayer")
        self._freeze.clicked.connect(self._toggle_trainable)
        self._duplicate.clicked.connect(self._ask_duplicate)
        self._remove.clicked.connect(self._ask_remove)
        self._summary = self._label(Role.HELPER, "muted")
        self._problem = self._label(Role.HELPER, "error")
        self._problem.setObjectName("layerProblem")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shapes, self._parameters = QLabel(), QLabel()
        theme.use_font(self._shapes, Role.HELPER)
        theme.use_font(self._parameters, Role.HELPER, weight=600)
        self._shapes.setObjectName("layerShapes")
        foot = QHBoxLayout()
        foot.addWidget(self._shapes, 1)
        foot.addWidget(self._parameters)
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        self._foot = QWidget()
        column = QVBoxLayout(self._foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line)
        column.addLayout(foot)
        for widget, stretch in ((self._summary, 0), (self._problem, 0), (self._scroll, 1), (self._foot, 0)):
            self.body.addWidget(widget, stretch)
        self.body.addStretch(0)
        self._show()

    def _label(self, role: Role, tone: str) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        self.theme.use_font(label, role)
        return label

    def show_layer(self, index: int | None) -> None:
        """Show the layer of this index; None: none is chosen."""
        self._index = index
        self._show()

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the project's layer as it is now; emits nothing."""
        self._analysis = analysis
        self._show()

    @property
    def _layer(self) -> LayerBase | None:
        if self._analysis is None or self._index is None or self._index >= len(self._analysis.spec.layers):
            return None
        return self._analysis.spec.layers[self._index]

    def _show(self) -> None:
        layer = self._layer
        for tool in (self._freeze, self._duplicate, self._remove):
            tool.setVisible(layer is not None)
        self._scroll.setVisible(layer is not None)
        self._foot.setVisible(layer is not None)
        if layer is None or self._analysis is None or self._index is None:
            self.set_title(self.tr("Inspector"))
            self._summary.setText(self.tr("Choose a layer to see and change what it is made of."))
            self._problem.hide()
            self._drop_form()
            return
        shape = self._analysis.shapes[self._index]
        self.set_title(self.tr("{type}, layer {number}").format(type=_type(layer), number=self._index + 1))
        self._summary.setText(layer.summary)
        self._freeze.setChecked(not layer.trainable)
        self._show_form(layer)
        self._shapes.setText(f"{_batch_shape(shape.input)} → {_batch_shape(shape.output)}")
        self._parameters.setText(self.tr("{n} parameters").format(n=numbers.count(shape.parameters)))

    def _show_form(self, layer: LayerBase) -> None:
        if self._form is None or self._form.model is not type(layer):
            self._drop_form()
            self._form = Form(self.theme, type(layer))
            self._form.changed.connect(self._ask_change)
            self._form.fix_chosen.connect(self._ask_fix)
            self._scroll.setWidget(self._form)
            for ground in (self._form, self._scroll.viewport()):  # the panel's own surface shows through
                ground.setAutoFillBackground(False)
        self._form.show_value(layer)
        assert self._analysis is not None
        own = {p.path: p for p in reversed(self._analysis.problems) if p.layer == self._index}
        by_field: dict[str, Problem] = {path.partition("].")[2]: p for path, p in own.items()}
        self._form.show_problems(by_field)
        whole = by_field.get("")
        self._problem.setVisible(whole is not None)
        self._problem.setText(whole.message if whole is not None else "")

    def _drop_form(self) -> None:
        if self._form is not None:
            self._scroll.takeWidget()
            self._form.deleteLater()
            self._form = None

    # ---- what is asked for

    def _ask_change(self, changed: Typed) -> None:
        index, layer, form = self._index, self._layer, self._form
        if index is None or layer is None or form is None:
            return
        name = form.last_changed
        before, after = getattr(layer, name), getattr(changed, name)
        text = self.tr("{name} {before} → {after}").format(name=name, before=_short(before), after=_short(after))
        merge = f"layers[{index}].{name}" if isinstance(after, int) and not isinstance(after, bool) else ""
        self.edit_requested.emit(Edit(text, lambda spec: edits.change_layer(spec, index, **{name: after}), merge))

    def _ask_fix(self, fix: Fix) -> None:
        self.edit_requested.emit(Edit(fix.label, lambda _spec: fix.spec))

    def _toggle_trainable(self) -> None:
        index, layer = self._index, self._layer
        if index is not None and layer is not None:
            text = self.tr("Freeze {type}") if layer.trainable else self.tr("Unfreeze {type}")
            trainable = not layer.trainable
            self._ask(text, layer, lambda spec: edits.change_layer(spec, index, trainable=trainable))

    def _ask_duplicate(self) -> None:
        index, layer = self._index, self._layer
        if index is not None and layer is not None:
            copy = edits.changed(layer, name=None)
            self._ask(self.tr("Duplicate {type}"), layer, lambda spec: edits.insert_layer(spec, index + 1, copy))

    def _ask_remove(self) -> None:
        index, layer = self._index, self._layer
        if index is not None and layer is not None:
            self._ask(self.tr("Remove {type}"), layer, lambda spec: edits.remove_layer(spec, index))

    def _ask(self, text: str, layer: LayerBase, apply: Callable[[ProjectSpec], ProjectSpec]) -> None:
        self.edit_requested.emit(Edit(text.format(type=_type(layer)), apply))


def _type(layer: LayerBase) -> str:
    return type(layer).__name__


def _batch_shape(shape: Shape | None) -> str:
    """As Keras writes it, the batch axis first."""
    return "?" if shape is None else f"({', '.join(['None', *map(str, shape)])})"


def _short(value: Any) -> str:
    if isinstance(value, Typed):
        return type(value).__name__
    return f"{value:g}" if isinstance(value, float) else str(value)
