"""Edits of one layer or of several, with their names: what canvas, menus and inspector ask for alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from nnplayground.core import edits
from nnplayground.core.layers import LayerBase
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.edit import Edit, Turn

Indexes = Sequence[int]


def _tr(text: str) -> str:
    return QCoreApplication.translate("LayerEdits", text)


def what(layers: Iterable[LayerBase]) -> str:
    """One layer by its name or class, several by their number."""
    found = list(layers)
    return (found[0].name or type(found[0]).__name__) if len(found) == 1 else _tr("{n} layers").format(n=len(found))


def _of(spec: ProjectSpec, indexes: Indexes) -> str:
    return what(spec.layers[i] for i in indexes)


def remove(spec: ProjectSpec, indexes: Indexes, *, cut: bool = False) -> Edit:
    text = _tr("Cut {layers}") if cut else _tr("Remove {layers}")
    return Edit(text.format(layers=_of(spec, indexes)), lambda before: edits.remove_layers(before, indexes))


def duplicate(spec: ProjectSpec, indexes: Indexes) -> Edit:
    """The same layers once more, behind the last of them; names stay with the first ones."""
    copies = [spec.layers[i] for i in indexes]
    at = max(indexes) + 1
    return Edit(_tr("Duplicate {layers}").format(layers=what(copies)), lambda before: edits.insert_layers(before, at, copies))


def paste(layers: Sequence[LayerBase], at: int) -> Edit:
    return Edit(_tr("Paste {layers}").format(layers=what(layers)), lambda before: edits.insert_layers(before, at, layers))


def insert(layer: LayerBase, at: int) -> Edit:
    return Edit(_tr("Add {layers}").format(layers=what([layer])), lambda before: edits.insert_layer(before, at, layer))


def move(spec: ProjectSpec, indexes: Indexes, to: int) -> Edit:
    return Edit(_tr("Move {layers}").format(layers=_of(spec, indexes)), lambda before: edits.move_layers(before, indexes, to))


def switch(spec: ProjectSpec, indexes: Indexes) -> Edit:
    """All on where all are off, else all off."""
    off = not all(spec.layers[i].disabled for i in indexes)
    text = _tr("Switch {layers} off") if off else _tr("Switch {layers} on")
    return Edit(text.format(layers=_of(spec, indexes)), lambda before: edits.set_disabled(before, indexes, off))


def freeze(spec: ProjectSpec, indexes: Indexes) -> Edit:
    """All free where all are frozen, else all frozen."""
    trainable = not any(spec.layers[i].trainable for i in indexes)
    text = _tr("Unfreeze {layers}") if trainable else _tr("Freeze {layers}")

    def apply(before: ProjectSpec) -> ProjectSpec:
        for index in indexes:
            before = edits.change_layer(before, index, trainable=trainable)
        return before

    return Edit(text.format(layers=_of(spec, indexes)), apply)


def rename(spec: ProjectSpec, index: int, name: str | None) -> Edit:
    turn = Turn(_tr("name {before} → {after}"), _of(spec, (index,)), name or type(spec.layers[index]).__name__)
    return Edit(turn.text(), lambda before: edits.rename_layer(before, index, name))


def resize(spec: ProjectSpec, index: int, field: str, size: int, merge: str = "") -> Edit:
    """Another number of units; edits with the same `merge` key are one step."""
    template = _tr("{field} {before} → {after}").replace("{field}", field)
    turn = Turn(template, str(getattr(spec.layers[index], field)), str(size))
    return Edit(turn.text(), lambda before: edits.change_layer(before, index, **{field: size}), merge, turn)
