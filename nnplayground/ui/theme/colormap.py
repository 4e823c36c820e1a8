"""Numbers as colours, and arrays as pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nnplayground.ui.theme.tokens import Tokens

Floats = NDArray[np.floating[Any]]

ENTRIES = 511
GAMMA = 2.2


def rgb(color: str) -> NDArray[np.float64]:
    """The three parts of `#RRGGBB`, each from 0 to 1."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def mix(start: str, end: str, amount: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Colours between two, mixed in linear light: (n, 3) for `amount` of shape (n,) in [0, 1]."""
    a, b = rgb(start) ** GAMMA, rgb(end) ** GAMMA
    mixed = (a + (b - a) * amount[:, np.newaxis]) ** (1 / GAMMA)
    return np.round(mixed * 255).astype(np.uint8)


@lru_cache(maxsize=8)
def diverging(tokens: Tokens) -> NDArray[np.uint8]:
    """The map for values from -1 (first) over 0 (the 256th) to 1 (last): (511, 3)."""
    half = np.linspace(0, 1, ENTRIES // 2 + 1)
    table = np.concatenate([mix(tokens.zero, tokens.neg, half)[:0:-1], mix(tokens.zero, tokens.pos, half)])
    table.setflags(write=False)
    return table


@lru_cache(maxsize=8)
def sequential(tokens: Tokens) -> NDArray[np.uint8]:
    """The map for values from 0 to 1, from the sunken ground to the magnitude colour: (256, 3)."""
    table = mix(tokens.sunken, tokens.magnitude, np.linspace(0, 1, 256))
    table.setflags(write=False)
    return table


@lru_cache(maxsize=8)
def _greys(tokens: Tokens) -> NDArray[np.uint8]:
    return mix(tokens.surface, tokens.text, np.linspace(0, 1, 256))


def diverging_image(values: Floats, tokens: Tokens) -> QImage:
    """A picture of (h, w) values in [-1, 1] whose first row is the lowest y; what is not a number is hatched."""
    return _picture(np.round((np.clip(values, -1, 1) + 1) * (ENTRIES // 2)), diverging(tokens), tokens, flip=True)


def sequential_image(values: Floats, tokens: Tokens) -> QImage:
    """A picture of (h, w) values in [0, 1], first row on top; what is not a number is hatched."""
    return _picture(np.round(np.clip(values, 0, 1) * 255), sequential(tokens), tokens, flip=False)


def grey_image(pixels: NDArray[np.uint8], tokens: Tokens) -> QImage:
    """A picture of (h, w) pixels, 0 being paper and 255 ink: dark on light, and in the dark theme light on dark."""
    return _picture(np.asarray(pixels, np.float32), _greys(tokens), tokens, flip=False)


def _picture(index: Floats, table: NDArray[np.uint8], tokens: Tokens, *, flip: bool) -> QImage:
    if flip:
        index = index[::-1]
    known = np.isfinite(index)
    parts = table.astype(np.uint32)
    packed = 0xFF000000 | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]
    if known.all():
        pixels = packed[index.astype(np.intp)]
    else:
        pixels = packed[np.where(known, index, 0).astype(np.intp)]
        rows, columns = np.indices(index.shape)
        stripe, ground = (int(c[1:], 16) | 0xFF000000 for c in (tokens.control, tokens.grid))
        pixels = np.where(known, pixels, np.where((rows + columns) % 6 < 2, stripe, ground).astype(np.uint32))
    pixels = np.ascontiguousarray(pixels, np.uint32)
    height, width = pixels.shape
    # The copy owns its memory: QImage keeps no reference to the array.
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()
