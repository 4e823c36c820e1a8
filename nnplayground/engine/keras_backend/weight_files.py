"""Weights from files: Keras 3's `.weights.h5`, Keras 2's `.h5`, and whole models in HDF5; what does not fit is said layer by layer."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import h5py
import keras

from nnplayground.core.hdf5 import unreadable
from nnplayground.core.layers.base import shape_text
from nnplayground.engine.backend import EngineError

MAX_TOLD = 6
Shapes = list[tuple[int, ...]]


def load_weights(model: keras.Model, path: Path, numbers: Iterable[int] | None = None) -> None:
    """Put the weights of a file into a model. Raises EngineError, a line for each layer that they do not fit.

    The model may then hold some of them: load into one that nobody uses yet. `numbers` are what people call its layers; None: 1, 2, 3 …
    """
    if reason := unreadable(path):
        raise EngineError(f"The weights in {path.name} cannot be read: {reason}.")
    try:
        with h5py.File(path, "r") as file:
            group = file.get("model_weights", file)
            legacy = "layer_names" in group.attrs
            called = numbers or range(1, 1 + len(model.layers))
            wrong = list(_misfits(model, called, _listed_shapes(group) if legacy else _named_shapes(group)))
        if wrong:
            more = f" (and {len(wrong) - MAX_TOLD} layers more)" if len(wrong) > MAX_TOLD else ""
            raise EngineError(f"The weights in {path.name} do not fit this network: {'; '.join(wrong[:MAX_TOLD])}{more}.")
        with tempfile.TemporaryDirectory() as folder:  # Keras goes by the name of a file
            named = Path(folder) / ("weights.h5" if legacy else "model.weights.h5")
            shutil.copyfile(path, named)
            model.load_weights(named)
    except (ValueError, OSError, KeyError, TypeError, RuntimeError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineError(f"The weights in {path.name} do not fit this network or cannot be read: {reason}") from error


def _misfits(model: keras.Model, numbers: Iterable[int], found: Iterator[tuple[str, Shapes]]) -> Iterator[str]:
    """A part of a sentence for each layer whose weights in the file have other shapes."""
    left = [(kind, shapes) for kind, shapes in found if shapes]
    for number, layer in zip(numbers, model.layers, strict=True):
        wanted = [tuple(w.shape) for w in layer.weights]
        name = type(layer).__name__
        place = next((i for i, (kind, _) in enumerate(left) if wanted and kind in ("", name.lower())), None)
        shapes = left.pop(place)[1] if place is not None else []
        if sorted(shapes) != sorted(wanted):
            yield f"layer {number} ({name}) wants {_told(wanted)}, and the file has {_told(shapes)}"
    if left:
        yield f"the file has weights of {len(left)} more layer{'s' if len(left) > 1 else ''}"


def _named_shapes(file: h5py.Group) -> Iterator[tuple[str, Shapes]]:
    """Each layer's kind and shapes in a file of Keras 3, where layers are called `dense`, `dense_1`, `max_pooling2d` …"""
    layers = file.get("layers", {})
    for name in sorted(layers, key=lambda name: int((re.findall(r"_(\d+)$", name) or ["0"])[0])):
        yield re.sub(r"_\d+$", "", name).replace("_", ""), list(_shapes(layers[name]))


def _shapes(group: Any) -> Iterator[tuple[int, ...]]:
    """Of all arrays below a group, but for the states of random generators."""
    for name in group:
        item = group[name]
        if isinstance(item, h5py.Dataset):
            yield tuple(item.shape)
        elif isinstance(item, h5py.Group) and name != "seed_generator":
            yield from _shapes(item)


def _listed_shapes(group: h5py.Group) -> Iterator[tuple[str, Shapes]]:
    """Each layer's shapes in a file of Keras 2, in the order of the layers, whatever they are called."""
    for name in group.attrs["layer_names"]:
        layer = group[name]
        names = layer.attrs.get("weight_names", ())
        if len(names):
            yield "", [tuple(layer[weight].shape) for weight in names]


def _told(shapes: Shapes) -> str:
    return " and ".join(shape_text(shape) for shape in shapes) if shapes else "none"
