"""Units that have nothing to say whatever they see: those of relu that never fire, those of sigmoid and tanh at their ends."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.layers import Bidirectional, LayerBase

SWITCHES_OFF = ("relu", "relu6")
"""Functions that give exactly 0 for a unit that has nothing to say: only there it is 'active' or not."""
ENDS = {"sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "hard_tanh": (-1.0, 1.0)}
"""Functions that hardly move any more near their ends."""
NEAR = 0.01
"""What counts as near an end: this part of the way from one end to the other."""


@dataclass(frozen=True)
class LayerActivity:
    """What one layer's units did on some samples. A unit is a number of a vector, or a map or feature with all its places."""

    units: int
    samples: int
    silent: int | None = None
    """How many units gave 0 for every sample; None where the function does not switch off."""
    at_ends: float | None = None
    """The share of outputs that are `NEAR` an end of the function; None where it has no ends."""


def function_of(layer: LayerBase) -> str | None:
    """The name of the function that makes a layer's outputs; None where there is none."""
    return getattr(layer.layer if isinstance(layer, Bidirectional) else layer, "activation", None)


def switches_off(layer: LayerBase) -> bool:
    """Whether a layer's units are either active or give 0."""
    return not layer.disabled and function_of(layer) in SWITCHES_OFF


def ends_of(layer: LayerBase) -> tuple[float, float] | None:
    """The numbers between which a layer's outputs are, where nothing moves any more near these."""
    if layer.disabled or (isinstance(layer, Bidirectional) and layer.merge_mode in ("sum", "mul")):
        return None
    return ENDS.get(function_of(layer) or "")
