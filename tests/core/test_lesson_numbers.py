"""A run's own numbers in formulas."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.history import History
from nnplayground.core.lesson_deeds import recipe_project
from nnplayground.core.lesson_numbers import NAMES, PLACE, filled, numbers, written
from nnplayground.core.lesson_seen import Asked, Seen

LINE, GATES, XOR, GENDER, MNIST = (recipe_project(name) for name in ("line", "gates", "xor", "gender", "mnist"))


def weights(*arrays: object) -> tuple[tuple[np.ndarray, ...], ...]:
    return (tuple(np.array(array, np.float64) for array in arrays),)


def test_before_anything_is_known():
    assert numbers(Seen(LINE)) == {"epochs": 500, "batch_size": 6, "learning_rate": 0.01}
    known = numbers(Seen(MNIST))
    assert known["classes"] == 10
    assert known["log_classes"] == pytest.approx(2.302585)


def test_numbers_of_the_run():
    history = History()
    history.append({"loss": [0.9, 0.3, 0.2], "val_loss": [0.5, 0.28, 0.56], "mae": [1.0, math.nan, math.nan]}, 1)
    known = numbers(Seen(XOR, history, 3, test={"accuracy": 0.75}))
    assert (known["epoch"], known["loss"], known["first_loss"], known["test_accuracy"]) == (3, 0.2, 0.9, 0.75)
    assert (known["best_val_loss"], known["best_epoch"], known["val_loss"]) == (0.28, 2, 0.56)
    assert known["exp_loss"] == pytest.approx(math.exp(-0.2))
    assert "mae" not in known


def test_one_unit_and_its_sum():
    line = Seen(LINE, weights=weights([[1.997]], [-0.99]), asked=(Asked((18.98,), (10.0,)),))
    known = numbers(line)
    assert (known["w"], known["b"], known["x"], known["y"]) == (1.997, -0.99, 10.0, 18.98)
    assert known["z"] == pytest.approx(18.98)
    gate = Seen(GATES, weights=weights([[0.2], [0.3]], [-0.4]), asked=(Asked((1.0,), (1.0, 1.0)),))
    known = numbers(gate)
    assert (known["w1"], known["w2"], known["b"], known["x2"]) == (0.2, 0.3, -0.4, 1.0)
    assert known["z"] == pytest.approx(0.1)
    assert "w" not in known
    assert "w1" not in numbers(dataclasses.replace(gate, spec=XOR)), "of a network with a hidden layer they are nobody's"


def test_a_unit_without_a_bias():
    assert numbers(Seen(LINE, weights=weights([[2.0]])))["b"] == 0


def test_probabilities():
    known = numbers(Seen(GENDER, asked=(Asked((0.2, 0.8), (0.0, 0.0, 0.0)),)))
    assert (known["p"], known["y"], known["y2"], known["x3"]) == (0.8, 0.2, 0.8, 0.0)
    assert known["log_p"] == pytest.approx(-math.log(0.8))
    assert numbers(Seen(XOR, asked=(Asked((0.1,)),)))["p"] == pytest.approx(0.9), "of the class it says"
    assert "p" not in numbers(Seen(LINE, asked=(Asked((18.98,), (10.0,)),))), "a value is no probability"


def test_folds():
    known = numbers(Seen(LINE, scores=(2.0, 2.5, 3.0, 2.5)))
    assert (known["folds"], known["score"], known["s1"], known["s4"]) == (4, 2.5, 2.0, 2.5)
    assert known["deviation"] == pytest.approx(np.std([2.0, 2.5, 3.0, 2.5]))


def test_a_formula_with_numbers_and_with_letters():
    formula = r"$\hat{y} = <w> \cdot x + <b>$"
    assert filled(formula, {"w": 1.997, "b": -0.99072}) == r"$\hat{y} = 1.997 \cdot x - 0.9907$"
    assert filled(formula, {"w": -0.5, "b": 0.25}) == r"$\hat{y} = -0.5 \cdot x + 0.25$"
    assert filled(formula, {}) == r"$\hat{y} = w \cdot x + b$"
    assert filled(r"$\frac{1}{<classes>} < <b>$", {"classes": 10}) == r"$\frac{1}{10} < b$"


@pytest.mark.parametrize(
    ("formula", "value", "expected"),
    [
        (r"$<w> \cdot <x>$", -1.0, r"$-1 \cdot (-1)$"),
        ("$<s1> - <s2>$", -1.0, "$-1 + 1$"),
        (r"$+\, <w> = 0$", -1.0, "$- 1 = 0$"),
        (r"$= -\ln <p>$", 0.5, r"$= -\ln 0.5$"),
    ],
)
def test_signs(formula: str, value: float, expected: str):
    assert filled(formula, dict.fromkeys(NAMES, value)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(19.0, "19"), (18.97812, "18.98"), (0.0, "0"), (2.8e-5, r"2.8 \times 10^{-5}"), (1234567.0, r"1.235 \times 10^{6}"), (-0.25, "-0.25")],
)
def test_numbers_as_they_are_written(value: float, text: str):
    assert written(value) == text


@given(st.sampled_from(sorted(NAMES)), st.floats(allow_nan=False, allow_infinity=False))
def test_no_place_is_left_open(name: str, value: float):
    assert not PLACE.search(filled(f"$x + <{name}>$", {name: value}))


@given(st.lists(st.floats(), min_size=1, max_size=4), st.lists(st.floats(), max_size=3))
def test_only_finite_numbers_are_known(values: list[float], given_inputs: list[float]):
    history = History()
    history.append({"loss": values, "val_loss": values}, 1)
    seen = Seen(GATES, history, len(values), weights=weights([[values[0]], [1.0]], [0.5]), scores=tuple(values),
                asked=(Asked(tuple(values), tuple(given_inputs)),))  # fmt: skip
    known = numbers(seen)
    assert all(math.isfinite(value) for value in known.values())
    assert known.keys() <= NAMES.keys()


@pytest.mark.parametrize(
    ("formula", "said"),
    [(r"$p = <p>,\quad -\ln p = <log_p>$", r"$p = ?,\quad -\ln p = ?$"), (r"$\hat{y} = <w> \cdot x$", r"$\hat{y} = w \cdot x$")],
)
def test_what_is_not_known_is_no_tautology(formula: str, said: str) -> None:
    assert filled(formula, {}) == said
