"""Pen strokes as pictures such as a data set has them: prepared as MNIST's digits were.

MNIST: the digit fits into 20 × 20 of the 28 × 28 pixels, keeps its proportions, has grey levels where a pixel is partly
covered, and its centre of mass is in the middle. Other sizes are treated likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnplayground.data.dataset import Dataset

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

SIDE, INNER = 28, 20
USUAL = 0.7
"""The share of the canvas that a drawing usually takes: such a one's line is as thick in the picture as it is drawn."""
LEAST = 0.1
"""What is smaller than this share of the canvas is not made any larger: a dot stays a dot."""
THICKEST = 0.6
"""A line is at most this share of the inner box."""
PIECES = 4
"""Lines for each piece of a smooth stroke."""
FINE, MOST_FINE = 12, 640
"""Each pixel is an average of so many by so many, as long as a side has no more than this."""
LOOKED_AT = 100
"""Samples whose margins say what the ground of a data set's pictures is."""
DIGITS = ("mnist", "fashion_mnist")
"""Sets that are known to have light ink on a black ground."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line of a pen. Places and widths are shares of the canvas's side, from its upper left corner."""

    points: Floats
    """(n, 2), n ≥ 1: x and y."""
    widths: Floats
    """(n,): how thick the line is there."""


Strokes = Sequence[Stroke]


def smooth(stroke: Stroke) -> Floats:
    """The stroke as (m, 3) closely spaced x, y and width: its points pull at a curve through the middles between them."""
    rows = np.column_stack([stroke.points, stroke.widths])
    if len(rows) < 3:
        return rows
    middles = (rows[:-1] + rows[1:]) / 2
    t = np.linspace(0, 1, PIECES + 1)[1:, np.newaxis]
    start, pull, end = middles[:-1, np.newaxis], rows[1:-1, np.newaxis], middles[1:, np.newaxis]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * pull + t**2 * end
    return np.concatenate([rows[:1], middles[:1], curve.reshape(-1, 3), rows[-1:]])


