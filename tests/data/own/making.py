"""Folders of pictures, made for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"blue": (20, 40, 220), "green": (30, 200, 40), "red": (230, 30, 20)}


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (20, 16), seed: int = 0) -> Path:
    """A picture (width, height) of about one colour."""
    width, height = size
    noise = np.random.default_rng(seed).integers(-20, 20, (height, width, 3))
    pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def pictures(root: Path, each: int = 10, classes: tuple[str, ...] = ("blue", "green", "red"), suffix: str = ".png") -> Path:
    """A folder with a folder for each class."""
    for name in classes:
        for i in range(each):
            picture(root / name / f"{i:03}{suffix}", COLOURS.get(name, (128, 128, 128)), seed=i)
    return root
