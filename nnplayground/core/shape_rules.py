"""Stacks whose shapes do not fit, rules of `validation`: every way out was tried, and leads further."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import Any, NamedTuple

from nnplayground.core import edits
from nnplayground.core.answer_rules import fitting_output, output_units
from nnplayground.core.data_spec import Encoding, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import (
    LAYERS,
    Bidirectional,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    LayerBase,
    Reshape,
    Shape,
    shape_text,
)
from nnplayground.core.losses import SIGNED_LOSSES, Task
from nnplayground.core.problems import Fix, Problem
from nnplayground.core.shapes import LayerShape, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, output_activation, output_layer_index

Layers = tuple[LayerBase, ...]

REPAIRS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Use padding same", {"padding": "same"}),
    ("Make groups 1", {"groups": 1}),
    ("Make dilation_rate 1", {"dilation_rate": 1}),
    ("Lay all in one row", {"target_shape": (-1,)}),
)
"""Arguments that may be why a layer cannot take a shape, with a value that any shape allows."""
MAKES_CHANNELS = ("Convolution", "Pooling", "Sequence")


class _Way(NamedTuple):
    """What might mend a stack; `shape` is what reaches it then."""

    label: str
    layers: Layers
    shape: Shape
    data: dict[str, Any] = {}  # noqa: RUF012  never written to


def layers_on(spec: ProjectSpec) -> list[tuple[int, LayerBase]]:
    """The layers that are switched on, with their indexes."""
    return [(i, layer) for i, layer in enumerate(spec.layers) if not layer.disabled]


def stack_rule(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """A network without layers, layers that cannot take what reaches them, and an Embedding behind others."""
    on = layers_on(spec)
    if not on:
        output = fitting_output(facts)
        added: Layers = (output,) if len(facts.input_shape) == 1 else (Flatten(), output)
        text = "All layers are switched off; switch one on, or add one." if spec.layers else "The network has no layers; add at least one."
        all_on = edits.set_disabled(spec, range(len(spec.layers)), False)
        fixes = (Fix("Switch on", all_on),) if spec.layers else ()
        yield Problem("layers", text, (*fixes, Fix(f"Add {output.type}", edits.set_layers(spec, (*spec.layers, *added)))))
    for i, layer in on:
        if shapes[i].error:
            yield Problem(f"layers[{i}]", shapes[i].error, tuple(_shape_fixes(spec, facts, i, shapes[i])))
        if isinstance(layer, Embedding) and i > on[0][0]:
            yield Problem(f"layers[{i}]", "Embedding wants word numbers, so it must be the first layer.",
                          (Fix("Remove it", edits.remove_layer(spec, i)),))  # fmt: skip


def answers_rule(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    """The network must give as many numbers as there are answers, in one row."""
    on = layers_on(spec)
    if not on or (out := shapes[-1].output) is None:
        return
    place = f"layers[{on[-1][0]}]"
    if len(out) != 1:
        text = f"The last layer gives {shape_text(out)} per sample; the answers are single rows. Put a Flatten before Dense."
        yield Problem(place, text, tuple(_row_fixes(spec, facts, shapes)))
        return
    activation, index = output_activation(spec.layers), output_layer_index(spec.layers)
    needed = output_units(facts, activation)
    two_classes = facts.task is Task.BINARY and len(facts.classes) > 1
    binary_by_class = two_classes and out[0] == len(facts.classes) and goal.loss not in SIGNED_LOSSES
    if out[0] == needed or binary_by_class or (out[0] == 1 and two_classes and activation == "softmax"):
        return  # softmax over 1 unit is another rule's
    what = f"{facts.title} has {needed} classes" if facts.task is Task.MULTICLASS else f"{facts.title} asks for 1 number"
    fixes, at = [], place
    if index is not None:
        resized = _with(spec.layers, index, units=needed)
        if _output(facts.input_shape, resized) == (needed,):
            fixes.append(Fix(f"Make it {needed} unit{'s' * (needed > 1)}", edits.set_layers(spec, resized)))
            at = f"layers[{index}].units"
    if not fixes:
        fixes.append(Fix(f"Add Dense {needed}", edits.set_layers(spec, (*spec.layers, fitting_output(facts)))))
    yield Problem(at, f"{what}; the last layer gives {out[0]:,}.", tuple(fixes))


def _shape_fixes(spec: ProjectSpec, facts: DataFacts, index: int, shape: LayerShape) -> Iterator[Fix]:
    assert shape.input is not None  # a layer with an error has an input
    before = _unread(facts.input_shape, spec.layers)
    for way in _ways(spec, facts, index, shape.input):
        if _unread(way.shape, way.layers) < before:
            mended = edits.change_data(spec, **way.data) if way.data else spec
            yield Fix(way.label, edits.set_layers(mended, way.layers))


def _ways(spec: ProjectSpec, facts: DataFacts, index: int, shape: Shape) -> Iterator[_Way]:
    """All that may help the layer at `index`, the likeliest first."""
    layers, layer, reaches = spec.layers, spec.layers[index], facts.input_shape
    head, tail = layers[:index], layers[index:]
    removal = _Way(f"Remove {type(layer).__name__}", (*head, *tail[1:]), reaches)
    fits = layer.ranks is None or len(shape) in layer.ranks
    shrinks = layer.category == "Pooling"
    if shrinks and (len(shape) == 1 or (fits and min(shape[:-1]) == 1)):  # there is nothing left to pool
        yield from _before(layers, index, reaches)
        yield removal
        return
    if fits:
        for label, changes in REPAIRS:
            if all(name in type(layer).model_fields for name in changes):
                yield _Way(label, _with(layers, index, **changes), reaches)
        if isinstance(layer, Bidirectional):
            one_way = edits.changed(layer.layer, go_backwards=False)
            yield _Way("Switch go_backwards off", _with(layers, index, layer=one_way), reaches)
    elif not isinstance(layer, Embedding):
        first = all(x.disabled for x in head)
        data = spec.data
        if first and facts.words:
            yield _Way("Insert Embedding", (*head, Embedding(input_dim=facts.words), *tail), reaches)
        if first and isinstance(data, Texts) and data.encoding is Encoding.MULTI_HOT and 2 in (layer.ranks or ()):
            words = Embedding(input_dim=data.num_words)
            yield _Way("Use sequences with Embedding", (*head, words, *tail), (data.maxlen,), {"encoding": Encoding.SEQUENCE})
        yield from _before(layers, index, reaches)
        if (twin := _twin(layer, len(shape))) is not None:
            yield _Way(f"Use {type(twin).__name__}", (*head, twin, *tail[1:]), reaches)
        for target in _targets(shape):
            yield _Way(f"Insert Reshape to {shape_text(target)}", (*head, Reshape(target_shape=target), *tail), reaches)
    yield removal


def _before(layers: Layers, index: int, reaches: Shape) -> Iterator[_Way]:
    """What the layer before may have taken away: the places of a sample, or all but the last output of a sequence."""
    for i in reversed(range(index)):
        layer = layers[i]
        if layer.disabled:
            continue
        if isinstance(layer, Flatten) or type(layer).__name__.startswith("Global"):
            yield _Way(f"Remove {type(layer).__name__}", (*layers[:i], *layers[i + 1 :]), reaches)
        if isinstance(layer, Bidirectional):
            yield _Way("Turn on return_sequences", _with(layers, i, layer=edits.changed(layer.layer, return_sequences=True)), reaches)
        elif "return_sequences" in type(layer).model_fields:
            yield _Way("Turn on return_sequences", _with(layers, i, return_sequences=True), reaches)
        if layer.category not in ("Regularization", "Normalization"):
            return


def _targets(shape: Shape) -> Iterator[Shape]:
    """Shapes that the same numbers may be given: with one axis more, a square picture, a picture read row by row."""
    yield (*shape, 1)
    if len(shape) == 1:
        for channels in (1, 3):
            side = isqrt(shape[0] // channels)
            if side > 1 and side * side * channels == shape[0]:
                yield (side, side, channels)
    if len(shape) == 3:
        yield (shape[0], shape[1] * shape[2])


def _twin(layer: LayerBase, rank: int) -> LayerBase | None:
    """The same kind of layer for sequences (rank 2) instead of pictures (rank 3), or the other way round."""
    name = type(layer).__name__
    other = name.replace("1D", "2D") if rank == 3 else name.replace("2D", "1D")
    cls = next((c for c in LAYERS if c.__name__ == other and other != name), None)
    if cls is None:
        return None
    kept = {n: getattr(layer, n) for n in type(layer).model_fields if n in cls.model_fields and n != "type"}
    for size in ("kernel_size", "strides", "dilation_rate", "pool_size"):
        if kept.get(size) is not None:
            kept[size] = (kept[size],) * 2 if rank == 3 else kept[size][0]
    return cls(**kept)


def _row_fixes(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...]) -> Iterator[Fix]:
    """What makes the last layer's answers single rows."""
    layers, last = spec.layers, layers_on(spec)[-1][0]
    ways: dict[str, Layers] = {}
    if "return_sequences" in type(layers[last]).model_fields:
        ways["Turn off return_sequences"] = _with(layers, last, return_sequences=False)
    for i, layer in layers_on(spec):
        axes = len(shapes[i].input or ())
        if not isinstance(layer, Dense) or axes < 2:
            continue
        means = {2: GlobalAveragePooling1D(), 3: GlobalAveragePooling2D()} if _has_channels(layers[:i]) else {}
        for added in (Flatten(), means[axes]) if axes in means else (Flatten(),):
            way = (*layers[:i], added, *layers[i:])
            if _is_row(facts.input_shape, way):
                ways.setdefault(f"Insert {type(added).__name__}", way)
    if not ways:
        ways["Add Flatten and Dense"] = (*layers, Flatten(), fitting_output(facts))
    for label, way in ways.items():
        if _is_row(facts.input_shape, way):
            yield Fix(label, edits.set_layers(spec, way))


def _has_channels(layers: Layers) -> bool:
    """Whether the last of these made something of every place, so that a mean over all places says more than a mean of pixels."""
    before = next((layer for layer in reversed(layers) if not layer.disabled), None)
    return before is not None and before.category in MAKES_CHANNELS


def _with(layers: Layers, index: int, **changes: Any) -> Layers:
    return (*layers[:index], edits.changed(layers[index], **changes), *layers[index + 1 :])


def _output(reaches: Shape, layers: Layers) -> Shape | None:
    return walk(reaches, layers)[-1].output


def _is_row(reaches: Shape, layers: Layers) -> bool:
    """Whether a stack takes its samples and gives single rows."""
    return len(_output(reaches, layers) or ()) == 1


def _unread(reaches: Shape, layers: Layers) -> int:
    """How many layers stand from the first that cannot take what reaches it to the end; 0 where all can."""
    shapes = walk(reaches, layers)
    return len(layers) - next((i for i, shape in enumerate(shapes) if shape.error), len(layers))
