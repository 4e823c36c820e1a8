"""The inspector: the chosen layer's arguments, shapes and parameters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LayerBase, Shape
from nnplayground.core.problems import Fix, Problem
from nnplayground.core.spec import MAX_LAYERS, ProjectSpec
from nnplayground.core.value import Typed, snake_case
from nnplayground.ui.edit import Edit
from nnplayground.ui.inspector.form import Form, Note
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme


class InspectorPanel(Panel):
    """Shows one layer. Every change is asked of the document; what was typed in one visit to a field is one step back."""

    edit_requested = Signal(object)
    layer_selected = Signal(object)
    """Another layer is chosen now: the copy that was made, or the neighbour of the one removed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("InspectorPanel", "Inspector"), parent=parent)
        self.setObjectName("inspector")
        self._analysis: Analysis | None = None
        self._index: int | None = None
        self._shown: tuple[int, type[LayerBase]] | None = None
        self.form: Form | None = None
        freeze = self.tr("Freeze: training leaves this layer's weights as they are. Keras: trainable")
        self.freeze_button = self.add_tool("snowflake", freeze, "freezeButton")
        self.freeze_button.setCheckable(True)
        duplicate, remove = self.tr("Put a second layer like this one behind it."), self.tr("Take this layer out of the network.")
        self.duplicate_button = self.add_tool("content-copy", duplicate, "duplicateLayerButton")
        self.remove_button = self.add_tool("trash-can-outline", remove, "removeLayerButton")
        self.freeze_button.clicked.connect(lambda frozen: self._change("trainable", not frozen, -1))
        self.duplicate_button.clicked.connect(self._duplicate)
        self.remove_button.clicked.connect(self._remove)
        self._make_body()
        self._show()

    def _make_body(self) -> None:
        self.note = Note(self.theme, self)
        self.note.fix_chosen.connect(self._fix)
        self._empty = QLabel(self.tr("Click a layer to see its arguments."))
        self._empty.setWordWrap(True)
        self._empty.setProperty("tone", "muted")
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.addWidget(self._empty)
        self._column.addWidget(self.note)
        self._column.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidget(inner)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner.setAutoFillBackground(False)
        self.scroll_area.viewport().setAutoFillBackground(False)
        self._line = QFrame()
        self._line.setProperty("kind", "line")
        self._line.setFixedHeight(1)
        self.shapes_label, self.parameters_label = QLabel(), QLabel()
        self.shapes_label.setToolTip(self.tr("What goes in and what comes out; None stands for the batch."))
        self.theme.use_font(self.shapes_label, Role.HELPER, weight=500)
        self.theme.use_font(self.parameters_label, Role.HELPER, weight=600)
        foot = QHBoxLayout()
        foot.addWidget(self.shapes_label)
        foot.addStretch(1)
        foot.addWidget(self.parameters_label)
        self.body.setContentsMargins(12, 2, 8, 10)
        self.body.addWidget(self.scroll_area, 1)
        self.body.addWidget(self._line)
        self.body.addLayout(foot)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        if self._index is not None and self._index >= len(analysis.spec.layers):
            self._index = None
        self._show()

    def show_layer(self, index: int | None) -> None:
        """Show the layer at `index`; None shows that nothing is chosen."""
        count_of_layers = 0 if self._analysis is None else len(self._analysis.spec.layers)
        self._index = index if index is not None and index < count_of_layers else None
        self._show()

    @property
    def layer(self) -> LayerBase | None:
        """The layer that is shown."""
        if self._analysis is None or self._index is None:
            return None
        layer: LayerBase = self._analysis.spec.layers[self._index]
        return layer

    def _show(self) -> None:
        layer, analysis = self.layer, self._analysis
        for widget in (self.freeze_button, self.duplicate_button, self.remove_button, self._line, self.shapes_label, self.parameters_label):
            widget.setVisible(layer is not None)
        self._empty.setVisible(layer is None)
        if layer is None or analysis is None or self._index is None:
            self._drop_form()
            self.note.show_problem(None)
            self.set_title(self.tr("Inspector"))
            return
        name = type(layer).__name__
        self.set_title(self.tr("{layer}, layer {n}").format(layer=name, n=self._index + 1))
        self._title.setToolTip(layer.summary)
        self.freeze_button.setChecked(not layer.trainable)
        self.duplicate_button.setEnabled(len(analysis.spec.layers) < MAX_LAYERS)
        if self._shown != (self._index, type(layer)) or self.form is None:
            self._drop_form()
            self._shown = (self._index, type(layer))
            self.form = Form(self.theme, layer)
            self.form.changed.connect(self._change)
            self.form.fix_chosen.connect(self._fix)
            self._column.insertWidget(2, self.form)
        else:
            self.form.show_value(layer)
        self._show_problems(analysis)
        entry = analysis.shapes[self._index]
        self.shapes_label.setText(f"{_batch(entry.input)}  →  {_batch(entry.output)}")
        text = self.tr("no parameters") if not entry.parameters else self.tr("{n} parameters").format(n=count(entry.parameters))
        self.parameters_label.setText(text)

    def _show_problems(self, analysis: Analysis) -> None:
        assert self.form is not None
        mine = [p for p in analysis.problems if p.layer == self._index]
        placed = [(p.path.partition("].")[2], p) for p in mine]
        self.form.show_problems([(place, p) for place, p in placed if place])
        whole: list[Problem] = [p for place, p in placed if not place]
        self.note.show_problem(whole[0] if whole else None)

    def _drop_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self._column.removeWidget(self.form)
            self.form.deleteLater()
        self.form, self._shown = None, None

    # ---- what is asked for

    def _change(self, field: str, value: object, visit: int) -> None:
        layer, index = self.layer, self._index
        if layer is None or index is None:
            return
        text = self.tr("{field} {before} → {after}").format(field=field, before=_word(getattr(layer, field)), after=_word(value))
        merge = f"layer {index} {field} {visit}" if visit >= 0 else ""
        self._ask(text, lambda spec: edits.change_layer(spec, index, **{field: value}), merge)

    def _duplicate(self) -> None:
        layer, index = self.layer, self._index
        if layer is None or index is None:
            return
        copy = edits.changed(layer, name=None)
        self._ask(self.tr("Duplicate {layer}").format(layer=type(layer).__name__), lambda spec: edits.insert_layer(spec, index + 1, copy))
        self.show_layer(index + 1)
        self.layer_selected.emit(self._index)

    def _remove(self) -> None:
        layer, index = self.layer, self._index
        if layer is None or index is None or self._analysis is None:
            return
        self._ask(self.tr("Remove {layer}").format(layer=type(layer).__name__), lambda spec: edits.remove_layer(spec, index))
        rest = len(self._analysis.spec.layers)
        self.show_layer(min(index, rest - 1) if rest else None)
        self.layer_selected.emit(self._index)

    def _fix(self, fix: Fix) -> None:
        self._ask(fix.label, lambda _spec: fix.spec)

    def _ask(self, text: str, apply: Callable[[ProjectSpec], ProjectSpec], merge: str = "") -> None:
        self.edit_requested.emit(Edit(text, apply, merge))


def _batch(shape: Shape | None) -> str:
    """A shape as Keras prints it, the batch axis first."""
    return "?" if shape is None else "(" + ", ".join(["None", *(str(n) for n in shape)]) + ("," if not shape else "") + ")"


def _word(value: object) -> str:
    """A value in the name of an edit: short."""
    if isinstance(value, Typed):
        return snake_case(type(value).__name__)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
