"""Shapes and parameter counts of a whole stack, without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.layers import LayerBase, Shape, ShapeError


@dataclass(frozen=True)
class LayerShape:
    """What reaches one layer and what leaves it; `error` says why the layer cannot take it."""

    input: Shape | None
    output: Shape | None
    parameters: int = 0
    error: str = ""


def walk(input_shape: Shape, layers: tuple[LayerBase, ...]) -> tuple[LayerShape, ...]:
    """One entry per layer; behind the first that does not fit, shapes are unknown (None) and parameters 0."""
    result: list[LayerShape] = []
    shape: Shape | None = input_shape
    for layer in layers:
        if shape is None:
            result.append(LayerShape(None, None))
            continue
        try:
            entry = LayerShape(shape, layer.output_shape(shape), layer.parameters(shape))
        except ShapeError as error:
            entry = LayerShape(shape, None, error=str(error))
        result.append(entry)
        shape = entry.output
    return tuple(result)


def parameters(input_shape: Shape, layers: tuple[LayerBase, ...]) -> int:
    """The network's number of parameters, as far as its shapes are known."""
    return sum(s.parameters for s in walk(input_shape, layers))
