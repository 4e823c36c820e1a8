"""One array of a layer's weights as pictures: patterns that filters and units look for, or the matrix itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from nnplayground.engine.events import Array
from nnplayground.engine.layer_weights import WeightArray
from nnplayground.ui.network.activation_plates import steady_scale
from nnplayground.ui.theme.numbers import count, number, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.value_picture import ValuePicture

MOST = 0.99
ALL_COLOURS = 0
"""What stands for red, green and blue at once among the channels, which are counted from 1."""


class WeightPictures(QWidget):
    """A line that says what is seen, and the picture; of several arrays one is chosen, of several input channels, too."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weightPictures")
        self._arrays: tuple[WeightArray, ...] = ()
        self._layer = -1
        self._unit = ""
        self._scales: dict[tuple[int, str], float] = {}
        self.which = QComboBox()
        self.which.setObjectName("weightArray")
        self.which.setAccessibleName(self.tr("Array of weights"))
        self.which.setToolTip(self.tr("Which of the layer's arrays is shown, by Keras's name for it"))
        self.channel = QSpinBox()
        self.channel.setObjectName("kernelChannel")
        self.channel.setAccessibleName(self.tr("Input channel"))
        self.channel.setToolTip(self.tr("A filter has a pattern for each map of the layer before: which of them is shown"))
        self.channel.setPrefix(self.tr("Channel "))
        self.caption = QLabel()
        self.caption.setObjectName("weightCaption")
        self.caption.setProperty("tone", "muted")
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.use_font(self.caption, Role.HELPER)
        self.picture = ValuePicture(theme)
        self.picture.setObjectName("weightPicture")
        self.picture.setAccessibleName(self.tr("Picture of the weights"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for field in (self.which, self.channel):
            field.setMinimumWidth(90)  # else both together push the network's other panels away when text is large
            field.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            theme.use_font(field, Role.HELPER)
            row.addWidget(field)
        row.addWidget(self.caption, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.picture, 1)
        self.which.currentIndexChanged.connect(self._show)
        self.channel.valueChanged.connect(self._show)
        self.picture.pointed.connect(self._say)
        self._stale = False

    def show_arrays(self, layer: int, arrays: tuple[WeightArray, ...], unit: str, *, stale: bool) -> None:
        """A layer's arrays; `unit` is what one output of it is called."""
        self._arrays, self._stale, self._unit = arrays, stale, unit
        names = [array.name for array in arrays]
        if layer != self._layer or names != [self.which.itemText(i) for i in range(self.which.count())]:
            self._layer = layer
            self.which.blockSignals(True)
            self.which.clear()
            self.which.addItems(names)
            self.which.blockSignals(False)
        self._show()

    def forget_scales(self) -> None:
        """Another network is looked at."""
        self._scales.clear()

    @property
    def shown(self) -> Array | None:
        """What the picture shows."""
        return self.picture.values

    @property
    def array(self) -> WeightArray | None:
        index = self.which.currentIndex()
        return self._arrays[index] if 0 <= index < len(self._arrays) else None

    def _show(self) -> None:
        array = self.array
        if array is None:
            self.picture.show_values(None, 1.0, signed=True)
            return
        values = array.picture
        channels = values.shape[2] if values.ndim == 4 else 1
        self.channel.setVisible(channels > 1)
        self.channel.blockSignals(True)
        in_colours = channels == 3
        self.channel.setRange(ALL_COLOURS if in_colours else 1, channels)
        self.channel.setSpecialValueText(self.tr("In colours") if in_colours else "")
        self.channel.setSuffix(self.tr(" of {n}").format(n=array.shape[-2] if len(array.shape) == 4 else channels))
        self.channel.blockSignals(False)
        scale = self._scales[self._layer, array.name] = steady_scale(
            self._scales.get((self._layer, array.name)), _most(values))
        if values.ndim == 4 and not (in_colours and self.channel.value() == ALL_COLOURS):
            values = values[:, :, max(self.channel.value() - 1, 0)]
        elif values.ndim == 2:
            values = values.T  # units from left to right
        self.picture.show_values(values, scale, signed=True, stale=self._stale)
        self._say(self.picture.pointed_at)

    def _say(self, index: tuple[int, ...] | None) -> None:
        array = self.array
        if array is None:
            return
        value = None if index is None else self.picture.value_at(index)
        if index is None or value is None:
            self.caption.setText(self._described(array))
            self.caption.setToolTip(self.caption.text())
            return
        told = ", ".join(signed(float(v)) for v in np.atleast_1d(value))
        if len(index) == 3:
            place = self.tr("{unit} {n}, row {y}, column {x}: {value}")
            self.caption.setText(place.format(unit=self._unit, n=index[2], y=index[0], x=index[1], value=told))
        elif len(index) == 2:
            place = self.tr("{unit} {n}, input {i}: {value}")
            across, down = self._joined(array)
            self.caption.setText(place.format(unit=self._unit, n=_range(index[0], across), i=_range(index[1], down), value=told))
        else:
            joined = -(-int(np.prod(array.shape)) // max(array.picture.size, 1))
            self.caption.setText(self.tr("{unit} {n}: {value}").format(unit=self._unit, n=_range(index[0], joined), value=told))

    def _joined(self, array: WeightArray) -> tuple[int, int]:
        """How many columns, and rows, of a matrix are one of its picture."""
        down, across = array.picture.shape
        rows = int(np.prod(array.shape[:-1]))
        return -(-array.shape[-1] // max(across, 1)), -(-rows // max(down, 1))

    def _described(self, array: WeightArray) -> str:
        values, scale = array.picture, number(self._scales.get((self._layer, array.name), 1.0))
        parts = []
        if values.ndim == 4:
            told = self.tr("{n} of {all}") if values.shape[-1] < array.shape[-1] else "{n}"
            parts.append(told.format(n=values.shape[-1], all=count(array.shape[-1])))
        elif values.ndim == 2:
            parts.append(self.tr("inputs down, {unit}s across").format(unit=self._unit))
            if self._joined(array) != (1, 1):
                parts.append(self.tr("each point the largest of {n} neighbours").format(n=int(np.prod(self._joined(array)))))
        parts.append(self.tr("full colour at ±{scale}").format(scale=scale))
        return " · ".join(parts)


def _most(values: Array) -> Array:
    """What nearly all of them stay below: a few large weights would make all others pale."""
    sizes = np.abs(values[np.isfinite(values)])
    return np.quantile(sizes, [MOST]) if sizes.size and np.quantile(sizes, MOST) > 0 else sizes


def _range(index: int, joined: int) -> str:
    """The numbers of what is joined into one point."""
    return count(index) if joined == 1 else f"{count(index * joined)}–{count((index + 1) * joined - 1)}"


