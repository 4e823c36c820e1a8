"""Points on the plane as the map and the canvas draw them: by class or by value, filled or as rings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from nnplayground.engine.answers import Reading
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.class_map import point_colour
from nnplayground.ui.views.markers import class_stamp, marker_stamp

Array = NDArray[Any]
RADIUS = 3.2
RINGED = 6.0
"""The radius of a ring around a point."""
FEW = 8
"""So many points or fewer are drawn twice as large."""
SHADES = 7
"""Shades of values on either side of 0: each is one picture."""


class PointStamps:
    """The pictures of points for one reading, one theme and one size; each is drawn once."""

    def __init__(self, tokens: Tokens, reading: Reading, radius: float, ratio: float) -> None:
        self.tokens, self.reading, self.radius, self.ratio = tokens, reading, radius, ratio
        self._made: dict[tuple[float, bool], QPixmap] = {}

    def alike(self, other: PointStamps) -> bool:
        """Whether another's pictures are the same."""
        mine = (self.tokens.name, self.reading, self.radius, self.ratio)
        return mine == (other.tokens.name, other.reading, other.radius, other.ratio)

    def groups(self, answers: Array, *, ring: bool = False) -> Iterator[tuple[NDArray[np.bool_], QPixmap]]:
        """Which of the answers (n,) look alike, and their picture."""
        looks = np.asarray(answers, np.float64)
        if self.reading.is_regression:
            looks = np.round(np.clip(looks / self.reading.largest, -1, 1) * SHADES) / SHADES
        for look in np.unique(looks).tolist():
            yield looks == look, self.stamp(look, ring=ring)

    def stamp(self, look: float, *, ring: bool = False) -> QPixmap:
        """The picture of a class, or of a value as a share of the largest."""
        if (look, ring) not in self._made:
            self._made[look, ring] = self._draw(look, ring=ring)
        return self._made[look, ring]

    def _draw(self, look: float, *, ring: bool) -> QPixmap:
        tokens, several = self.tokens, len(self.reading.classes) > 2
        if self.reading.is_regression:
            shades = colormap.diverging(tokens)
            colour = QColor(*shades[round((look + 1) / 2 * (len(shades) - 1))].tolist()).name()
            ground = tokens.surface if ring else tokens.ghost
            return marker_stamp(colour, ground, self.radius, self.ratio, plus=look >= 0, ring=ring)
        if several or look > 1:
            index = int(look)
            return class_stamp(point_colour(tokens, index), tokens.surface, self.radius, self.ratio, index, ring=ring)
        colour = tokens.pos_end if look > 0 else tokens.neg_end
        return marker_stamp(colour, tokens.surface, self.radius, self.ratio, plus=look > 0, ring=ring)


def draw_rings(painter: QPainter, places: Array, theme: Theme) -> None:
    """Rings around points at pixels (n, 2), to be seen on any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for token, width in (("surface", 3.2), ("text", 1.6)):
        painter.setPen(QPen(theme.color(token), width))
        for x, y in places.tolist():
            painter.drawEllipse(QPointF(x, y), RINGED, RINGED)
