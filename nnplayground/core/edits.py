"""Every change to a project: pure functions from one `ProjectSpec` to another.

A value that the schema refuses raises pydantic's ValidationError; an index that is not there raises IndexError.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from nnplayground.core.keras_objects import L1, L1L2, L2
from nnplayground.core.layers import LAYER_NAME, Dropout, GaussianNoise, LayerBase, is_automatic
from nnplayground.core.spec import ProjectSpec, TrainingSpec
from nnplayground.core.value import Value, describe

V = TypeVar("V", bound=Value)


def changed(value: V, /, **changes: Any) -> V:
    """The same value with some fields changed, checked again as a whole."""
    fields = {name: getattr(value, name) for name in type(value).model_fields}
    return type(value).model_validate({**fields, **changes})


def set_name(spec: ProjectSpec, name: str) -> ProjectSpec:
    return changed(spec, name=name)


def set_seed(spec: ProjectSpec, seed: int) -> ProjectSpec:
    return changed(spec, seed=seed)


def set_data(spec: ProjectSpec, data: Value) -> ProjectSpec:
    return changed(spec, data=data)


def change_data(spec: ProjectSpec, **changes: Any) -> ProjectSpec:
    """Change some settings of the data set: noise, features, scaling …"""
    return changed(spec, data=changed(spec.data, **changes))


def change_training(spec: ProjectSpec, **changes: Any) -> ProjectSpec:
    """Change some settings of the training: loss, batch_size, epochs …"""
    return changed(spec, training=changed(spec.training, **changes))


def change_optimizer(spec: ProjectSpec, **changes: Any) -> ProjectSpec:
    """Change some arguments of the optimizer, learning_rate among them."""
    return change_training(spec, optimizer=changed(spec.training.optimizer, **changes))


LIVE: dict[type[Value], tuple[str, ...]] = {
    ProjectSpec: ("name", "notes", "output"),
    TrainingSpec: ("epochs", "shuffle", "stop_when", "early_stopping", "reduce_lr_on_plateau", "k_fold"),
    Dropout: ("rate",),
    GaussianNoise: ("stddev",),
    L1: ("l1",),
    L2: ("l2",),
    L1L2: ("l1", "l2"),
}
"""What may change while a network trains, wherever such a value stands in a project."""


def is_live(model: type[Value], name: str, value: Any) -> bool:
    """Whether an argument of this class may change while a network trains. A learning rate may while it is a number; a layer's name may."""
    if name == "name" and issubclass(model, LayerBase):
        return True
    return name in LIVE.get(model, ()) or (name == "learning_rate" and isinstance(value, float))


def with_live_settings(spec: ProjectSpec, new: ProjectSpec) -> ProjectSpec:
    """The project with those settings of `new` that do not begin another run: those in `LIVE`, and the learning rate.

    A learning rate is live while it is a number; a schedule begins another run. So do other layers: between stacks
    of other types nothing is taken over.
    """
    return _with_live(spec, new)


def _with_live(old: V, new: V) -> V:
    """`old` with what is live in `new`, both of the same type."""
    fields = {}
    for name in type(old).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if is_live(type(old), name, before) and is_live(type(new), name, after):
            fields[name] = after
        elif isinstance(before, Value) and type(before) is type(after):
            fields[name] = _with_live(before, after)
        elif isinstance(before, tuple) and isinstance(after, tuple) and [type(v) for v in before] == [type(v) for v in after]:
            fields[name] = tuple(_with_live(a, b) if isinstance(a, Value) else a for a, b in zip(before, after, strict=True))
    return changed(old, **fields)


def set_layers(spec: ProjectSpec, layers: tuple[LayerBase, ...]) -> ProjectSpec:
    return changed(spec, layers=layers)


def insert_layers(spec: ProjectSpec, index: int, layers: Iterable[LayerBase]) -> ProjectSpec:
    """Put layers before the one at `index`, which may be the number of layers; a name that is taken already is dropped."""
    if not 0 <= index <= len(spec.layers):
        raise IndexError(f"expected a place from 0 to {len(spec.layers)}; found {index}")
    names = {layer.name for layer in spec.layers}
    added: list[LayerBase] = []
    for layer in layers:
        added.append(changed(layer, name=None) if layer.name in names else layer)
        names.add(layer.name)
    return set_layers(spec, (*spec.layers[:index], *added, *spec.layers[index:]))


def remove_layers(spec: ProjectSpec, indexes: Iterable[int]) -> ProjectSpec:
    gone = _required(spec, indexes)
    return set_layers(spec, tuple(layer for i, layer in enumerate(spec.layers) if i not in gone))


def move_layers(spec: ProjectSpec, indexes: Iterable[int], to: int) -> ProjectSpec:
    """Take layers out and put them in as one block, in the order they have, so that its first has the index `to`."""
    chosen = _required(spec, indexes)
    rest = [layer for i, layer in enumerate(spec.layers) if i not in chosen]
    if not 0 <= to <= len(rest):
        raise IndexError(f"expected a place from 0 to {len(rest)}; found {to}")
    return set_layers(spec, (*rest[:to], *(spec.layers[i] for i in sorted(chosen)), *rest[to:]))


def set_disabled(spec: ProjectSpec, indexes: Iterable[int], disabled: bool) -> ProjectSpec:
    """Switch layers off (`disabled`) or on again."""
    chosen = _required(spec, indexes)
    return set_layers(spec, tuple(changed(x, disabled=disabled) if i in chosen else x for i, x in enumerate(spec.layers)))


def rename_layer(spec: ProjectSpec, index: int, name: str | None) -> ProjectSpec:
    """Give a layer a name of its own, or none. Raises ValueError with a sentence for people when it cannot have this one."""
    _require(spec, index)
    if name is None or name == spec.layers[index].name:
        return change_layer(spec, index, name=name)
    taken = next((i for i, layer in enumerate(spec.layers) if layer.name == name), None)
    if taken is not None:
        raise ValueError(f"Layer {taken + 1} is called '{name}' already; names must differ.")
    if is_automatic(name):
        raise ValueError(f"'{name}' is a name that Keras gives to layers without one; choose another.")
    if not LAYER_NAME.fullmatch(name):
        raise ValueError(f"A name has 1 to 60 letters from A to Z, digits, '_', '-' and '.'; found {describe(name)}.")
    return change_layer(spec, index, name=name)


def insert_layer(spec: ProjectSpec, index: int, layer: LayerBase) -> ProjectSpec:
    """Put a layer before the one at `index`; `index` may be the number of layers."""
    return insert_layers(spec, index, (layer,))


def remove_layer(spec: ProjectSpec, index: int) -> ProjectSpec:
    return remove_layers(spec, (index,))


def move_layer(spec: ProjectSpec, index: int, to: int) -> ProjectSpec:
    """Take the layer at `index` out and put it so that it has the index `to`."""
    return move_layers(spec, (index,), to)


def change_layer(spec: ProjectSpec, index: int, **changes: Any) -> ProjectSpec:
    """Change some arguments of one layer."""
    _require(spec, index)
    layers = list(spec.layers)
    layers[index] = changed(layers[index], **changes)
    return set_layers(spec, tuple(layers))


def _require(spec: ProjectSpec, index: int) -> None:
    if not 0 <= index < len(spec.layers):
        raise IndexError(f"expected a layer from 0 to {len(spec.layers) - 1}; found {index}")


def _required(spec: ProjectSpec, indexes: Iterable[int]) -> set[int]:
    chosen = set(indexes)
    for index in chosen:
        _require(spec, index)
    return chosen
