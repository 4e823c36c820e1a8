"""What a network costs, without TensorFlow: multiplications and numbers in memory, roughly, from its shapes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from nnplayground.core.layers import Bidirectional, Conv1D, Conv2D, Dense, LayerBase, Shape
from nnplayground.core.shapes import LayerShape, walk

SLOTS = {"SGD": 1, "RMSprop": 3, "Adam": 3, "AdamW": 2, "Nadam": 2, "Adagrad": 1, "Adadelta": 2, "Adamax": 2, "Ftrl": 2, "Lion": 1}
"""How many numbers an optimizer remembers for each weight, at most."""


@dataclass(frozen=True)
class Cost:
    """For one sample: multiplications forward, and numbers that all layers give out together; and all parameters."""

    parameters: int
    multiplications: int
    activations: int

    def step_bytes(self, batch_size: int, optimizer: str) -> int:
        """About how much memory training holds: weights, gradients, the optimizer's memory, a copy to go back to, one batch."""
        per_weight = 4 * (2 + SLOTS.get(optimizer, 3))
        return self.parameters * (4 + 2 * per_weight) + 12 * self.activations * batch_size


def cost(input_shape: Shape, layers: tuple[LayerBase, ...]) -> Cost:
    """Layers behind one that does not fit cost nothing."""
    shapes = walk(input_shape, layers)
    pairs = list(zip(layers, shapes, strict=True))
    return Cost(
        sum(s.parameters for s in shapes),
        sum(_positions(layer, s) * max(s.parameters, 1) for layer, s in pairs),
        prod(input_shape) + sum(_numbers(layer, s) for layer, s in pairs),
    )


def _positions(layer: LayerBase, shape: LayerShape) -> int:
    """How often a layer's weights are used for one sample."""
    if shape.input is None or shape.output is None or shape.disabled:
        return 0
    if isinstance(layer, Dense):
        return prod(shape.input[:-1])
    if isinstance(layer, Conv1D | Conv2D):
        return prod(shape.output[:-1])
    return _steps(layer, shape) if _is_recurrent(layer) else 1


def _numbers(layer: LayerBase, shape: LayerShape) -> int:
    if shape.output is None or shape.disabled:
        return 0
    # A recurrent layer keeps its gates of every step for the way back.
    units = getattr(getattr(layer, "layer", layer), "units", 0)
    return prod(shape.output) + (8 * units * _steps(layer, shape) if _is_recurrent(layer) else 0)


def _is_recurrent(layer: LayerBase) -> bool:
    return isinstance(layer, Bidirectional) or "recurrent_initializer" in type(layer).model_fields


def _steps(layer: LayerBase, shape: LayerShape) -> int:
    return (shape.input or (0,))[0] * (2 if isinstance(layer, Bidirectional) else 1)
