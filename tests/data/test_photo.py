from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnplayground.data import drawn, photo
from nnplayground.data.drawing import Sheet, Stroke, prepare
from nnplayground.data.errors import DataUnavailable
from tests.pen_strokes import drawing

MNIST = Sheet((28, 28, 1))


def ink(digit: int = 5, height: int = 300, width: int = 400) -> np.ndarray:
    """A digit somewhere on a sheet, 0 to 1, and not in the middle."""
    lines = [Stroke(line, np.full(len(line), 0.1)) for line in drawing(digit, "schoolbook")]
    small = prepare(lines, 280, 280)
    page = np.zeros((height, width))
    page[10:290, 100:380] = small / 255
    return page


def read(path: Path) -> np.ndarray:
    return photo.read_sample(path, MNIST, "mnist")[..., 0]


def expected() -> np.ndarray:
    return prepare([Stroke(line, np.full(len(line), 0.1)) for line in drawing(5, "schoolbook")])


def is_the_five(picture: np.ndarray) -> None:
    """As good as the same: a threshold shifts edges a little."""
    best = min(np.abs(np.roll(picture, (i, j), (0, 1)).astype(float) - expected()).mean() for i in (-1, 0, 1) for j in (-1, 0, 1))
    assert best < 9
    assert picture.shape == (28, 28)


def paper(page: np.ndarray, light: float = 230.0, dark: float = 40.0) -> np.ndarray:
    return light + (dark - light) * page


@pytest.fixture
def shade() -> np.ndarray:
    """Light that falls on the page from one side."""
    return np.linspace(0.45, 1.0, 400)[np.newaxis] * np.linspace(0.8, 1.0, 300)[:, np.newaxis]


@pytest.mark.parametrize("inverted", [False, True])
def test_dark_on_light_and_light_on_dark(tmp_path: Path, inverted: bool):
    pixels = paper(ink(), *((20, 235) if inverted else (230, 40))).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    is_the_five(read(tmp_path / "a.png"))


def test_uneven_light_noise_and_specks(tmp_path: Path, shade: np.ndarray):
    rng = np.random.default_rng(3)
    pixels = paper(ink()) * shade + rng.normal(0, 6, (300, 400))
    pixels[280, 20], pixels[40, 30] = 0, 0
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(tmp_path / "a.jpg", quality=80)
    is_the_five(read(tmp_path / "a.jpg"))


def test_colour_alpha_and_16_bits(tmp_path: Path):
    page = ink()
    blue = np.stack([paper(page, 250, 20), paper(page, 240, 40), paper(page, 220, 160)], axis=-1).astype(np.uint8)
    Image.fromarray(blue).save(tmp_path / "colour.png")
    clear = np.zeros((300, 400, 4), np.uint8)
    clear[..., 3] = page * 255
    Image.fromarray(clear).save(tmp_path / "alpha.png")
    Image.fromarray((paper(page) * 257).astype(np.uint16)).save(tmp_path / "deep.png")
    chalk = np.full((300, 400, 4), 255, np.uint8)  # white, on nothing
    chalk[..., 3] = page * 255
    Image.fromarray(chalk).save(tmp_path / "chalk.png")
    for name in ("colour.png", "alpha.png", "deep.png", "chalk.png"):
        is_the_five(read(tmp_path / name))


def test_a_large_photograph(tmp_path: Path):
    Image.fromarray(paper(ink()).astype(np.uint8)).resize((4000, 3000)).save(tmp_path / "large.jpg")
    is_the_five(read(tmp_path / "large.jpg"))


@pytest.mark.parametrize("kind", ["empty", "text", "cut", "white", "pixel", "gone", "bomb"])
def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, kind: str):
    path = tmp_path / "photo.png"
    whole = tmp_path / "whole.png"
    Image.fromarray(paper(ink()).astype(np.uint8)).save(whole)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not a picture")
    elif kind == "cut":
        path.write_bytes(whole.read_bytes()[:400])
    elif kind == "white":
        Image.fromarray(np.full((50, 50), 240, np.uint8)).save(path)
    elif kind == "pixel":
        Image.fromarray(np.full((1, 1), 240, np.uint8)).save(path)
    elif kind == "bomb":
        Image.new("1", (20_000, 20_000)).save(path)
    with pytest.raises(DataUnavailable, match=r"photo\.png.*\."):
        read(path)


def test_a_thing_for_fashion_keeps_its_greys(tmp_path: Path):
    page = np.full((200, 100), 250, np.uint8)
    page[30:170, 20:80] = np.linspace(40, 160, 140)[:, np.newaxis]
    Image.fromarray(page).save(tmp_path / "shirt.png")
    sample = photo.read_sample(tmp_path / "shirt.png", MNIST, "fashion_mnist")[..., 0]
    assert sample[0, 0] == 0
    assert len(np.unique(sample)) > 10


def test_ones_own_data_gets_files_as_it_has_them(tmp_path: Path):
    pixels = np.zeros((40, 20, 3), np.uint8)
    pixels[:20] = (200, 10, 30)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    sample = photo.read_sample(tmp_path / "a.png", Sheet((10, 10, 3)), "images")
    assert sample.shape == (10, 10, 3)
    assert sample[0, 0].tolist() == [200, 10, 30]
    alike = photo.read_sample(tmp_path / "a.png", Sheet((10, 10, 3), 0.0, 1.0, whole=False), "arrays")
    assert alike.dtype == np.float32
    assert alike.max() <= 1


def test_otsu_parts_two_heaps():
    values = np.concatenate([np.full(900, 20.0), np.full(100, 200.0)])
    assert 20 <= photo.otsu(values) < 200


# ---- drawings that are kept


def test_drawings_are_kept_by_class_and_taken_back(tmp_path: Path):
    root = tmp_path / "drawings"
    assert drawn.counts(root, ("3", "5")) == {"3": 0, "5": 0}
    path = drawn.keep(root, "5", expected()[..., np.newaxis])
    assert path.parent == root / "5"
    assert np.array_equal(np.asarray(Image.open(path)), expected())
    drawn.keep(root, "5", expected()[..., np.newaxis])
    assert drawn.counts(root, ("3", "5")) == {"3": 0, "5": 2}
    drawn.take_back(path)
    drawn.take_back(path)
    assert drawn.counts(root, ("3", "5")) == {"3": 0, "5": 1}


@pytest.mark.parametrize("label", ["T-shirt/top", "../up", "a:b*?", "CON", "", " . ", "x" * 300, "日本"])
def test_every_class_has_a_folder_of_its_own_below(tmp_path: Path, label: str):
    path = drawn.keep(tmp_path, label, np.zeros((4, 4, 3), np.uint8))
    assert path.parent.parent == tmp_path
    assert drawn.counts(tmp_path, (label,)) == {label: 1}


def test_a_folder_that_cannot_be_written_raises(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        drawn.keep(tmp_path / "file", "5", np.zeros((4, 4, 1), np.uint8))
