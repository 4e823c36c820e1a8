"""Samples as pictures: in their own colours, black and white, and proportions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from nnplayground.core.data_spec import OwnArrays
from nnplayground.data.dataset import Dataset
from nnplayground.data.registry import facts, load, preview
from nnplayground.data.store import Store
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.output import Kind
from nnplayground.ui.views.sample_picture import LONGEST, SamplePictures, fitted, photo


def colour(image: QImage, x: int, y: int) -> tuple[int, ...]:
    return QColor(image.pixel(x, y)).getRgb()[:3]


def arrays(folder: Path, x: np.ndarray, y: np.ndarray) -> OwnArrays:
    np.savez(folder / "data.npz", x=x, y=y)
    return OwnArrays.model_validate({"name": "arrays", "path": str(folder / "data.npz")})


def loaded(data: OwnArrays) -> Dataset:
    return load(data, 0, Store(folders=(), download_to=Path()))


@pytest.mark.parametrize(
    ("channels", "expected"), [(1, (10, 10, 10)), (2, (10, 10, 10)), (3, (10, 20, 30)), (4, (10, 20, 30)), (7, (10, 10, 10))]
)
def test_channels(qapp: QApplication, channels: int, expected: tuple[int, int, int]) -> None:
    pixels = np.arange(1, channels + 1, dtype=np.uint8) * 10 * np.ones((5, 7, 1), np.uint8)
    image = photo(pixels)
    assert (image.width(), image.height()) == (7, 5)
    assert colour(image, 6, 4) == expected


def test_large_pictures_are_kept_small(qapp: QApplication) -> None:
    image = photo(np.zeros((300, 600, 3), np.uint8))
    assert (image.width(), image.height()) == (LONGEST, LONGEST // 2)


@pytest.mark.parametrize(("low", "high", "black", "white"), [(0, 0.9, 0, 1), (0, 200, 0, 255), (-0.9, 0.8, -1, 1), (-30, 900, -30, 900)])
def test_black_and_white_of_floats(theme: Theme, tmp_path: Path, low: float, high: float, black: float, white: float) -> None:
    x = np.random.default_rng(0).uniform(low, high, (20, 6, 6, 1))
    x[:, 0, 0], x[:, 5, 5] = low, high
    dataset = loaded(arrays(tmp_path, x, np.arange(20) % 2))
    image = SamplePictures(dataset).image(dataset.test.array[0], theme.tokens)
    for place, value in ((0, low), (5, high)):
        assert abs(colour(image, place, place)[0] - (value - black) / (white - black) * 255) <= 1


def test_built_in_digits_stay_ink_on_paper(theme: Theme) -> None:
    dataset = preview("mnist")
    image = SamplePictures(dataset).image(dataset.train.array[0], theme.tokens)
    assert QColor(image.pixel(0, 0)) == theme.color("surface")


def test_a_place_keeps_the_proportions() -> None:
    assert fitted(QRectF(10, 10, 40, 40), QSize(80, 20)) == QRectF(10, 25, 40, 10)


def test_values_predicted_from_pictures_are_drawn_as_values(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values: Any = arrays(tmp_path, rng.random((20, 6, 6)), rng.random(20))
    assert Kind.of(values, facts(values)) is Kind.VALUES
