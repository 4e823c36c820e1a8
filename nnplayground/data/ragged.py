"""Lists of different lengths, one a sample, in one array: texts as word numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 500
"""Lists that are worked on at once: few enough to stay in the processor's cache, which makes it several times faster."""


@dataclass(frozen=True, eq=False)
class Ragged:
    """List i is `values[indptr[i]:indptr[i + 1]]`; `indptr` (n + 1,) is int64 and begins with 0, `values` is int32."""

    indptr: NDArray[np.int64]
    values: NDArray[np.int32]

    @classmethod
    def of(cls, values: NDArray[np.int32], counts: NDArray[Any]) -> Ragged:
        """Lists of `counts` (n,) values each, which stand one after the other."""
        return cls(np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64))), values)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """How long each list is, (n,)."""
        return np.diff(self.indptr)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The number of the list that each value belongs to, (len(values),)."""
        return np.repeat(np.arange(len(self)), self.counts)

    def __getitem__(self, index: slice | NDArray[Any]) -> Ragged:
        """The lists at `index` in its order: a slice (shares the values), list numbers (repeats allowed) or a mask."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                indptr = self.indptr[start : max(start, stop) + 1]
                return Ragged(indptr - indptr[0], self.values[indptr[0] : indptr[-1]])
            index = np.arange(start, stop, step)
        taken = Ragged.of(self.values, self.counts[index])
        shift = self.indptr[:-1][index] - taken.indptr[:-1]
        return Ragged(taken.indptr, self.values[np.arange(taken.indptr[-1]) + np.repeat(shift, taken.counts)])

    def blocks(self) -> Iterator[Ragged]:
        """The lists in their order, a few hundred at a time."""
        return (self[start : start + BLOCK] for start in range(0, len(self), BLOCK))

    def padded(self, length: int) -> NDArray[np.int32]:
        """One row a list, (n, length): the last values of longer lists, zeros in front of shorter ones, as Keras's pad_sequences."""
        rows = np.zeros((len(self), length), np.int32)
        # Counted from the end, the last value of every list stands in the last column.
        columns = length - np.repeat(self.indptr[1:], self.counts) + np.arange(len(self.values))
        seen = columns >= 0
        rows[self.owners[seen], columns[seen]] = self.values[seen]
        return rows
