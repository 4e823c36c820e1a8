"""Shapes and parameter counts of a whole stack, without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from nnplayground.core.layers import LayerBase, Shape, ShapeError

BYTES = 4
"""Of one number: networks reckon in float32."""


@dataclass(frozen=True)
class LayerShape:
    """What reaches one layer and what leaves it; `error` says why the layer cannot take it.

    A layer that is switched off has no parameters, and what reaches it leaves it (`disabled`).
    """

    input: Shape | None
    output: Shape | None
    parameters: int = 0
    error: str = ""
    disabled: bool = False

    @property
    def weight_bytes(self) -> int:
        """The memory that the layer's own numbers take."""
        return BYTES * self.parameters

    @property
    def output_bytes(self) -> int | None:
        """The memory that the outputs take for one sample, 0 of a layer that is off; None while they are unknown."""
        if self.output is None:
            return None
        return 0 if self.disabled else BYTES * prod(self.output)


def walk(input_shape: Shape, layers: tuple[LayerBase, ...]) -> tuple[LayerShape, ...]:
    """One entry per layer; behind the first that does not fit, shapes are unknown (None) and parameters 0."""
    result: list[LayerShape] = []
    shape: Shape | None = input_shape
    for layer in layers:
        if shape is None or layer.disabled:
            result.append(LayerShape(shape, shape, disabled=layer.disabled))
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
