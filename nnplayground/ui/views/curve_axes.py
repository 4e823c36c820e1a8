"""What stands around a curve plot, and the mouse on it: axes with few round numbers, zoom, pan.

This module imports pyqtgraph, which takes most of a second: import it after the window is painted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt

from nnplayground.ui.views.ticks import linear_ticks, log_ticks, tick_text


class ValueAxis(pg.AxisItem):
    """An axis with few round numbers; on a logarithmic one, positions are powers of ten."""

    def __init__(self, side: str, write: Callable[[float], str] = tick_text, *, apart: float = 34) -> None:
        super().__init__(side)
        self.log = False
        self._write = write
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
        return [self._write(10.0**v if self.log else v) for v in values]

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
