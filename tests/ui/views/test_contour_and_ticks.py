"""Zero lines of maps, and ticks, ranges and titles of axes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.contour import zero_lines
from nnplayground.ui.views.scatter import fitting
from nnplayground.ui.views.ticks import epoch_limit, linear_ticks, log_ticks, loss_range, share_range, tick_text


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
    [(0.03, "0.03"), (0.0001, "0.0001"), (0.00001, "1×10⁻⁵"), (2.5e-13, "2.5×10⁻¹³"),
     (1, "1"), (-2.5, "\N{MINUS SIGN}2.5"), (12000, "12,000"), (0, "0"), (0.1 + 0.2, "0.3"),
     (1_000_000, "1,000,000"), (25_000_000, "25 M"), (-1.5e9, "\N{MINUS SIGN}1.5 B"), (2e15, "2,000 T"), (-3e30, "\N{MINUS SIGN}3×10³⁰")],
)
def test_ticks_are_written_for_people(value: float, text: str):
    assert tick_text(value) == text


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [(0, 6e-6, ["0", "2×10⁻⁶", "4×10⁻⁶", "6×10⁻⁶"]), (0, 0.00015, ["0", "5×10⁻⁵", "1×10⁻⁴", "1.5×10⁻⁴"]),
     (0.512340, 0.512346, ["0.51234", "0.512342", "0.512344", "0.512346"]), (0, 0.6, ["0", "0.2", "0.4", "0.6"]),
     (12_000, 12_006, ["12,000", "12,002", "12,004", "12,006"])],
)  # fmt: skip
def test_ticks_of_one_axis_are_written_alike_and_told_apart(low: float, high: float, texts: list[str]):
    ticks = linear_ticks(low, high, 3)
    assert [tick_text(tick, ticks[1] - ticks[0]) for tick in ticks] == texts


@given(st.floats(-1e6, 1e6), st.floats(-11, 3), st.integers(2, 6))
def test_no_two_ticks_of_an_axis_are_written_alike(low: float, power: float, most: int):
    span = max(10**power, abs(low) * 1e-9)  # as far as one can zoom in
    ticks = linear_ticks(low, low + span, most)
    if len(ticks) > 1:
        assert len({tick_text(tick, ticks[1] - ticks[0]) for tick in ticks}) == len(ticks)


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


def test_a_title_without_room_loses_its_unit_first(theme: Theme) -> None:
    metrics = QFontMetricsF(theme.font(Role.CAPTION))
    title, short = "predicted price, thousand dollars", "predicted price"
    assert fitting(title, metrics, metrics.horizontalAdvance(title)) == title
    assert fitting(title, metrics, metrics.horizontalAdvance(title) - 1) == short
    cut = fitting(title, metrics, metrics.horizontalAdvance(short) - 1)
    assert cut.endswith("…")
    assert cut.startswith("predicted")
    assert metrics.horizontalAdvance(cut) < metrics.horizontalAdvance(short)
