"""Every change to a project: pure functions from one `ProjectSpec` to another.

A value that the schema refuses raises pydantic's ValidationError; an index that is not there raises IndexError.
"""

from __future__ import annotations

from typing import Any, TypeVar

from nnplayground.core.layers import LayerBase
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Value

V = TypeVar("V", bound=Value)


def changed(value: V, **changes: Any) -> V:
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


def with_live_settings(spec: ProjectSpec, new: ProjectSpec) -> ProjectSpec:
    """The project with the settings of `new` that do not begin another run: learning rate, epochs, name, notes, output."""
    live = change_training(spec, epochs=new.training.epochs)
    if type(live.training.optimizer) is type(new.training.optimizer):
        live = change_optimizer(live, learning_rate=new.training.optimizer.learning_rate)
    return changed(live, name=new.name, notes=new.notes, output=new.output)


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
