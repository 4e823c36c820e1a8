"""Curves without their noise: TensorBoard's exponential moving average, corrected for its beginning."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.history import History

Floats = NDArray[np.float64]

BLOCK = 128
"""Values that are averaged at once."""


@dataclass(frozen=True)
class Tail:
    """What an average goes on from."""

    sum: float = 0.0
    count: int = 0
    """How many numbers went into it."""


def smoothed(values: Floats, weight: float, tail: Tail = Tail()) -> tuple[Floats, Tail]:
    """The average at each of the `values` (n,), and where it goes on from. `weight` is from 0, which changes nothing, to below 1.

    What is not finite stays as it is, and is left out of the average.
    """
    out = np.array(values, np.float64)
    finite = np.isfinite(out)
    numbers = out[finite]
    n = len(numbers)
    if weight <= 0 or n == 0:
        return out, Tail(float(numbers[-1]) if n else tail.sum, tail.count + n)
    steps = np.arange(BLOCK)
    ages = steps[:, None] - steps[None, :]
    of_block = np.where(ages >= 0, (1 - weight) * weight ** np.maximum(ages, 0), 0.0)
    padded = np.zeros(-(-n // BLOCK) * BLOCK)
    padded[:n] = numbers
    sums = padded.reshape(-1, BLOCK) @ of_block.T
    fading = weight ** (steps + 1.0)
    carried = [tail.sum]  # into each block, from those before it
    for own in sums[:-1, -1].tolist():
        carried.append(own + float(fading[-1]) * carried[-1])
    sums += np.array(carried)[:, np.newaxis] * fading
    flat = sums.ravel()[:n]
    told = Tail(float(flat[-1]), tail.count + n)
    early = flat[: max(0, math.ceil(math.log(1e-18) / math.log(weight)) - tail.count)]  # later ones are corrected by nothing
    early /= 1 - weight ** (tail.count + 1.0 + np.arange(len(early)))
    out[finite] = flat
    return out, told


class Smoothed:
    """A history's curves, smoothed; as the run goes on, only what is new is worked out."""

    def __init__(self, source: History, weight: float) -> None:
        self.weight = weight
        self._source = source
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._history, self._tails = History(), dict[str, Tail]()
        self._rewritten, self._names = self._source.rewritten, self._source.names

    @property
    def history(self) -> History:
        """The smoothed curves, as far as the run has come."""
        source = self._source
        if (source.rewritten, source.names) != (self._rewritten, self._names):
            self._begin_anew()
        done = self._history.epochs
        if source.epochs > done:
            fresh: dict[str, Floats] = {}
            for name in source.names:
                fresh[name], self._tails[name] = smoothed(source.values(name)[done:], self.weight, self._tails.get(name, Tail()))
            self._history.append(fresh, done + 1)
        return self._history
