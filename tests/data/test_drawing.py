from __future__ import annotations

import numpy as np
import pytest

from nnplayground.core.data_spec import default_data
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.drawing import Sheet, Stroke, box_of, centred, fit, prepare, smooth
from nnplayground.data.registry import load
from nnplayground.data.store import Store
from tests.pen_strokes import HANDS, drawing

PEN = 0.09


def strokes(digit: int, hand: str, size: float = 0.7, at: tuple[float, float] = (0.15, 0.15), pen: float = PEN) -> list[Stroke]:
    return [Stroke(line * size + at, np.full(len(line), pen)) for line in drawing(digit, hand)]


def inked(picture: np.ndarray) -> tuple[int, int]:
    """Rows and columns that have ink."""
    return int(np.ptp(np.flatnonzero(picture.any(axis=1)))) + 1, int(np.ptp(np.flatnonzero(picture.any(axis=0)))) + 1


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_is_prepared_as_mnist_was(digit: int):
    picture = prepare(strokes(digit, "schoolbook"))
    assert picture.shape == (28, 28)
    assert picture.dtype == np.uint8
    assert max(inked(picture)) in (19, 20)
    assert picture.max() == 255
    assert len(np.unique(picture)) > 10  # grey where a pixel is partly covered
    mass, places = picture / picture.sum(), np.arange(28)
    assert mass.sum(axis=1) @ places == pytest.approx(14, abs=0.51)
    assert mass.sum(axis=0) @ places == pytest.approx(14, abs=0.51)


def test_mnists_own_digits_come_out_as_they_went_in():
    x = load(default_data("mnist"), 1, Store.default()).test.array[:300, ..., 0]
    for picture in x:
        assert np.array_equal(fit(np.kron(picture, np.ones((9, 9))) / 255), picture)


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize(("size", "at"), [(0.25, (0.7, 0.02)), (0.95, (0.02, 0.02)), (0.4, (0.02, 0.58))])
def test_size_and_place_make_no_difference(hand: str, size: float, at: tuple[float, float]):
    for digit in range(10):
        usual, moved = prepare(strokes(digit, hand)), prepare(strokes(digit, hand, size, at))
        off = min(np.abs(np.roll(moved, shift, (0, 1)).astype(int) - usual).mean() for shift in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)))
        assert off < 1.0


def test_a_thicker_pen_makes_more_ink():
    ink = [prepare(strokes(3, "schoolbook", pen=pen)).sum() for pen in (0.04, 0.09, 0.16)]
    assert ink[0] < ink[1] < ink[2]


def test_pressure_makes_a_line_thicker_where_it_is_pressed():
    points = np.column_stack([np.full(50, 0.5), np.linspace(0.1, 0.9, 50)])
    picture = prepare([Stroke(points, np.linspace(0.04, 0.2, 50))])
    rows = np.flatnonzero(picture.any(axis=1))
    assert picture[rows[2]].sum() * 2 < picture[rows[-4]].sum()


def test_proportions_are_kept():
    line = np.column_stack([np.linspace(0.1, 0.9, 30), np.full(30, 0.5)])
    rows, columns = inked(prepare([Stroke(line, np.full(30, 0.05))]))
    assert columns in (19, 20)
    assert rows <= 3


def test_a_dot_stays_a_dot_and_nothing_stays_empty():
    dot = prepare([Stroke(np.array([[0.9, 0.1]]), np.array([PEN]))])
    assert 0 < dot.sum() < 10 * 255
    assert not prepare([]).any()
    assert box_of([]) is None


def test_the_box_is_that_of_the_ink():
    box = box_of([Stroke(np.array([[0.2, 0.3], [0.6, 0.3], [0.6, 0.8]]), np.full(3, 0.1))])
    assert box == pytest.approx((0.15, 0.25, 0.65, 0.85), abs=0.01)


def test_a_stroke_goes_smoothly_from_its_first_to_its_last_point():
    corner = Stroke(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), np.full(3, 0.1))
    curve = smooth(corner)
    assert curve[0, :2].tolist() == [0, 0]
    assert curve[-1, :2].tolist() == [1, 1]
    assert not ((curve[:, 0] == 1) & (curve[:, 1] == 0)).any()


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (32, 48), (200, 100), (512, 512)])
def test_other_sizes_are_fitted_likewise(height: int, width: int):
    picture = prepare(strokes(8, "wide"), height, width)
    assert picture.shape == (height, width)
    rows, columns = inked(picture)
    assert rows <= round(height * 20 / 28)
    assert columns <= round(width * 20 / 28)
    assert rows >= round(height * 20 / 28) - 1 or columns >= round(width * 20 / 28) - 1


def test_centring_cuts_nothing_off():
    lopsided = np.zeros((20, 20), np.uint8)
    lopsided[0, 0], lopsided[19, 19] = 255, 1
    assert centred(lopsided, 28, 28).sum() == 256


def dataset(x: np.ndarray) -> Dataset:
    facts = DataFacts("images", "", x.shape[1:], Task.BINARY, len(x), 0, ("a", "b"))
    part = Part(x, np.zeros(len(x), np.int64))
    return Dataset(facts, Source.FULL, part, part)


def test_a_sheet_has_the_ground_of_the_data():
    white = Sheet.of(dataset(np.full((9, 12, 12, 1), 250, np.uint8)))
    assert not white.is_dark
    grey = prepare(strokes(0, "wide"), 12, 12)
    drawn = white.drawn(grey)
    assert drawn.dtype == np.uint8
    assert drawn[0, 0, 0] == 250
    assert drawn.min() == 0
    pixels = np.zeros((9, 12, 12, 3), np.float32)
    pixels[:, 4:8, 4:8] = 1
    dark = Sheet.of(dataset(pixels))
    assert dark.is_dark
    drawn = dark.drawn(grey, (255, 0, 0))
    assert drawn.dtype == np.float32
    assert drawn.shape == (12, 12, 3)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    ink = np.unravel_index(grey.argmax(), grey.shape)
    assert dark.as_bytes(drawn)[ink].tolist() == [255, 0, 0]


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5])
def test_any_number_of_channels_gets_a_sample(channels: int):
    sheet = Sheet.of(dataset(np.zeros((4, 10, 10, channels), np.uint8)))
    assert sheet.drawn(prepare(strokes(1, "wide"), 10, 10)).shape == (10, 10, channels)
