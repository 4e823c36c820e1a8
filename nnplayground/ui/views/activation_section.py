"""One layer in the Activations panel: what it is, and everything it gives for the sample."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.engine.events import Array
from nnplayground.engine.layer_activity import switches_off
from nnplayground.ui.network.activation_input import InputPlate
from nnplayground.ui.network.activation_plates import steady_scale
from nnplayground.ui.network.activation_rules import Outputs, of_inputs
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.network.plan import title_of
from nnplayground.ui.theme.numbers import count, number, shape
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.value_picture import ValuePicture

LEAST = 64


class Section(QWidget):
    """A title, a line of words, and room for a picture; as high as what is in sight of all."""

    def __init__(self, theme: Theme, picture: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._room = 0
        self.title, self.words = QLabel(), QLabel()
        theme.use_font(self.title, Role.TITLE)
        theme.use_font(self.words, Role.HELPER)
        self.words.setProperty("tone", "muted")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.title)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 8)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(picture, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_room(self, height: int) -> None:
        """How high what is in sight is."""
        if height != self._room:
            self._room = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(300, max(self._room, self._theme.pixels(LEAST)))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())


class LayerSection(Section):
    """The outputs of one layer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        picture = ValuePicture(theme)
        super().__init__(theme, picture, parent)
        self.picture = picture
        self.outputs: Array | None = None
        self._analysis: Analysis | None = None
        self._layer = 0
        self._rule = Outputs(signed=True)
        self._scale: float | None = None
        self._names: tuple[str, ...] = ()
        self.picture.pointed.connect(self._say)

    def show_layer(self, analysis: Analysis, layer: int, rule: Outputs, names: tuple[str, ...]) -> None:
        """Which layer this is; `names` are of its outputs, where they have any."""
        self._analysis, self._layer, self._rule, self._names = analysis, layer, rule, names
        self.title.setText(title_of(analysis.spec.layers[layer]))
        self.setAccessibleName(self.title.text())
        self.picture.setAccessibleName(self.tr("What {layer} gives").format(layer=self.title.text()))
        self._say(None)

    def show_outputs(self, outputs: Array | None, *, stale: bool) -> None:
        """What the layer gives for the sample, (*shape,); None while nobody knows."""
        self.outputs = outputs
        if outputs is None:
            self._scale = None
            self.picture.show_values(None, 1.0, signed=True)
        else:
            self._scale = self._rule.bound if self._names and self._rule.bound else steady_scale(self._scale, outputs)
            names = self._names if outputs.ndim == 1 and len(self._names) == len(outputs) else ()
            self.picture.show_values(outputs, self._scale, signed=self._rule.signed, stale=stale, names=names)
        self._say(self.picture.pointed_at)

    def _say(self, index: tuple[int, ...] | None) -> None:
        value = None if index is None else self.picture.value_at(index)
        self.words.setText(self._described() if index is None or value is None else self._read(index, float(value)))

    def _described(self) -> str:
        assert self._analysis is not None
        layer, entry = self._analysis.spec.layers[self._layer], self._analysis.shapes[self._layer]
        parts = [shape(entry.output or ())]
        if self.outputs is None or self._scale is None:
            return parts[0]
        if self.outputs.shape != entry.output:
            parts.append(self.tr("drawn as {shape}").format(shape=shape(self.outputs.shape)))
        if self.outputs.ndim == 1 and switches_off(layer) and self.outputs.shape == entry.output:
            active = self.tr("{active} of {units} active")
            parts.append(active.format(active=count(int((self.outputs > 0).sum())), units=count(len(self.outputs))))
        full = self.tr("full bar at ±{scale}") if self._rule.signed else self.tr("full bar at {scale}")
        if self.outputs.ndim > 1 or len(self.outputs) > 64:
            full = self.tr("full colour at ±{scale}") if self._rule.signed else self.tr("full colour at {scale}")
        parts.append(full.format(scale=number(self._scale)))
        return " · ".join(parts)

    def _read(self, index: tuple[int, ...], value: float) -> str:
        told = number(value)
        if len(index) == 3:
            return self.tr("map {n}, row {y}, column {x}: {value}").format(n=index[2], y=index[0], x=index[1], value=told)
        if len(index) == 2:
            return self.tr("step {n}, feature {i}: {value}").format(n=index[0], i=index[1], value=told)
        if len(self._names) > index[0]:
            return f"{self._names[index[0]]}: {told}"
        return self.tr("unit {n}: {value}").format(n=index[0], value=told)


class InputSection(Section):
    """The sample itself."""

    def __init__(self, theme: Theme, sample: ActivationSample, parent: QWidget | None = None) -> None:
        picture = _InputPicture(theme, sample)
        super().__init__(theme, picture, parent)
        self.picture = picture
        self._sample = sample
        self.title.setText(QCoreApplication.translate("CardsPicture", "Input"))
        self.setAccessibleName(self.title.text())

    def show_analysis(self, analysis: Analysis) -> None:
        self.picture.analysis = analysis
        self.refresh()

    def refresh(self) -> None:
        """The sample is another."""
        analysis = self.picture.analysis
        sizes = shape(analysis.facts.input_shape) if analysis is not None and analysis.is_known else ""
        self.words.setText(" · ".join(part for part in (self._sample.caption, sizes) if part))
        self.picture.update()


class _InputPicture(QWidget):
    def __init__(self, theme: Theme, sample: ActivationSample) -> None:
        super().__init__()
        self._theme = theme
        self._plate = InputPlate(sample)
        self.analysis: Analysis | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.analysis is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -1.5, -1.5)
        axes = len(self.analysis.facts.input_shape)
        if axes == 3:
            box.setWidth(min(box.width(), box.height()))
        elif axes == 1 and not self.analysis.facts.words:
            box.setWidth(min(box.width(), 320 * self._theme.zoom))
        self._plate.draw(painter, box, self.analysis, of_inputs(self.analysis), self._theme)
        painter.end()
