"""Sets of word numbers, one a sample: a matrix of 0 and 1 that is nearly all 0, held as the places of its ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.ragged import Ragged


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
    def of(cls, blocks: Iterable[Ragged], width: int) -> Rows:
        """Which numbers from 0 to width - 1 occur in each list of each of the blocks."""
        counts, indices = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
        for block in blocks:
            places = block.owners * width + block.values
            places.sort()
            places = places[np.diff(places, prepend=-1) > 0]
            rows = places // width
            indices.append((places - rows * width).astype(np.int32))
            counts.append(np.bincount(rows, minlength=len(block)))
        sets = Ragged.of(np.concatenate(indices), np.concatenate(counts))
        return cls(sets.indptr, sets.values, width)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), self.width

    def __getitem__(self, index: slice | NDArray[Any]) -> Rows:
        """The rows at `index` in its order: a slice (shares the indices), row numbers (repeats allowed) or a mask."""
        taken = Ragged(self.indptr, self.indices)[index]
        return Rows(taken.indptr, taken.values, self.width)

    def dense(self) -> NDArray[np.float32]:
        """The matrix itself, (n, width): only ever of a few rows, since 25,000 of 10,000 words take a gigabyte."""
        matrix = np.zeros(self.shape, np.float32)
        matrix[Ragged(self.indptr, self.indices).owners, self.indices] = 1
        return matrix
