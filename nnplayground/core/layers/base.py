"""What every layer is: arguments, what it does to a shape, and how many parameters it has."""

from __future__ import annotations

import re
from math import prod
from typing import Annotated, Any, ClassVar

from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, Strict, model_serializer

from nnplayground.core.value import Typed, Value

Shape = tuple[int, ...]
"""The shape of one sample, without the batch axis: `(2,)`, `(28, 28, 1)`."""

MAX_UNITS = 65_536
Units = Annotated[int, Field(ge=1, le=MAX_UNITS)]
Rate = Annotated[float, Field(ge=0, lt=1)]
Pair = Annotated[tuple[Annotated[int, Strict(), Field(ge=1)], Annotated[int, Strict(), Field(ge=1)]], Strict(False)]


LAYER_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,60}")


class ShapeError(ValueError):
    """A layer cannot take the shape that reaches it; the text says what it wants and what it got."""


def shape_text(shape: Shape) -> str:
    """For people: `28 × 28 × 1`; a single number stands alone."""
    return " × ".join(f"{n:,}" for n in shape) if shape else "1 number"


class LayerBase(Typed):
    """One layer of the stack. A new layer is one subclass: its fields become the inspector, its two rules the numbers.

    Field names, types and defaults are those of the Keras class of the same name; `description` is the help that
    people read. `category` groups layers in the menu that adds them.
    """

    category: ClassVar[str] = "Core"
    summary: ClassVar[str] = ""
    """One sentence for people: what the layer does."""
    ranks: ClassVar[tuple[int, ...] | None] = None
    """How many axes a sample may have (batch axis not counted); None takes any."""
    needed: ClassVar[tuple[str, ...]] = (
        "units", "filters", "kernel_size", "pool_size", "rate", "stddev", "input_dim", "output_dim", "target_shape", "layer",
    )  # fmt: skip
    """Arguments that Keras has no default for: those of them that the layer has are always written down."""

    name: str | None = Field(default=None, min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.\-]+$", description="A name of your own for the layer.")  # noqa: E501
    trainable: bool = Field(default=True, description="Off: training leaves this layer's weights as they are.")
    disabled: bool = Field(default=False, description="Switched off: the network is built without this layer, which stays here for later.")

    @model_serializer(mode="wrap")
    def _type_first(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        found = handler(self)
        if info.exclude_defaults:
            found |= {name: self._dumped(name, info) for name in self.needed if name in type(self).model_fields and name not in found}
        return {"type": self.type, **{name: found[name] for name in type(self).model_fields if name != "type" and name in found}}  # type: ignore[attr-defined]

    def _dumped(self, name: str, info: SerializationInfo) -> Any:
        value = getattr(self, name)
        if isinstance(value, Value):
            return value.model_dump(mode=info.mode, exclude_defaults=True)
        return list(value) if isinstance(value, tuple) and info.mode == "json" else value

    def arguments(self) -> dict[str, Any]:
        """Those of the Keras class; that a layer is switched off is no argument."""
        return {name: value for name, value in super().arguments().items() if name != "disabled"}

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of one sample behind this layer. Raises ShapeError when `shape` does not fit."""
        self.require_rank(shape)
        return self._output_shape(shape)

    def parameters(self, shape: Shape) -> int:
        """How many numbers the layer holds for an input of `shape`: the trained ones and BatchNormalization's own."""
        return 0

    def require_rank(self, shape: Shape) -> None:
        """Raise ShapeError unless a sample of `shape` has as many axes as the layer takes."""
        if self.ranks is not None and len(shape) not in self.ranks:
            wanted = " or ".join(str(r) for r in self.ranks)
            axes = "axis" if wanted == "1" else "axes"
            has = f"{shape_text(shape)} ({len(shape)} {'axis' if len(shape) == 1 else 'axes'})"
            raise ShapeError(f"{self.type} wants samples with {wanted} {axes}; it gets {has}.")  # type: ignore[attr-defined]

    def _output_shape(self, shape: Shape) -> Shape:
        return shape

    def caption(self) -> str:
        """The short line under the layer's name on a card: what tells it from its neighbours."""
        return ""


def flat(shape: Shape) -> int:
    """How many numbers a sample of `shape` has."""
    return prod(shape)


def as_pair(value: Any) -> Any:
    """Keras's shorthand for two equal numbers: `3` means `[3, 3]`."""
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value
