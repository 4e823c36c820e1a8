"""Sets of word numbers, one a sample: a matrix of 0 and 1 that is nearly all 0, held as the places of its ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Rows:
    """A multi-hot matrix of `shape` (n, width) in compressed sparse rows.

    The ones of row i stand in the columns `indices[indptr[i]:indptr[i + 1]]`, which are sorted and without repeats.
    `indptr` (n + 1,) is int64 and begins with 0, `indices` (nnz,) is int32.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    width: int

    @classmethod
    def of(cls, numbers: NDArray[Any], indptr: NDArray[np.int64], width: int) -> Rows:
        """The sets of the word numbers that occur: row i holds `numbers[indptr[i]:indptr[i + 1]]`, each from 0 to width - 1."""
        samples = len(indptr) - 1
        places = np.repeat(np.arange(samples, dtype=np.int64) * width, np.diff(indptr)) + numbers
        places.sort()  # NumPy sorts in place with the processor's vector instructions; np.unique would copy first
        places = places[np.concatenate(([True], places[1:] != places[:-1]))] if len(places) else places
        rows, columns = np.divmod(places, width)
        counts = np.bincount(rows, minlength=samples)
        return cls(_starts(counts), columns.astype(np.int32), width)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), self.width

    def __getitem__(self, index: slice | NDArray[Any]) -> Rows:
        """The rows at `index` in its order: a slice, row numbers (repeats allowed) or a mask."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                indptr = self.indptr[start : max(start, stop) + 1]
                return Rows(indptr - indptr[0], self.indices[indptr[0] : indptr[-1]], self.width)
            index = np.arange(start, stop, step)
        starts, counts = self.indptr[:-1][index], np.diff(self.indptr)[index]
        indptr = _starts(counts)
        places = np.arange(indptr[-1]) + np.repeat(starts - indptr[:-1], counts)
        return Rows(indptr, self.indices[places], self.width)

    def dense(self) -> NDArray[np.float32]:
        """The matrix itself, (n, width): only ever of a few rows, since 25,000 of 10,000 words take a gigabyte."""
        matrix = np.zeros(self.shape, np.float32)
        matrix[np.repeat(np.arange(len(self)), np.diff(self.indptr)), self.indices] = 1
        return matrix


def _starts(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Where each row begins, and after the last one its end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))
