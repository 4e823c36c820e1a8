"""Grids of values: the line along which they are zero, and what lies between their nodes. No Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# The four edges of a cell as pairs of its corners, corners counted (0, 0), (0, 1), (1, 1), (1, 0) in (row, column).
_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0))
_CORNERS = np.array([(0, 0), (0, 1), (1, 1), (1, 0)], np.float64)


def zero_lines(values: Array) -> NDArray[np.float64]:
    """Pieces of the zero line of `values` (rows, columns) as (n, 4): column, row, column, row of both ends, in cells.

    Marching squares: each cell whose corners differ in sign gives one piece, a saddle two. Cells with NaN give none.
    """
    values = np.asarray(values, np.float64)
    corners = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]], axis=-1)
    above = corners > 0
    crossing = above.any(axis=-1) & ~above.all(axis=-1) & np.isfinite(corners).all(axis=-1)
    rows, columns = np.nonzero(crossing)
    cells, above = corners[rows, columns], above[rows, columns]
    ends = np.full((len(cells), 4, 2), np.nan)
    for edge, (a, b) in enumerate(_EDGES):
        cut = above[:, a] != above[:, b]
        share = cells[cut, a] / (cells[cut, a] - cells[cut, b])
        place = _CORNERS[a] + share[:, None] * (_CORNERS[b] - _CORNERS[a])
        ends[cut, edge, 0] = columns[cut] + place[:, 1]
        ends[cut, edge, 1] = rows[cut] + place[:, 0]
    is_cut = np.isfinite(ends[:, :, 0])
    ordered = ends[np.arange(len(ends))[:, None], np.argsort(~is_cut, axis=1, kind="stable")]  # the edges that are cut come first
    saddle = is_cut.all(axis=1)
    pieces = ordered[:, :2].reshape(-1, 4)
    return np.concatenate([pieces, ordered[saddle, 2:].reshape(-1, 4)])


def between(grid: NDArray[Any], up: float, across: float) -> NDArray[np.float64]:
    """The numbers (units,) of a grid (rows, columns, units) at a place, as shares from 0 to 1: bilinear between the nodes around it."""
    answer = np.zeros(grid.shape[-1])
    for row, row_share in _around(up, grid.shape[0]):
        for column, column_share in _around(across, grid.shape[1]):
            if row_share * column_share:  # what is not a number beside the place is of no matter
                answer += row_share * column_share * grid[row, column].astype(np.float64)
    return answer


def _around(share: float, nodes: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """The two nodes of an axis around a place, and what each counts."""
    at = min(max(share, 0.0), 1.0) * (nodes - 1)
    first = min(int(at), max(nodes - 2, 0))
    return (first, 1 - (at - first)), (min(first + 1, nodes - 1), at - first)
