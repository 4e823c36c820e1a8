"""For each array of a layer's weights: its numbers, and the histograms of its values and of its gradient over time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.engine.layer_weights import Spread, WeightArray
from nnplayground.ui.theme.numbers import count, number, percent, shape, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.ridges import Ridges
from nnplayground.ui.views.weight_history import WeightHistory

NUMBERS = 136
LEAST_RIDGES = 90
"""Pixels, at the usual size of text, that a histogram has beside the numbers; where there are fewer they stand above."""


class WeightRows(QScrollArea):
    """A row an array, scrolled where there is no room for all."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weightRows")
        self.setAccessibleName(self.tr("Histograms of weights and gradients"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._theme = theme
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)  # which setWidget has switched on
        self.rows: list[ArrayRow] = []

    def show_history(self, history: WeightHistory, *, stale: bool) -> None:
        """The newest numbers, and everything that was seen before."""
        arrays = history.newest.arrays if history.newest is not None else ()
        while len(self.rows) > len(arrays):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()
        while len(self.rows) < len(arrays):
            self.rows.append(ArrayRow(self._theme, self._inner))
            self._column.addWidget(self.rows[-1])
        for i, (row, array) in enumerate(zip(self.rows, arrays, strict=True)):
            row.show_array(array, history, i, stale=stale)


class ArrayRow(QWidget):
    """One array."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: Spread | None = None
        self.title, self.numbers, self.warning = QLabel(), QLabel(), QLabel()
        for label, role, tone in ((self.title, Role.TITLE, ""), (self.numbers, Role.HELPER, "muted"), (self.warning, Role.HELPER, "error")):
            theme.use_font(label, role, tabular=label is self.numbers)
            label.setProperty("tone", tone)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.warning.setObjectName("notFinite")
        self.values, self.gradients = Ridges(theme, self.tr("Weights")), Ridges(theme, self.tr("Gradients"))
        self._left = QWidget()
        self._left.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for label in (self.title, self.numbers, self.warning):
            column.addWidget(label)
        column.addStretch(1)
        pictures = QHBoxLayout()
        pictures.setSpacing(14)
        pictures.addWidget(self.values, 1)
        pictures.addWidget(self.gradients, 1)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 6, 0)
        self._line.setSpacing(14)
        self._line.addWidget(self._left)
        self._line.addLayout(pictures, 1)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        beside = self._is_beside
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._left.setMinimumWidth(self._theme.pixels(NUMBERS) if beside else 0)

    @property
    def _is_beside(self) -> bool:
        return self.width() >= self._theme.pixels(NUMBERS + 2 * LEAST_RIDGES)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()
        if self._values is not None:
            self.numbers.setText(self._told(self._values))

    def show_array(self, array: WeightArray, history: WeightHistory, index: int, *, stale: bool) -> None:
        self.setAccessibleName(array.name)
        self.title.setText(f"{array.name}  {shape(array.shape)}")
        self._values = array.values
        self.numbers.setText(self._told(array.values))
        self.warning.setText(self._warned(array))
        self.warning.setVisible(bool(self.warning.text()))
        seen = history.of(index)
        self.values.show_history([(epoch, values.histogram) for epoch, (values, _) in seen], stale=stale)
        self.gradients.setVisible(array.gradient is not None)
        self.gradients.show_history([(epoch, slopes.histogram) for epoch, (_, slopes) in seen if slopes is not None], stale=stale)

    def _told(self, values: Spread) -> str:
        lines = [
            self.tr("mean {n}").format(n=signed(values.mean)),
            self.tr("std {n}").format(n=number(values.std)),
            self.tr("from {low} to {high}").format(low=number(values.low), high=number(values.high)),
            self.tr("{share} are 0").format(share=percent(values.zeros)),
        ]
        return ("\n" if self._is_beside else " · ").join(lines)

    def _warned(self, array: WeightArray) -> str:
        lines = []
        if array.values.histogram.not_finite:
            lines.append(self.tr("{n} weights are not a number.").format(n=count(array.values.histogram.not_finite)))
        if array.gradient is not None and array.gradient.histogram.not_finite:
            lines.append(self.tr("{n} gradients are not a number.").format(n=count(array.gradient.histogram.not_finite)))
        return "\n".join(lines)
