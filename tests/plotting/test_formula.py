from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from nnplayground.core.history import History
from nnplayground.core.lesson import lesson_names, load_lesson
from nnplayground.core.lesson_numbers import NAMES, PLACE, filled
from nnplayground.plotting.curves import curves_figure, save_figure
from nnplayground.plotting.formula import LONGEST, formula_picture

FORMULAS = sorted({formula for name in lesson_names() for step in load_lesson(name).steps for formula in step.formula})
SIZE, ROOM = 16, 290
"""How large letters are in the panel of lessons at first, and how much room it has."""


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_lessons_is_drawn(formula: str):
    for known in ({}, dict.fromkeys(NAMES, -0.9907), dict.fromkeys(NAMES, 2.8e-5)):
        text = filled(formula, known)
        assert not PLACE.search(text)
        picture = formula_picture(text, SIZE, "#252B36")
        alpha = picture.pixels[..., 3]
        assert alpha.max() > 200
        assert not alpha[[0, -1]].any(), "cut off above or below"
        assert not alpha[:, [0, -1]].any(), "cut off at a side"
        assert 0 < picture.depth < len(alpha)
        assert known.get("loss") == 2.8e-5 or alpha.shape[1] <= ROOM, "wider than the panel"


def test_the_ground_is_transparent_and_the_ink_has_its_colour():
    pixels = formula_picture(r"$\frac{1}{n}\sum_i (\hat{y}_i - y_i)^2$", 24, "#ff8000").pixels
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert edge[:, 3].max() == 0, "cut off at an edge"
    solid = pixels[pixels[..., 3] == 255]
    assert len(solid) > 20
    assert np.abs(solid[:, :3].astype(int) - (255, 128, 0)).max() <= 2


def test_twice_the_size_is_twice_as_large():
    once, twice = (formula_picture("$a + b = c$", size, "black").pixels.shape for size in (20, 40))
    assert twice[0] == pytest.approx(2 * once[0], abs=6)
    assert twice[1] == pytest.approx(2 * once[1], abs=6)


def test_a_picture_is_drawn_once_and_nobody_writes_on_it():
    picture = formula_picture("$x$", 20, "black")
    assert formula_picture("$x$", 20, "black") is picture
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 1


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        (r"$\frac{1}$", r"expected a formula in mathtext.*frac"),
        (r"$\foo x$", r"Unknown symbol"),
        (r"$x^{$", "expected a formula in mathtext"),
        (r"$\input{secret}$", "Unknown symbol"),
        ("$" + "{" * 200 + "x" + "}" * 200 + "$", "nested too deeply"),
        ("", "1 to 500 characters; found 0"),
        ("x" * (LONGEST + 1), "found 501"),
    ],
)
def test_what_is_no_formula_is_told(formula: str, words: str):
    with pytest.raises(ValueError, match=words):
        formula_picture(formula, 20, "black")


def test_sizes_and_colours_that_are_none_are_told():
    with pytest.raises(ValueError, match="6 to 200 pixels; found 5000"):
        formula_picture("$x$", 5000, "black")
    with pytest.raises(ValueError, match="expected a colour"):
        formula_picture("$x$", 20, "blackish")


def test_matplotlib_waits_for_the_first_formula():
    script = "import sys, nnplayground.plotting.formula; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


def test_threads_draw_formulas_while_figures_are_made(tmp_path: Path):
    """Powers on a logarithmic axis are formulas, too."""
    history = History()
    history.append({"loss": np.linspace(1, 0.1, 20)}, 1)
    fonts = list(mpl.rcParams["font.family"])
    with ThreadPoolExecutor(2) as pool:
        drawn = [pool.submit(formula_picture, f"$\\frac{{{n}}}{{x}}$", 20, "black") for n in range(20)]
        save_figure(curves_figure(history, "Curves", log=True), tmp_path / "curves.png")
        assert all(picture.result().pixels[..., 3].any() for picture in drawn)
    assert list(mpl.rcParams["font.family"]) == fonts
