"""`Column`: one number of every epoch of a run, with the least and the greatest of every few epochs at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

STEP = 16
BLOCKS = (STEP, STEP**2, STEP**3)
"""Epochs whose least and greatest are kept at hand, so that a curve of millions need not be looked through again."""
FINE = 4
"""A drawn column is made of so many blocks at least: so it is hardly wider than it was to be."""


class Column:
    """`values` (room,) of which the first `epochs` count; whoever writes them calls `note`."""

    def __init__(self, room: int) -> None:
        self.values: Floats = np.empty(room)
        self._shared = 0
        """So many of the values are another column's, too."""
        self._extremes = [(np.empty(-(-room // block), np.int64), np.empty(-(-room // block), np.int64)) for block in BLOCKS]

    def grow(self, room: int) -> None:
        """Have room for so many epochs; those that are there stay."""
        self.values, self._shared = _grown(self.values, room), 0
        self._extremes = [
            (_grown(low, -(-room // block)), _grown(high, -(-room // block)))
            for block, (low, high) in zip(BLOCKS, self._extremes, strict=True)
        ]  # fmt: skip

    def copy(self, epochs: int) -> Column:
        """A column of its own with the first `epochs` values. Millions are not copied before one of the two is to change them."""
        other = Column(0)
        other.values = self.values[:epochs]
        other._extremes = [
            (low[: -(-epochs // block)].copy(), high[: -(-epochs // block)].copy())
            for block, (low, high) in zip(BLOCKS, self._extremes, strict=True)
        ]  # fmt: skip
        self._shared, other._shared = max(self._shared, epochs), epochs
        other.note(max(epochs - 1, 0), epochs)  # the last blocks may have been longer
        return other

    def write_from(self, first: int) -> None:
        """Values from index `first` on are about to be written."""
        if first < self._shared:
            self.values, self._shared = self.values.copy(), 0

    def note(self, changed: int, epochs: int) -> None:
        """Find the least and the greatest of every block, after the values from index `changed` up to `epochs` were written."""
        below = None
        for block, (low, high) in zip(BLOCKS, self._extremes, strict=True):
            first, last = changed // block, -(-epochs // block)
            if below is None:
                of_low = of_high = np.arange(first * block, epochs)
            else:
                start, end = first * STEP, -(-epochs // (block // STEP))
                of_low, of_high = below[0][start:end], below[1][start:end]
            low[first:last] = least(self.values[of_low], of_low, STEP)
            high[first:last] = least(-self.values[of_high], of_high, STEP)
            below = low, high

    def extremes(self, epochs: int, width: int) -> tuple[Indices, Indices]:
        """Where the least and the greatest of every `width` epochs of `epochs` are, or of some more: the width is rounded up."""
        found = next(((b, e) for b, e in zip(reversed(BLOCKS), reversed(self._extremes), strict=True) if b * FINE <= width), None)
        if found is None:
            everyone, values = np.arange(epochs), self.values[:epochs]
            return least(values, everyone, width), least(-values, everyone, width)
        block, there = found[0], -(-epochs // found[0])
        low, high = (places[:there] for places in found[1])
        blocks = -(-width // block)
        return least(self.values[low], low, blocks), least(-self.values[high], high, blocks)

    def best(self, epochs: int, *, more: bool) -> int | None:
        """Where the least of the finite values is, or with `more` the greatest; the first of several. None where nothing is finite."""
        places = self._extremes[-1][int(more)][: -(-epochs // BLOCKS[-1])]
        if (self.values[places] == (np.inf if more else -np.inf)).any():  # hides what is finite beside it
            places = np.arange(epochs)
        values = self.values[places]
        finite = np.isfinite(values)
        return int(places[np.argmin(np.where(finite, -values if more else values, np.inf))]) if finite.any() else None


def least(values: Floats, index: Indices, width: int) -> Indices:
    """Of each `width` values in turn the `index` of the least; what is not a number is never the least of others."""
    rows = -(-len(values) // width)
    padded = np.full(rows * width, np.inf)
    padded[: len(values)] = np.where(np.isnan(values), np.inf, values)
    places = np.argmin(padded.reshape(rows, width), axis=1) + np.arange(rows) * width
    return np.asarray(index[places], np.int64)


def _grown(array: NDArray[Any], room: int) -> NDArray[Any]:
    grown = np.empty(room, array.dtype)
    grown[: len(array)] = array
    return grown
