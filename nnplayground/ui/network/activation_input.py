"""What stands on the inputs' card: the sample as a picture, as its first words, as bars of its features."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.layer_pictures import cut
from nnplayground.ui.network import activation_pictures as pictures
from nnplayground.ui.network.activation_pictures import Bar
from nnplayground.ui.network.activation_rules import Outputs
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.network.tiles import input_labels
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.sample_picture import SamplePictures, fitted

WORDS = 60
MOST_FEATURES = 14
LOOKED_AT = 2_000
"""Samples whose values say how long a feature's bar gets."""
LARGEST_PICTURE = 140.0


class InputPlate:
    """Draws the chosen sample, whatever kind it is of."""

    def __init__(self, sample: ActivationSample) -> None:
        self._sample = sample
        self._pictures: tuple[Dataset, SamplePictures] | None = None
        self._largest: tuple[Dataset, NDArray[np.float32]] | None = None

    def draw(self, painter: QPainter, box: QRectF, analysis: Analysis, outputs: Outputs, theme: Theme) -> float:
        """Draw the sample into a box; gives the y where the drawing ends."""
        dataset, x = self._sample.dataset, self._sample.x
        if dataset is None or x is None:
            return box.top()
        if self._sample.corpus is not None:
            return pictures.draw_text(painter, box, self.words(), theme)
        values = x.dense()[0] if isinstance(x, Rows) else x[0]
        if values.ndim == 3:
            return self._picture(painter, box, self._image(dataset, values, theme.tokens), theme)
        if values.ndim == 1 and len(values) <= MOST_FEATURES and not analysis.facts.words:
            bars = self._bars(dataset, values, analysis)
            return pictures.draw_bars(painter, box, bars, theme, signed=outputs.signed)
        small = cut(np.asarray(dataset.scaler.apply(values))[np.newaxis])[0]
        draw = pictures.draw_heat if small.ndim == 2 else pictures.draw_cells
        return draw(painter, box, small, outputs.bound or 1.0, theme, signed=outputs.signed)

    def words(self) -> str:
        """The first words of a text."""
        corpus = self._sample.corpus
        return "" if corpus is None else corpus.text(self._sample.index, WORDS)

    def _picture(self, painter: QPainter, box: QRectF, image: QImage, theme: Theme) -> float:
        side = min(box.width(), box.height(), LARGEST_PICTURE * theme.zoom)
        place = fitted(QRectF(box.center().x() - side / 2, box.top(), side, side), image.size())
        place.moveTop(box.top())
        pictures.smooth(painter, coarse=place.width() >= image.width())
        painter.drawImage(place, image)
        pictures.outline(painter, place, theme)
        return place.bottom()

    def _image(self, dataset: Dataset, values: NDArray[Any], tokens: Tokens) -> QImage:
        if self._pictures is None or self._pictures[0] is not dataset:
            self._pictures = dataset, SamplePictures(dataset)
        return self._pictures[1].image(values, tokens)

    def _bars(self, dataset: Dataset, values: NDArray[Any], analysis: Analysis) -> list[Bar]:
        """Each feature as the network meets it, against the largest of the training samples."""
        if self._largest is None or self._largest[0] is not dataset:
            known = np.abs(dataset.scaler.apply(dataset.train.array[:LOOKED_AT]))
            self._largest = dataset, np.nanmax(known, axis=0, initial=0.0)
        shares = dataset.scaler.apply(values) / np.where(self._largest[1] > 0, self._largest[1], 1)
        labels = input_labels(analysis)
        names = labels if len(labels) == len(values) else tuple(str(i + 1) for i in range(len(values)))
        return [Bar(name, float(share)) for name, share in zip(names, shares, strict=True)]
