"""Samples that are pictures, as pictures on the screen: digits as ink on paper, photographs as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage

from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.data.dataset import Dataset
from nnplayground.data.drawing import limits_of
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.tokens import Tokens

LONGEST = 192
"""Pixels a side that are kept of a picture: what is shown is smaller."""
LOOKED_AT = 100
"""Samples whose values say what is black and what is white."""


class SamplePictures:
    """The pictures of a data set of pictures. What people bring keeps its own black and white."""

    def __init__(self, dataset: Dataset) -> None:
        self._own = dataset.facts.name in OWN_NAMES
        self._low, self._high = limits_of(dataset.train.array[:LOOKED_AT]) if self._own else (0.0, 255.0)

    def image(self, pixels: NDArray[Any], tokens: Tokens) -> QImage:
        """One sample (h, w, channels)."""
        if self._own:
            return photo(pixels, self._low, self._high)
        return colormap.grey_image(pixels.reshape(pixels.shape[:2]), tokens)


def photo(pixels: NDArray[Any], low: float = 0.0, high: float = 255.0) -> QImage:
    """Pixels (h, w, channels) in grey or, with three channels, in colour; of other numbers of channels the first."""
    shown = pixels[..., :3] if pixels.shape[-1] in (3, 4) else np.repeat(pixels[..., :1], 3, axis=-1)
    if shown.dtype != np.uint8:
        shown = np.clip((np.asarray(shown, np.float32) - low) / max(high - low, 1e-12) * 255, 0, 255).round().astype(np.uint8)
    height, width = shown.shape[:2]
    # The copy owns its memory: QImage keeps no reference to the array.
    image = QImage(np.ascontiguousarray(shown).tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    if max(height, width) > LONGEST:
        image = image.scaled(QSize(LONGEST, LONGEST), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image


def fitted(box: QRectF, size: QSize) -> QRectF:
    """The largest place for a picture of this size in the middle of a box."""
    scale = min(box.width() / max(size.width(), 1), box.height() / max(size.height(), 1))
    place = QRectF(0, 0, size.width() * scale, size.height() * scale)
    place.moveCenter(box.center())
    return place
