"""Outputs read as sides, classes, probabilities and values; zero lines and ticks. No Qt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.core.targets import Encoding
from nnplayground.data.dataset import Affine
from nnplayground.data.registry import facts
from nnplayground.engine.answers import Reading, values
from nnplayground.ui.views.contour import zero_lines
from nnplayground.ui.views.ticks import epoch_limit, linear_ticks, log_ticks, loss_range, share_range, tick_text


def of(name: str) -> Reading:
    spec = recommended(name)
    return Reading.of(analyse(spec, facts(spec.data)))


def test_a_sigmoid_is_a_probability_of_plus():
    reading = of("circle")
    outputs = np.array([[0.0], [0.25], [0.5], [0.9]])
    assert reading.signed(outputs).tolist() == pytest.approx([-1, -0.5, 0, 0.8])
    assert reading.chosen(outputs).tolist() == [0, 0, 0, 1]
    assert reading.confidence(outputs).tolist() == pytest.approx([1, 0.75, 0.5, 0.9])


def test_tanh_targets_are_minus_and_plus_one():
    reading = Reading(Encoding.PLUS_MINUS, ("minus", "plus"))
    outputs = np.array([[-1.0], [-0.2], [0.6], [3.0]])
    assert reading.signed(outputs).tolist() == pytest.approx([-1, -0.2, 0.6, 1])
    assert reading.chosen(outputs).tolist() == [0, 0, 1, 1]
    assert reading.confidence(outputs).tolist() == pytest.approx([1, 0.6, 0.8, 1])


def test_two_softmax_outputs_are_one_side():
    outputs = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    assert of("gender").signed(outputs)[0].tolist() == pytest.approx([-0.8, 0.6])


def test_ten_classes_are_shares():
    reading = of("mnist")
    outputs = np.full((1, 10), 0.05)
    outputs[0, 7] = 0.55
    assert reading.chosen(outputs).tolist() == [7]
    assert reading.confidence(outputs)[0] == pytest.approx(0.55)
    assert reading.shares(np.array([[2.0, 2.0, -1.0, 0.0]]))[0].tolist() == pytest.approx([0.5, 0.5, 0, 0])
    assert reading.shares(np.zeros((1, 4)))[0].tolist() == pytest.approx([0.25] * 4)


def test_regression_colours_have_a_fixed_scale():
    reading = of("plane")
    assert reading.is_regression
    assert reading.signed(np.array([[0.5], [-4.0]])).tolist() == pytest.approx([0.5 / reading.largest, -1])


def test_values_come_back_in_the_targets_unit():
    scaler = Affine(0.1, -2.0)
    prices = np.array([12.0, 34.0], np.float32)
    assert values(scaler.apply(prices)[:, None], scaler) == pytest.approx(prices)


def test_what_is_not_a_number_stays_so():
    assert np.isnan(of("circle").signed(np.array([[np.nan]]))).all()


@given(st.floats(0.3, 3.0), st.floats(0, 6.28), st.floats(-3, 3))
def test_the_zero_line_of_a_slope_is_straight(size: float, angle: float, shift: float):
    rows, columns = np.mgrid[0:20, 0:20].astype(float)
    across, up = size * np.cos(angle), size * np.sin(angle)
    offset = -(across + up) * 9.5 + shift * size
    pieces = zero_lines(across * columns + up * rows + offset)
    ends = pieces.reshape(-1, 2)
    assert len(pieces)
    assert np.allclose(across * ends[:, 0] + up * ends[:, 1] + offset, 0, atol=1e-6)


def test_a_saddle_has_two_pieces_and_nan_has_none():
    assert len(zero_lines(np.array([[1.0, -1.0], [-1.0, 1.0]]))) == 2
    assert len(zero_lines(np.array([[1.0, np.nan], [-1.0, 1.0]]))) == 0
    assert len(zero_lines(np.ones((4, 4)))) == 0


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_linear_ticks_are_few_and_inside(low: float, span: float, most: int):
    ticks = linear_ticks(low, low + span, most)
    assert len(ticks) <= most + 1
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in ticks)


@given(st.floats(-9, 3), st.floats(0.5, 8), st.integers(2, 6))
def test_logarithmic_ticks_are_few_and_without_exponents(low: float, span: float, most: int):
    ticks = log_ticks(10**low, 10 ** (low + span), most)
    assert len(ticks) <= most + 1
    assert not any("e" in tick_text(tick) for tick in ticks)
    assert ticks == sorted(ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.03, "0.03"), (0.00001, "0.00001"), (1, "1"), (-2.5, "\N{MINUS SIGN}2.5"), (12000, "12,000"), (0, "0"), (0.1 + 0.2, "0.3")],
)
def test_ticks_are_written_for_people(value: float, text: str):
    assert tick_text(value) == text


def test_the_axis_of_epochs_is_fixed_until_it_is_nearly_full_and_then_doubles():
    assert [epoch_limit(n, 500) for n in (1, 45, 46, 90, 91, 180, 360, 361, 500)] == [50, 50, 100, 100, 200, 200, 400, 500, 500]
    assert epoch_limit(3, 5) == 5
    assert epoch_limit(700, 500) == 1000


def test_ranges_hold_their_curves():
    assert loss_range([0.02], [0.7], log=True) == (0.01, 1.0)
    low, high = loss_range([0.02], [0.7], log=False)
    assert low == 0
    assert 0.7 <= high <= 1
    assert share_range([0.52])[0] == pytest.approx(0.4)
    assert share_range([0.0])[0] == 0
    assert share_range([])[1] > 1
