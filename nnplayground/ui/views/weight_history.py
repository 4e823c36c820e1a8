"""What was seen of one layer's weights since the run began."""

from __future__ import annotations

from nnplayground.engine.layer_weights import LayerWeights, Spread

MOST = 60
"""Looks that are kept: when there are more, every second goes."""
Spreads = tuple[Spread, Spread | None]
"""Of an array's values, and of their gradient."""


class WeightHistory:
    """The newest look at a layer whole, and of those before it how values were spread, thinned out evenly."""

    def __init__(self) -> None:
        self.newest: LayerWeights | None = None
        self._epoch = -1.0
        self._kept: list[tuple[float, tuple[Spreads, ...]]] = []
        self._every, self._passed = 1, 0

    def take(self, epoch: float, look: LayerWeights) -> None:
        """Another look; at an earlier epoch, or at other arrays, it is of another network, and all begins anew."""
        if self.newest is not None and (epoch < self._epoch or _shapes(self.newest) != _shapes(look)):
            self._kept, self._every, self._passed = [], 1, 0
        elif self.newest is not None and epoch > self._epoch:
            if self._passed % self._every == 0:
                self._kept.append((self._epoch, _spreads(self.newest)))
            self._passed += 1
            if len(self._kept) >= MOST:
                self._kept, self._every = self._kept[::2], self._every * 2
        self.newest, self._epoch = look, epoch

    def of(self, array: int) -> list[tuple[float, Spreads]]:
        """One of the layer's arrays over time, with epochs, the newest last."""
        if self.newest is None:
            return []
        return [(epoch, spreads[array]) for epoch, spreads in (*self._kept, (self._epoch, _spreads(self.newest)))]


def _spreads(look: LayerWeights) -> tuple[Spreads, ...]:
    return tuple((array.values, array.gradient) for array in look.arrays)


def _shapes(look: LayerWeights) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((array.name, array.shape) for array in look.arrays)
