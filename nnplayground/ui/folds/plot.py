"""The curves of all folds, their mean and the smoothed mean in one plot.

This module imports pyqtgraph, which takes most of a second: import it after the window is painted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.curve_data import Curve
from nnplayground.ui.views.curve_plot import CurvePlot

PALE = 0.35


class FoldPlot(CurvePlot):
    """What is validated is dashed, as in all plots: the mean of the folds. Solid is the smoothed mean; each fold is thin and pale."""

    def __init__(self, theme: Theme, write: Callable[[float, float], str], parent: QWidget | None = None) -> None:
        self.folds: list[pg.PlotDataItem] = []
        self._chosen: int | None = None
        self._faint: frozenset[int] = frozenset()
        super().__init__(theme, write, parent)

    def show_folds(self, curves: Sequence[Curve | None], chosen: int | None, faint: frozenset[int]) -> None:
        """A curve for each fold, None for one that is as it was; `chosen` stands out, `faint` are those that are in no mean."""
        for _ in range(len(curves) - len(self.folds)):
            item = pg.PlotDataItem(connect="finite", antialias=True)
            item.setZValue(-0.5)
            self.addItem(item)
            self.folds.append(item)
        for item in self.folds[len(curves) :]:
            self.removeItem(item)
        del self.folds[len(curves) :]
        for item, curve in zip(self.folds, curves, strict=True):
            if curve is not None:
                item.setData(curve[0], self._place(curve[1]))
        self._chosen, self._faint = chosen, faint
        self.draw_folds()

    def draw_folds(self) -> None:
        """Give the folds their colour and width."""
        for i, item in enumerate(self.folds):
            colour = QColor(self._theme.tokens.ghost if i in self._faint else self._theme.tokens.test)
            if i != self._chosen:
                colour.setAlphaF(PALE)
            item.setPen(pg.mkPen(colour, width=2 if i == self._chosen else 1))

    def _on_theme(self) -> None:
        self.draw_folds()
        super()._on_theme()