def box_of(strokes: Strokes) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of the ink on the canvas; None without any."""
    if not strokes:
        return None
    x, y, width = np.concatenate([smooth(stroke) for stroke in strokes]).T
    return float((x - width / 2).min()), float((y - width / 2).min()), float((x + width / 2).max()), float((y + width / 2).max())


def prepare(strokes: Strokes, height: int = SIDE, width: int = SIDE) -> Grey:
    """Strokes as (height, width) grey levels, 0 being paper and 255 ink.

    The same drawing gives the same picture wherever it stands and however large it is: its line, too, is as thick as if it
    had been drawn at the usual size.
    """
    if not strokes:
        return np.zeros((height, width), np.uint8)
    box = _inner(height, width)
    lines = [smooth(stroke) for stroke in strokes]
    unit = min(box) / USUAL
    thick = [np.minimum(line[:, 2] * unit, THICKEST * min(box)) for line in lines]
    scale, corner = _scale(np.concatenate([line[:, :2] for line in lines]), np.concatenate(thick), box)
    drawn = [(line[:, :2] * scale - corner, width) for line, width in zip(lines, thick, strict=True)]
    return centred(_ink(drawn, box), height, width)


def fit(ink: NDArray[Any], height: int = SIDE, width: int = SIDE, *, faint: float = 0.0) -> Grey:
    """Ink (h, w) from 0 to 1 of any size as (height, width) grey levels: cropped to what is more than `faint`, fitted, centred."""
    from PIL import Image

    rows, columns = np.flatnonzero((ink > faint).any(axis=1)), np.flatnonzero((ink > faint).any(axis=0))
    if not len(rows):
        return np.zeros((height, width), np.uint8)
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box_width, box_height = _inner(height, width)
    scale = min(box_width / part.shape[1], box_height / part.shape[0])
    size = (min(box_width, max(1, round(part.shape[1] * scale))), min(box_height, max(1, round(part.shape[0] * scale))))
    picture = Image.fromarray(np.rint(np.clip(part, 0, 1) * 255).astype(np.uint8))
    resample = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    return centred(np.asarray(picture.resize(size, resample)), height, width)


def centred(inner: Grey, height: int, width: int) -> Grey:
    """The picture on a ground of (height, width) with its centre of mass in the middle, moved by whole pixels; none of it is cut off."""
    ground = np.zeros((height, width), np.uint8)
    down, across = np.flatnonzero(inner.any(axis=1)), np.flatnonzero(inner.any(axis=0))
    if not len(down):
        return ground
    inner = inner[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    mass = inner.astype(np.float64)
    total = mass.sum()
    rows, columns = inner.shape
    # As MNIST has it: pixels are counted from 0, and the middle of 28 is the pixel of number 14.
    middle = (mass.sum(axis=1) @ np.arange(rows) / total, mass.sum(axis=0) @ np.arange(columns) / total)
    top = min(max(round(height / 2 - middle[0]), 0), height - rows)
    left = min(max(round(width / 2 - middle[1]), 0), width - columns)
    ground[top : top + rows, left : left + columns] = inner
    return ground


def _inner(height: int, width: int) -> tuple[int, int]:
    """Width and height of the box that a drawing is fitted into."""
    return max(1, round(width * INNER / SIDE)), max(1, round(height * INNER / SIDE))


def _scale(points: Floats, thick: Floats, box: tuple[int, int]) -> tuple[float, Floats]:
    """How many pixels the canvas's side becomes, and which place, in pixels, the box's upper left corner."""
    extent = np.ptp(points, axis=0)
    reach = thick[:, np.newaxis] / 2
    largest = min(box) / LEAST
    scale = largest
    for side in (0, 1):
        if extent[side] > 0:
            scale = min(scale, max(box[side] - thick.max(), 1.0) / extent[side])
    for _ in range(3):  # a line that is thin at the edges leaves room
        span = (points * scale + reach).max(axis=0) - (points * scale - reach).min(axis=0)
        room = [(box[side] - span[side]) / extent[side] for side in (0, 1) if extent[side] > 0]
        scale = min(largest, max(scale + min(room, default=0.0), 1e-9))
    return scale, np.asarray((points * scale - reach).min(axis=0))


def _ink(lines: Sequence[tuple[Floats, Floats]], box: tuple[int, int]) -> Grey:
    """Lines of places (n, 2) and widths (n,), in pixels: how far each pixel of a (width, height) box is covered, from 0 to 255."""
    from PIL import Image, ImageDraw

    fine = max(2, min(FINE, MOST_FINE // max(box)))
    picture = Image.new("L", (box[0] * fine, box[1] * fine))
    draw = ImageDraw.Draw(picture)
    for points, widths in lines:
        far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        kept = np.unique(np.searchsorted(far, np.arange(0, far[-1], 0.4)))
        kept = np.unique(np.append(kept, len(points) - 1))
        places, reach = points[kept] * fine, np.maximum(widths[kept] * fine / 2, 0.5)
        last: tuple[float, float] | None = None
        for (x, y), r in zip(places.tolist(), reach.tolist(), strict=True):
            draw.ellipse((x - r, y - r, x + r - 1, y + r - 1), fill=255)
            if last is not None:
                draw.line((*last, x - 0.5, y - 0.5), fill=255, width=max(1, round(2 * r)))
            last = x - 0.5, y - 0.5
    return np.asarray(picture.reduce(fine))


@dataclass(frozen=True)
class Sheet:
    """How a data set has its pictures: their shape, what their numbers mean, and what they are drawn on."""

    shape: tuple[int, int, int]
    low: float = 0.0
    high: float = 255.0
    """What is black and what is white."""
    whole: bool = True
    """Whether pixels are bytes; else float32."""
    ground: tuple[int, ...] = (0,)
    """The colour of the ground, bytes, one for each of its channels."""

    @staticmethod
    def of(dataset: Dataset) -> Sheet:
        """Read off the training samples."""
        x = dataset.train.array
        height, width, channels = x.shape[1:]
        if dataset.facts.name in DIGITS or not len(x):
            return Sheet((height, width, channels), ground=(0,) * channels)
        some = x[:LOOKED_AT]
        low, high = limits_of(some)
        margin = np.concatenate([some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1]], axis=1).reshape(-1, channels)
        ground = (np.median(margin.astype(np.float64), axis=0) - low) / max(high - low, 1e-12) * 255
        whole = bool(np.issubdtype(x.dtype, np.integer))
        return Sheet((height, width, channels), low, high, whole, tuple(int(v) for v in np.clip(ground, 0, 255).round()))

    @property
    def has_colour(self) -> bool:
        return self.shape[2] in (3, 4)

    @property
    def is_dark(self) -> bool:
        """Whether one draws with light ink on it."""
        return sum(self.ground[:3]) / len(self.ground[:3]) < 128

    @property
    def dtype(self) -> DTypeLike:
        return np.uint8 if self.whole else np.float32

    def drawn(self, grey: Grey, ink: tuple[int, int, int] | None = None) -> NDArray[Any]:
        """Grey levels (h, w), 255 being ink, as a sample of the data (h, w, channels); `ink` None: white or black."""
        pen = ink if ink is not None else (255,) * 3 if self.is_dark else (0,) * 3
        ground = np.array(self.ground, np.float64)
        colour = np.array([pen[i] if self.has_colour else round(sum(pen) / 3) for i in range(min(3, len(ground)))], np.float64)
        colour = np.concatenate([colour, np.full(len(ground) - len(colour), 255.0 if self.has_colour else colour[0])])
        return self.stored(ground + (colour - ground) * (grey[..., np.newaxis] / 255))

    def stored(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Values from 0 to 255 (h, w, channels) as the data has them."""
        values = self.low + np.asarray(pixels, np.float64) / 255 * (self.high - self.low)
        return np.rint(values).astype(self.dtype) if self.whole else values.astype(np.float32)

    def as_bytes(self, sample: NDArray[Any]) -> Grey:
        """A sample as pixels from 0 to 255."""
        values = (np.asarray(sample, np.float64) - self.low) / max(self.high - self.low, 1e-12) * 255
        return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def limits_of(values: NDArray[Any]) -> tuple[float, float]:
    """What is black and what is white: 0 to 1, 0 to 255 or -1 to 1 where pixels keep to that."""
    if values.dtype == np.uint8 or not values.size:
        return 0.0, 255.0
    low, high = float(values.min()), float(values.max())
    usual = ((0.0, 1.0), (0.0, 255.0), (-1.0, 1.0))
    return next(((least, most) for least, most in usual if least <= low and high <= most), (low, high))
