"""What a brush does between press and release. No Qt: places are those of the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from nnplayground.core import painting
from nnplayground.core.own_data import MAX_POINTS
from nnplayground.core.painting import Points

Place = tuple[float, float]
STEP = 0.5
"""A brush that is moved sprays again after this share of its radius."""
MOST_STEPS = 40
"""A jump across the whole plane sprays no more often than this."""


class Tool(Enum):
    """What the mouse does on the canvas."""

    BRUSH = "brush"
    POINT = "point"
    DRAG = "drag"
    ERASE = "erase"


@dataclass(frozen=True)
class Brush:
    """A tool and how it is set: its radius on the plane, points a spray, the answer of what is painted."""

    tool: Tool = Tool.BRUSH
    radius: float = 0.8
    density: int = 5
    answer: float = 0.0


class Stroke:
    """From press to release: `points` are those of now, `count` how many were painted, erased or are dragged."""

    def __init__(self, points: Points, brush: Brush, bound: float, rng: np.random.Generator, at: Place) -> None:
        self.brush = brush
        self.count = 0
        self.full = False
        """Whether there was no room for all that was painted."""
        self.dragged: NDArray[np.bool_] = np.zeros(len(points), np.bool_)
        self._start, self._bound, self._rng = points, bound, rng
        self._parts = [points]
        self._first = self._at = self._sprayed_at = at
        match brush.tool:
            case Tool.DRAG:
                self.dragged = _grasped(points, at, brush.radius)
                self.count = int(self.dragged.sum())
            case Tool.ERASE:
                self._erase(at)
            case _:
                self._paint(at)

    @property
    def points(self) -> Points:
        """All points as they are now."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        if self.brush.tool is Tool.DRAG and self.count:
            by = (self._at[0] - self._first[0], self._at[1] - self._first[1])
            return painting.moved(self._start, self.dragged, by, self._bound)
        return self._parts[0]

    @property
    def changed(self) -> bool:
        """Whether anything has become of it."""
        return self.count > 0 and (self.brush.tool is not Tool.DRAG or self._at != self._first)

    def move(self, at: Place) -> Points:
        """Go to another place; gives what was painted on the way."""
        before, self._at = len(self._parts), at
        match self.brush.tool:
            case Tool.BRUSH:
                self._spray_along(at)
            case Tool.ERASE:
                self._erase_along(at)
            case _:
                pass
        return self._painted_since(before)

    def hold(self) -> Points:
        """The brush is kept where it is for a moment; gives what was painted."""
        before = len(self._parts)
        if self.brush.tool is Tool.BRUSH:
            self._paint(self._at)
        return self._painted_since(before)

    def _painted_since(self, before: int) -> Points:
        new = self._parts[before:]
        return np.concatenate(new) if new else np.empty((0, 3))

    def _spray_along(self, at: Place) -> None:
        for place in _way(self._sprayed_at, at, STEP * self.brush.radius):
            self._sprayed_at = place
            self._paint(place)

    def _paint(self, at: Place) -> None:
        brush = self.brush
        one = brush.tool is Tool.POINT
        radius, wanted = (0.0, 1) if one else (brush.radius, brush.density)
        room = min(wanted, MAX_POINTS - len(self._start) - self.count)
        self.full = self.full or room < wanted
        fresh = painting.spray(self._rng, at, radius, brush.answer, max(room, 0), self._bound)
        self.count += len(fresh)
        if len(fresh):
            self._parts.append(fresh)

    def _erase_along(self, at: Place) -> None:
        for place in _way(self._sprayed_at, at, STEP * self.brush.radius):
            self._sprayed_at = place
            self._erase(place)

    def _erase(self, at: Place) -> None:
        points = self._parts[0]
        gone = painting.within(points, at, self.brush.radius)
        if gone.any():
            self.count += int(gone.sum())
            self._parts = [points[~gone]]


def _grasped(points: Points, at: Place, radius: float) -> NDArray[np.bool_]:
    """The points under the brush; where there is none, the nearest within twice its radius."""
    chosen = painting.within(points, at, radius)
    if not chosen.any() and len(points):
        distance = np.hypot(points[:, 0] - at[0], points[:, 1] - at[1])
        nearest = int(distance.argmin())
        chosen[nearest] = distance[nearest] <= 2 * radius
    return chosen


def _way(start: Place, end: Place, step: float) -> list[Place]:
    """The places between two, a step apart, that a quick brush has passed."""
    length = math.dist(start, end)
    count = min(int(length / step), MOST_STEPS) if step > 0 else 0
    share = step / length if count and count < MOST_STEPS else 1 / MOST_STEPS
    return [(start[0] + (end[0] - start[0]) * share * i, start[1] + (end[1] - start[1]) * share * i) for i in range(1, count + 1)]
