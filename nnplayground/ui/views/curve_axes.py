"""What stands around a curve plot, and the mouse on it: axes with few round numbers, zoom, pan.

This module imports pyqtgraph, which takes most of a second: import it after the window is painted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnplayground.ui.views.ticks import linear_ticks, log_ticks, tick_text

USUAL = "0.0001"


class ValueAxis(pg.AxisItem):
    """An axis with few round numbers; on a logarithmic one, positions are powers of ten."""

    def __init__(self, side: str, write: Callable[[float, float], str] = tick_text, *, apart: float = 34) -> None:
        super().__init__(side)
        self.log = False
        self.write = write
        self._apart = apart

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802, N803
        most = max(2, int(size / self._apart))
        if self.log:
            ticks = [math.log10(v) for v in log_ticks(10.0**minVal, 10.0**maxVal, most)]
            if len(ticks) > 1:
                return [(1.0, ticks)]
            # Zoomed in between two of those.
            return [(1.0, [math.log10(v) for v in linear_ticks(10.0**minVal, 10.0**maxVal, most) if v > 0])]
        return [(1.0, linear_ticks(minVal, maxVal, most))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        shown = [10.0**v if self.log else v for v in values]
        apart = min((b - a for a, b in pairwise(shown)), default=0.0)
        is_even = len(shown) > 2 and math.isclose(shown[-1] - shown[0], apart * (len(shown) - 1), rel_tol=1e-6)
        return [self.write(value, apart if is_even else 0.0) for value in shown]

    def fit(self, font: QFont) -> None:
        """Stand at the left with the room that its numbers need, and at least that of usual ones, so that it rarely moves."""
        letters, (low, high) = QFontMetricsF(font), self.linkedView().viewRange()[1]
        shown = self.tickValues(low, high, self.linkedView().height())
        texts = [USUAL, *(text for spacing, ticks in shown for text in self.tickStrings(ticks, 1.0, spacing))]
        width = round(max(map(letters.horizontalAdvance, texts))) + 12
        if width != self.fixedWidth:
            self.setWidth(width)

    def boundingRect(self) -> QRectF:
        return super().boundingRect().adjusted(-9, -9, 9, 9)  # pyqtgraph leaves out numbers that stick out: the first and last


class CurveBox(pg.ViewBox):
    """Dragging zooms into a rectangle; with Shift, or with the right or the middle button, it moves the view. The wheel zooms."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.setMouseMode(self.RectMode)
        self.disableAutoRange()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if axis is not None or (event.button() is Qt.MouseButton.LeftButton and not shifted):
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        to, since = self.mapToView(event.pos()), self.mapToView(event.lastPos())
        self.move(since.x() - to.x(), since.y() - to.y())

    def move(self, across: float, up: float) -> None:
        """Move the view, as a person's doing."""
        self.translateBy(x=across, y=up)
        self.sigRangeChangedManually.emit([True, True])

    def zoom(self, factor: float) -> None:
        """Show `factor` times as much of both axes, as a person's doing."""
        self.scaleBy((factor, factor))
        self.sigRangeChangedManually.emit([True, True])

    def allow(self, epochs: float, low: float, high: float) -> None:
        """How far one may move and zoom: no further than where there are epochs, and not far from all values."""
        span = high - low
        wanted = {"xMin": 0.0, "xMax": epochs, "yMin": low - span, "yMax": high + span, "minXRange": 1.0, "minYRange": span / 1e6}
        if wanted != self._allowed:
            self._allowed = wanted
            self.setLimits(**wanted)

    _allowed: dict[str, float] = {}  # noqa: RUF012  replaced, never changed
