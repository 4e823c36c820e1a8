"""Where the values of one array stand in a picture of it, and which of them is below the mouse. No painting here."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from nnplayground.ui.network.activation_pictures import GAP, arrangement

MOST_BARS = 64
"""Units that have bars of their own; more are squares."""
WIDEST_BAR = 64.0
LARGEST_POINT, LARGEST_SQUARE = 36.0, 22.0
"""Pixels a side of one value, of a matrix and of a long row."""


@dataclass(frozen=True)
class Spot:
    """One value: its indices in the array, and its place."""

    index: tuple[int, ...]
    place: QRectF


class Tiles:
    """Maps (height, width, maps) side by side."""

    def __init__(self, box: QRectF, shape: tuple[int, int, int], largest: float) -> None:
        self.shape = shape
        height, width, maps = shape
        columns, (across, down) = arrangement(box, maps, width / height)
        shrink = min(1.0, largest / max(across, down, 1e-9))
        self.columns = columns
        self.size = max(across * shrink, 1.0), max(down * shrink, 1.0)
        self._corner = box.topLeft()

    def place(self, number: int) -> QRectF:
        """Where a map is."""
        x, y = number % self.columns * (self.size[0] + GAP), number // self.columns * (self.size[1] + GAP)
        return QRectF(self._corner.x() + x, self._corner.y() + y, *self.size)

    def spot(self, point: QPointF) -> Spot | None:
        height, width, maps = self.shape
        column = int((point.x() - self._corner.x()) // (self.size[0] + GAP))
        number = int((point.y() - self._corner.y()) // (self.size[1] + GAP)) * self.columns + column
        if not 0 <= column < self.columns or not 0 <= number < maps:
            return None
        tile = self.place(number)
        if not tile.contains(point):
            return None
        across, down = tile.width() / width, tile.height() / height
        x, y = min(int((point.x() - tile.left()) / across), width - 1), min(int((point.y() - tile.top()) / down), height - 1)
        return Spot((y, x, number), QRectF(tile.left() + x * across, tile.top() + y * down, across, down))


class Heat:
    """Rows and columns of a matrix, as (columns, rows): steps go from left to right, features from top to bottom."""

    def __init__(self, box: QRectF, shape: tuple[int, int], largest: float) -> None:
        self.shape = shape
        columns, rows = shape
        self.place = QRectF(box.left(), box.top(), min(box.width(), columns * largest), min(box.height(), rows * largest))

    def spot(self, point: QPointF) -> Spot | None:
        columns, rows = self.shape
        if not self.place.contains(point):
            return None
        across, down = self.place.width() / columns, self.place.height() / rows
        x, y = int((point.x() - self.place.left()) / across), int((point.y() - self.place.top()) / down)
        x, y = min(x, columns - 1), min(y, rows - 1)
        return Spot((x, y), QRectF(self.place.left() + x * across, self.place.top() + y * down, across, down))


class Squares:
    """A long row of values, in lines."""

    def __init__(self, box: QRectF, count: int, largest: float) -> None:
        self.count = count
        self.columns = max(1, min(count, math.ceil(math.sqrt(count * box.width() / max(box.height(), 1.0)))))
        self.rows = -(-count // self.columns)
        self.pitch = min(box.width() / self.columns, box.height() / self.rows, largest)
        self.place = QRectF(box.left(), box.top(), self.columns * self.pitch, self.rows * self.pitch)

    def spot(self, point: QPointF) -> Spot | None:
        if not self.place.contains(point):
            return None
        column, row = int((point.x() - self.place.left()) / self.pitch), int((point.y() - self.place.top()) / self.pitch)
        number = row * self.columns + min(column, self.columns - 1)
        if number >= self.count:
            return None
        corner = self.place.topLeft() + QPointF(column * self.pitch, row * self.pitch)
        return Spot((number,), QRectF(corner.x(), corner.y(), self.pitch, self.pitch))


class Columns:
    """A short row of values as bars; below each its name, where there is room."""

    def __init__(self, box: QRectF, count: int, largest: float) -> None:
        self.count = count
        self.box, self.pitch = box, min(box.width() / count, largest)

    def place(self, number: int) -> QRectF:
        return QRectF(self.box.left() + number * self.pitch, self.box.top(), self.pitch, self.box.height())

    def spot(self, point: QPointF) -> Spot | None:
        number = int((point.x() - self.box.left()) // self.pitch)
        if not 0 <= number < self.count or not self.box.top() <= point.y() <= self.box.bottom():
            return None
        return Spot((number,), self.place(number))
