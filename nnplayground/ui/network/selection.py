"""Which layers are chosen. No Qt: the canvas shows it, and keys and pointer make another one of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """`current` is the layer chosen last, the one that the inspector shows; a range grows from `anchor`."""

    chosen: tuple[int, ...] = ()
    current: int | None = None
    anchor: int | None = None

    def only(self, layer: int | None) -> Selection:
        return NONE if layer is None else Selection((layer,), layer, layer)

    def toggled(self, layer: int) -> Selection:
        """With this layer, or without it where it was chosen; then the nearest of the others is the current one."""
        if layer not in self.chosen:
            return Selection(tuple(sorted((*self.chosen, layer))), layer, layer)
        rest = tuple(i for i in self.chosen if i != layer)
        if not rest:
            return NONE
        current = min(rest, key=lambda i: abs(i - layer)) if self.current in (layer, None) else self.current
        return Selection(rest, current, current)

    def extended(self, layer: int) -> Selection:
        """Everything from the anchor to this layer, which is the current one."""
        anchor = layer if self.anchor is None else self.anchor
        return Selection(tuple(range(min(anchor, layer), max(anchor, layer) + 1)), layer, anchor)

    def joined(self, layers: Iterable[int]) -> Selection:
        """With these layers, the last of them current."""
        added = tuple(layers)
        current = added[-1] if added else self.current
        return Selection(tuple(sorted({*self.chosen, *added})), current, current)

    def within(self, count: int) -> Selection:
        """What is left of it in a network of so many layers; its last layer where none is."""
        left = tuple(i for i in self.chosen if i < count)
        if left == self.chosen:
            return self
        if not left:
            return NONE if count == 0 else self.only(count - 1)
        return Selection(left, self.current if self.current in left else left[-1], left[-1])


NONE = Selection()
