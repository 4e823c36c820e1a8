"""What is done with the chosen layers: each command becomes an edit that is asked for, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from nnplayground.core import edits, stack_text
from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LayerBase
from nnplayground.core.layers.base import MAX_UNITS
from nnplayground.core.recipe import RecipeError, first_mistake
from nnplayground.core.spec import MAX_LAYERS, ProjectSpec
from nnplayground.ui import layer_edits
from nnplayground.ui.edit import Edit
from nnplayground.ui.network.keys import Command
from nnplayground.ui.network.plan import new_layer, place_for_new, size_field
from nnplayground.ui.network.selection import NONE, Selection


class LayerCommands(QObject):
    """Knows the project as it was shown last, and what is chosen in it."""

    edit_requested = Signal(object)
    selection_wanted = Signal(object)
    """Another `Selection`, which fits the project once the edit is carried out."""
    said = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.analysis: Analysis | None = None
        self.selection = NONE
        self.visit = 0
        """Steps of units within one visit of a layer are one step back."""

    @property
    def spec(self) -> ProjectSpec | None:
        return self.analysis.spec if self.analysis is not None else None

    def do(self, command: Command) -> None:
        """Carry out what needs nothing but the chosen layers."""
        work = {
            Command.CUT: self.cut, Command.COPY: self.copy, Command.PASTE: self.paste, Command.DUPLICATE: self.duplicate,
            Command.REMOVE: self.remove, Command.SWITCH: self.switch, Command.FREEZE: self.freeze, Command.SELECT_ALL: self.choose_all,
        }.get(command)  # fmt: skip
        if work is not None and self.spec is not None:
            work()

    def remove(self, *, cut: bool = False) -> None:
        """Take the chosen layers out; their neighbour is chosen instead."""
        spec, chosen = self._chosen()
        if not chosen:
            return
        edit = layer_edits.remove(spec, chosen, cut=cut)
        rest = len(spec.layers) - len(chosen)
        self._ask(edit, NONE.only(min(chosen[0], rest - 1)) if rest else NONE)

    def duplicate(self) -> None:
        spec, chosen = self._chosen()
        if chosen and self._has_room(len(chosen)):
            at = chosen[-1] + 1
            self._ask(layer_edits.duplicate(spec, chosen), Selection(tuple(range(at, at + len(chosen))), at + len(chosen) - 1, at))

    def switch(self) -> None:
        spec, chosen = self._chosen()
        if chosen:
            self.edit_requested.emit(layer_edits.switch(spec, chosen))

    def freeze(self) -> None:
        spec, chosen = self._chosen()
        if chosen:
            self.edit_requested.emit(layer_edits.freeze(spec, chosen))

    def choose_all(self) -> None:
        spec = self.spec
        if spec is not None and spec.layers:
            self.selection_wanted.emit(Selection((), None, 0).extended(len(spec.layers) - 1))

    def copy(self) -> None:
        """The chosen layers as text, for the clipboard."""
        spec, chosen = self._chosen()
        if chosen:
            layers = [spec.layers[i] for i in chosen]
            QGuiApplication.clipboard().setText(stack_text.to_text(layers))
            self.said.emit(self.tr("Copied {layers} as text").format(layers=layer_edits.what(layers)))

    def cut(self) -> None:
        self.copy()
        self.remove(cut=True)

    def paste(self, at: int | None = None) -> None:
        """Put in the layers that the clipboard's text describes, behind the chosen one."""
        spec = self.spec
        if spec is None:
            return
        try:
            layers = stack_text.from_text(QGuiApplication.clipboard().text())
        except RecipeError as error:
            first = error.mistakes[0]
            why = str(first) if first.path else f"{str(first)[:1].upper()}{str(first)[1:]}."
            self.refused.emit(self.tr("Nothing was pasted. {why}").format(why=why))
            return
        if self._has_room(len(layers)):
            place = place_for_new(spec, self.selection.current) if at is None else at
            last = place + len(layers) - 1
            self._ask(layer_edits.paste(layers, place), Selection(tuple(range(place, last + 1)), last, place))

    def move(self, to: int) -> None:
        """Put the chosen layers, as one block, so that the first has the index `to`."""
        spec, chosen = self._chosen()
        if chosen and 0 <= to <= len(spec.layers) - len(chosen):
            block = tuple(range(to, to + len(chosen)))
            assert self.selection.current is not None
            current = block[chosen.index(self.selection.current)]
            self._ask(layer_edits.move(spec, chosen, to), Selection(block, current, current))

    def insert(self, cls: type[LayerBase], index: int) -> None:
        if self.spec is not None:
            self._ask(layer_edits.insert(new_layer(cls, self.spec, index), index), NONE.only(index))

    def step_size(self, layer: int, step: int) -> None:
        """One unit more or less."""
        field = self.size_field(layer)
        if field is not None and self.spec is not None:
            before = getattr(self.spec.layers[layer], field)
            size = min(max(before + step, 1), MAX_UNITS)
            if size != before:
                self.edit_requested.emit(layer_edits.resize(self.spec, layer, field, size, f"resize {layer} {field} {self.visit}"))

    # ---- what is written in place

    def size_field(self, layer: int) -> str | None:
        return size_field(self.spec.layers[layer]) if self.spec is not None and layer < len(self.spec.layers) else None

    def wrong_size(self, layer: int, text: str) -> str:
        """Why a text is no size for a layer; empty when it is one."""
        field, plain = self.size_field(layer), text.replace(",", "").replace(" ", "")
        if field is None:
            return self.tr("This layer has no size of its own.")
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10 and 1 <= int(plain) <= MAX_UNITS):
            return self.tr("Expected a whole number from 1 to {most} for {field}.").format(most=f"{MAX_UNITS:,}", field=field)
        return self._wrong(lambda spec: edits.change_layer(spec, layer, **{field: int(plain)}))

    def take_size(self, layer: int, text: str) -> None:
        field = self.size_field(layer)
        if field is not None and self.spec is not None:
            self.edit_requested.emit(layer_edits.resize(self.spec, layer, field, int(text.replace(",", "").replace(" ", ""))))

    def wrong_name(self, layer: int, text: str) -> str:
        """Why a layer cannot have this name; empty when it can. No name at all is the class's."""
        return self._wrong(lambda spec: edits.rename_layer(spec, layer, text or None))

    def take_name(self, layer: int, text: str) -> None:
        if self.spec is not None and layer < len(self.spec.layers):
            self.edit_requested.emit(layer_edits.rename(self.spec, layer, text or None))

    # ---- within

    def _wrong(self, change: Callable[[ProjectSpec], ProjectSpec]) -> str:
        assert self.spec is not None
        try:
            change(self.spec)
        except ValidationError as error:
            return first_mistake(error)
        except (ValueError, IndexError) as error:
            return str(error)
        return ""

    def _chosen(self) -> tuple[ProjectSpec, tuple[int, ...]]:
        assert self.spec is not None
        return self.spec, self.selection.within(len(self.spec.layers)).chosen

    def _has_room(self, more: int) -> bool:
        assert self.spec is not None
        if len(self.spec.layers) + more <= MAX_LAYERS:
            return True
        self.refused.emit(self.tr("A network has at most {most} layers; there are {n} and {more} would come.").format(
            most=MAX_LAYERS, n=len(self.spec.layers), more=more))  # fmt: skip
        return False

    def _ask(self, edit: Edit, then: Selection) -> None:
        before = self.spec
        self.edit_requested.emit(edit)
        if self.spec is not before:  # else it was refused
            self.selection_wanted.emit(then)
