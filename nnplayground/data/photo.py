"""A picture file as a sample: a photograph of a digit becomes ink on paper, anything else keeps its grey levels or colours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.drawing import Sheet, fit
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.own.picture_reading import Unreadable, attempt, header, quiet

Floats = NDArray[np.float64]

LONGEST = 400
"""Pixels a side that are looked at: a digit has no more to tell."""
COARSE = 40
"""Pixels a side of the estimate of the paper's light."""
FAINT = 0.15
CONTRAST = 24.0
"""How much darker or lighter than the paper ink is at least, of 255."""
SPECK = 0.003
"""What covers less than this share of the picture is no ink."""


def read_sample(path: Path, sheet: Sheet, name: str) -> NDArray[Any]:
    """A picture file as a sample of the data set `name`, (h, w, channels). Raises DataUnavailable with a sentence."""
    height, width, channels = sheet.shape
    try:
        quiet()
        if name not in ("mnist", "fashion_mnist"):  # what people bring is stretched, as their data is
            pixels = attempt(path, (height, width, 3 if channels in (3, 4) else 1))
            return sheet.stored(_with_channels(pixels, channels))
        rows, columns, _ = header(path)
        shrink = min(1.0, LONGEST / max(rows, columns))
        shape, ink_of = (max(1, round(rows * shrink)), max(1, round(columns * shrink)), 1), digit_ink if name == "mnist" else thing_ink
        # What is light on a clear ground is seen only before a dark one.
        inks = (ink_of(attempt(path, shape, ground)[..., 0].astype(np.float64)) for ground in ("white", "black"))
        ink = next((ink for ink in inks if ink is not None), None)
    except Unreadable as error:
        raise DataUnavailable(f"{path.name} cannot be read as a picture: {error}. Choose a PNG, JPEG, GIF, BMP or WebP file.") from error
    if ink is None:
        raise DataUnavailable(f"Nothing stands out in {path.name}: expected something darker or lighter than an even ground.")
    return sheet.stored(fit(ink, height, width, faint=FAINT)[..., np.newaxis])


def digit_ink(grey: Floats) -> Floats | None:
    """How much ink there is, 0 to 1, in a photograph (h, w) from 0 to 255; None where nothing stands out.

    The paper may be unevenly lit, dark or light. What stands out from it is parted from the rest where Otsu's rule says;
    between there and the middle of the ink edges stay soft.
    """
    best: tuple[float, Floats] | None = None
    for stands_out in (_paper(grey) - grey, grey - (255 - _paper(255 - grey))):
        out = np.maximum(stands_out, 0)
        border = otsu(out)
        ink, rest = out[out > border], out[out <= border]
        if not len(ink) or border < CONTRAST / 2 or ink.mean() - rest.mean() < CONTRAST or len(ink) < SPECK * out.size / 4:
            continue
        top = float(np.median(ink))
        score = len(ink) / out.size + _on_edge(out > border)  # ink covers the smaller part, and does not lie along the edges
        soft = np.clip((out - 0.5 * border) / max(top * 0.9 - 0.5 * border, 1e-9), 0, 1)
        if best is None or score < best[0]:
            best = score, _without_specks(soft)
    return best[1] if best is not None and (best[1] > FAINT).any() else None


def thing_ink(grey: Floats) -> Floats | None:
    """A thing before an even ground as light on black, 0 to 1, as Fashion-MNIST has them; None where nothing stands out."""
    margin = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = float(np.median(margin))
    out = np.maximum(ground - grey, 0) / max(ground, 1) if ground >= 128 else np.maximum(grey - ground, 0) / max(255 - ground, 1)
    return _without_specks(out) if out.max() * 255 >= CONTRAST else None


def otsu(values: Floats) -> float:
    """The border between two kinds of values from 0 to 255 that parts them best."""
    counts = np.bincount(np.clip(values, 0, 255).astype(np.int64).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    above, sums = counts.sum() - below, np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    between = np.nan_to_num(between)
    best = np.flatnonzero(between == between.max())
    return float(best.mean())


def _paper(grey: Floats) -> Floats:
    """How light dark ink's paper is at each place: the lightest near it, smoothed."""
    from PIL import Image, ImageFilter

    height, width = grey.shape
    picture = Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(3))
    shrink = min(1.0, COARSE / max(height, width))
    small = picture.resize((max(1, round(width * shrink)), max(1, round(height * shrink))), Image.Resampling.BOX)
    wide = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(4))
    return np.asarray(wide.resize((width, height), Image.Resampling.BILINEAR), np.float64)


def _on_edge(mask: NDArray[np.bool_]) -> float:
    return float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())


def _without_specks(ink: Floats) -> Floats:
    """Ink without dirt and noise: single spots that are small beside all the picture."""
    from PIL import Image, ImageFilter

    solid = Image.fromarray(((ink > 0.5) * 255).astype(np.uint8))
    if min(ink.shape) < 40:
        return ink
    opened = solid.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(9))
    near = np.asarray(opened) > 0
    return np.where(near, ink, 0.0) if near.any() else ink


def _with_channels(pixels: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if pixels.shape[2] == channels:
        return pixels
    if channels == 4:
        return np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
    return np.repeat(pixels[..., :1], channels, axis=2)
