"""Opening pictures: any that Pillow can read safely, as bytes of one size."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.errors import Cancelled

Count = Callable[[int, int], None]
"""Hears how many pictures are read, and of how many."""

BLOCK = 64
THREADS = max(2, min(4, os.cpu_count() or 2))


def read_picture(path: Path, height: int, width: int, channels: int, ground: str = "white") -> NDArray[np.uint8]:
    """A picture as (height, width, channels): upright, its first frame, clear parts as `ground`, stretched (bilinear) as Keras does."""
    from PIL import Image, ImageOps

    with Image.open(path, formats=("PNG", "JPEG", "GIF", "BMP", "WEBP")) as image:
        if image.width * image.height > 89_000_000:
            raise ValueError(f"it has {image.width:,} × {image.height:,} pixels, more than 89 million")
        image.draft("L" if channels == 1 else "RGB", (2 * max(height, width), 2 * max(height, width)))
        picture = ImageOps.exif_transpose(image)
        if picture.mode.startswith("I"):  # 16 bits a pixel: the upper eight are what can be seen
            picture = Image.fromarray((np.asarray(picture).astype("uint16") >> 8).astype("uint8"))
        if picture.has_transparency_data:
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture.convert("RGBA"))
        picture = picture.convert("L" if channels == 1 else "RGB").resize((width, height), Image.Resampling.BILINEAR)
        return np.asarray(picture, "uint8").reshape(height, width, channels)


class Unreadable(Exception):
    """A picture cannot be read; the message says why, in a few words."""


@dataclass(frozen=True, eq=False)
class Pixels:
    """Pictures (n, height, width, channels) of those files that could be read (`good`), and why others could not."""

    x: NDArray[np.uint8]
    good: NDArray[np.bool_]
    bad: tuple[tuple[str, str], ...]
    """Path and reason."""


def read_all(
    root: Path,
    files: tuple[str, ...],
    shape: tuple[int, int, int],
    report: Count,
    cancelled: Callable[[], bool],
) -> Pixels:
    """Read pictures in a few threads: Pillow unpacks and resizes without Python's lock. Raises Cancelled, and MemoryError."""
    quiet()
    x = np.empty((len(files), *shape), np.uint8)
    good = np.ones(len(files), np.bool_)
    bad: list[tuple[str, str]] = []

    def read_block(start: int) -> list[tuple[int, str]]:
        failed = []
        for i in range(start, min(start + BLOCK, len(files))):
            if cancelled():
                break
            try:
                x[i] = attempt(root / files[i], shape)
            except Unreadable as error:
                failed.append((i, str(error)))
        return failed

    with ThreadPoolExecutor(THREADS, "pictures") as pool:
        starts = range(0, len(files), BLOCK)
        for start, failed in zip(starts, pool.map(read_block, starts), strict=True):
            for index, reason in failed:
                good[index] = False
                bad.append((files[index], reason))
            report(min(start + BLOCK, len(files)), len(files))
    if cancelled():
        raise Cancelled
    return Pixels(x[good] if bad else x, good, tuple(bad))


def attempt(path: Path, shape: tuple[int, int, int], ground: str = "white") -> NDArray[np.uint8]:
    """One picture, or Unreadable."""
    try:
        _check(path)
        return read_picture(path, *shape, ground)
    except Exception as error:  # a damaged or hostile file makes Pillow raise almost anything
        raise Unreadable(_reason(path, error)) from error


def header(path: Path) -> tuple[int, int, bool]:
    """Height and width of a picture as it is shown, and whether it has colour; or Unreadable."""
    from PIL import Image

    try:
        _check(path)
        with Image.open(path, formats=("PNG", "JPEG", "GIF", "BMP", "WEBP")) as image:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            size = (image.width, image.height) if turned else (image.height, image.width)
            return *size, image.mode not in ("1", "L", "LA", "I", "I;16", "I;16B")
    except Exception as error:  # as above
        raise Unreadable(_reason(path, error)) from error


def quiet() -> None:
    """Pillow warns of odd pictures on standard error; what cannot be read is said by whoever reads."""
    warnings.filterwarnings("ignore", module="PIL")


def _check(path: Path) -> None:
    """Whoever opens a pipe or a device may wait for ever."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ValueError("it is no file")


def _reason(path: Path, error: Exception) -> str:
    """Pillow's words without the path, which is said beside them."""
    words: Any = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    if "cannot identify image file" in words:
        return "it is no picture" if path.stat().st_size else "it is empty"
    if "truncated" in words.lower() or "broken data" in words.lower():
        return "it is damaged or cut off"
    return str(words).rstrip(".")
