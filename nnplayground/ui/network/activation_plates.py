"""What stands on the cards: pictures of what one sample does in each layer, made when they are painted, and kept."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Affine
from nnplayground.engine.layer_activity import switches_off
from nnplayground.engine.layer_pictures import cut, plan
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network import activation_pictures as pictures
from nnplayground.ui.network.activation_answer import draw_answer, tell_answer
from nnplayground.ui.network.activation_input import InputPlate
from nnplayground.ui.network.activation_rules import Outputs, of_inputs, outputs_of
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme

Floats = NDArray[np.floating[Any]]

STALE = 0.6
STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""What full colour stands for, times a power of ten."""
TOO_LARGE, TOO_SMALL = 1.25, 0.4
"""Largest outputs, in scales, at which the scale is made anew: else it stays, so that colours can be compared over time."""
SMALLEST = 24.0
CAPTION_FROM = 64.0
"""Heights below which nothing is drawn, and no caption."""


class Plates:
    """Holds the newest outputs of every layer, and pixmaps of those that were seen."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._analysis: Analysis | None = None
        self._ranges: tuple[Outputs, ...] = ()
        self._scales: dict[int, float] = {}
        self._pixmaps: dict[int | None, tuple[tuple[float, ...], QPixmap]] = {}
        self.values: dict[int, Floats] = {}
        """By layer: what it gives for the sample, as `layer_pictures.cut` leaves it."""
        self.sample = ActivationSample()
        self._input = InputPlate(self.sample)
        self.stale = False

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        """Of another network, what both have in common keeps its pictures, paler, until the network answers."""
        before, self._analysis = self._analysis, analysis
        self._ranges = outputs_of(analysis)
        if before is None or before.spec.data != analysis.spec.data:
            self.forget()
        elif before.spec.layers != analysis.spec.layers:
            self._keep_what_fits(before, analysis)
        self._pixmaps.clear()

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        """Take the newest outputs; says whether there are any for this network."""
        if self._analysis is None or len(snapshot.activations) != len(self._analysis.shapes):
            return False
        taken: dict[int, Floats] = {}
        for layer, (outputs, entry) in enumerate(zip(snapshot.activations, self._analysis.shapes, strict=True)):
            if entry.output is None or len(outputs) != 1:
                return False
            if outputs.shape[1:] not in (entry.output, _cut_shape(entry.output)):
                return False
            taken[layer] = (outputs if outputs.shape[1:] == _cut_shape(entry.output) else cut(outputs))[0]
        self.values, self.stale = taken, False
        self._forget_pixmaps()
        return True

    def forget(self) -> None:
        """Nothing is known of the network."""
        self.values, self._scales, self.stale = {}, {}, False
        self._pixmaps.clear()

    def grow_stale(self) -> None:
        self.stale = bool(self.values)

    @property
    def kept(self) -> int:
        """How many pictures are kept."""
        return len(self._pixmaps)

    def recolour(self) -> None:
        """Colours, type or the sample are others now."""
        self._pixmaps.clear()

    def _forget_pixmaps(self) -> None:
        for layer in [layer for layer in self._pixmaps if layer is not None]:
            del self._pixmaps[layer]

    def _keep_what_fits(self, before: Analysis, after: Analysis) -> None:
        old, new = before.shapes, after.shapes
        kept: dict[int, Floats] = {}
        for layer, (entry, own) in enumerate(zip(new, after.spec.layers, strict=True)):
            # From the end, too: most edits are made before the last layers.
            for twin in (layer, layer + len(old) - len(new)):
                same = 0 <= twin < len(old) and type(before.spec.layers[twin]) is type(own) and old[twin].output == entry.output
                if same and entry.output is not None and twin in self.values and layer not in kept:
                    kept[layer] = self.values[twin]
        self.values, self._scales = kept, {}
        self.stale = bool(kept) and edits.with_live_settings(before.spec, after.spec) != after.spec

    # ---- drawing

    def paint(self, painter: QPainter, box: QRectF, layer: int | None) -> bool:
        """Draw what is known of a layer (None: the inputs) into a box; says whether there is anything."""
        known = self.sample.x is not None if layer is None else layer in self.values
        if not known or self._analysis is None or box.height() < SMALLEST:
            return known
        transform = painter.transform()
        # Not what the device says: what is rendered into a picture has that picture's pixels.
        own = painter.deviceTransform().m11() / transform.m11()
        key = (box.width(), box.height(), own, transform.m11())
        kept = self._pixmaps.get(layer)
        if kept is None or kept[0] != key:
            kept = self._pixmaps[layer] = (key, self._drawn(layer, box, own, transform.m11()))
        painter.save()
        if self.stale and layer is not None:
            painter.setOpacity(painter.opacity() * STALE)
        # Onto whole pixels of the screen: what is drawn between two of them is blurred.
        corner = transform.map(box.topLeft())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawPixmap(QPointF(round(corner.x() * own) / own, round(corner.y() * own) / own), kept[1])
        painter.restore()
        return True

    def _drawn(self, layer: int | None, box: QRectF, own: float, scale: float) -> QPixmap:
        ratio = own * scale
        pixmap = QPixmap(max(1, math.ceil(box.width() * ratio)), max(1, math.ceil(box.height() * ratio)))
        pixmap.setDevicePixelRatio(own)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        # The last half pixel is for hairlines.
        self._draw(painter, QRectF(0.5, 0.5, box.width() - 1, box.height() - 1), layer)
        painter.end()
        return pixmap

    def _draw(self, painter: QPainter, box: QRectF, layer: int | None) -> None:
        assert self._analysis is not None
        caption = self.sample.caption if layer is None else self.caption(layer)
        line = QFontMetricsF(self._theme.font(Role.HELPER)).height() + 5
        place = box.adjusted(0, 0, 0, -line) if caption and box.height() >= CAPTION_FROM else box
        if layer is None:
            end = self._input.draw(painter, place, self._analysis, of_inputs(self._analysis), self._theme)
        elif layer == self._last() and self.values[layer].ndim == 1:
            end = draw_answer(painter, place, self.values[layer], self._analysis, self._data_scaler(), self._theme)
        else:
            end = self._draw_layer(painter, place, layer)
        if place is not box:
            pictures.draw_caption(painter, QRectF(box.left(), end + 5, box.width(), line), caption, self._theme)

    def _draw_layer(self, painter: QPainter, box: QRectF, layer: int) -> float:
        values, scale = self.values[layer], self.scale_of(layer)
        draw = (pictures.draw_cells, pictures.draw_heat, pictures.draw_maps)[values.ndim - 1]
        return draw(painter, box, values, scale, self._theme, signed=self._ranges[layer].signed)

    def _last(self) -> int | None:
        """The layer that gives the answers."""
        assert self._analysis is not None
        layers = self._analysis.spec.layers
        return next((i for i in reversed(range(len(layers))) if not layers[i].disabled), None)

    # ---- words

    def scale_of(self, layer: int) -> float:
        """Which output of a layer has the full colour: a round number that stays while it suits."""
        self._scales[layer] = steady_scale(self._scales.get(layer), self.values[layer])
        return self._scales[layer]

    def caption(self, layer: int) -> str:
        """What stands below a layer's picture."""
        if self._analysis is None or layer not in self.values:
            return ""
        values, output = self.values[layer], self._analysis.shapes[layer].output or ()
        if layer == self._last() and values.ndim == 1:
            return ""
        if values.ndim == 3 and output[-1] > values.shape[-1]:
            return _tr("{shown} of {maps} maps").format(shown=values.shape[-1], maps=count(output[-1]))
        if values.ndim == 2:
            return _tr("steps →")
        if values.ndim == 1 and switches_off(self._analysis.spec.layers[layer]) and values.shape == output:
            return _tr("{active} of {units} active").format(active=count(int((values > 0).sum())), units=count(len(values)))
        return ""

    def note(self, layer: int) -> str:
        """What the colours of a layer's picture mean, and the answers in full."""
        if self._analysis is None or layer not in self.values:
            return ""
        stale = _tr("From before the edit.") if self.stale else ""
        if layer == self._last() and self.values[layer].ndim == 1:
            told = tell_answer(self.values[layer], self._analysis, self._data_scaler())
        else:
            told = _tr("Full colour at ±{scale}.") if self._ranges[layer].signed else _tr("Full colour at {scale}.")
            told = told.format(scale=number(self.scale_of(layer)))
        return f"{told} {stale}".strip()

    def _data_scaler(self) -> Affine:
        return self.sample.dataset.target_scaler if self.sample.dataset is not None else Affine()


def steady_scale(before: float | None, values: Floats) -> float:
    """A round number for values that have the full colour there: the one before, while it suits."""
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    return before if before is not None and TOO_SMALL * before <= largest <= TOO_LARGE * before else round_scale(largest)


def round_scale(largest: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 5, 7 times a power of ten that the largest output exceeds by a fifth at most."""
    if not 0 < largest < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next((step * power for step in STEPS if step * power >= largest * 0.8), 10 * power)


@lru_cache(maxsize=256)
def _cut_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    return plan(shape).result


def _tr(text: str) -> str:
    return QCoreApplication.translate("CardsPicture", text)
