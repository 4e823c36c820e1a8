"""Every change to a project: pure functions from one `ProjectSpec` to another.

A value that the schema refuses raises pydantic's ValidationError; an index that is not there raises IndexError.
"""

from __future__ import annotations

from typing import Any, TypeVar

from nnplayground.core.keras_objects import L1, L1L2, L2
from nnplayground.core.layers import Dropout, GaussianNoise, LayerBase
from nnplayground.core.spec import ProjectSpec, TrainingSpec
from nnplayground.core.value import Value

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
    TrainingSpec: ("epochs", "shuffle", "stop_when", "early_stopping", "reduce_lr_on_plateau"),
    Dropout: ("rate",),
    GaussianNoise: ("stddev",),
    L1: ("l1",),
    L2: ("l2",),
    L1L2: ("l1", "l2"),
}
"""What may change while a network trains, wherever such a value stands in a project."""


def is_live(model: type[Value], name: str, value: Any) -> bool:
    """Whether an argument of this class may change while a network trains. A learning rate may while it is a number."""
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


def insert_layer(spec: ProjectSpec, index: int, layer: LayerBase) -> ProjectSpec:
    """Put a layer before the one at `index`; `index` may be the number of layers."""
    if not 0 <= index <= len(spec.layers):
        raise IndexError(f"expected a place from 0 to {len(spec.layers)}; found {index}")
    return set_layers(spec, (*spec.layers[:index], layer, *spec.layers[index:]))


def remove_layer(spec: ProjectSpec, index: int) -> ProjectSpec:
    _require(spec, index)
    return set_layers(spec, (*spec.layers[:index], *spec.layers[index + 1 :]))


def move_layer(spec: ProjectSpec, index: int, to: int) -> ProjectSpec:
    """Take the layer at `index` out and put it so that it has the index `to`."""
    _require(spec, index)
    _require(spec, to)
    layers = list(spec.layers)
    layers.insert(to, layers.pop(index))
    return set_layers(spec, tuple(layers))


def change_layer(spec: ProjectSpec, index: int, **changes: Any) -> ProjectSpec:
    """Change some arguments of one layer."""
    _require(spec, index)
    layers = list(spec.layers)
    layers[index] = changed(layers[index], **changes)
    return set_layers(spec, tuple(layers))


def _require(spec: ProjectSpec, index: int) -> None:
    if not 0 <= index < len(spec.layers):
        raise IndexError(f"expected a layer from 0 to {len(spec.layers) - 1}; found {index}")
