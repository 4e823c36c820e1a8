"""Numbers in words for people."""

from __future__ import annotations

import pytest

from nnplayground.ui.theme.numbers import epochs_told, measured


@pytest.mark.parametrize(("n", "told"), [(0, "0 epochs"), (1, "1 epoch"), (2, "2 epochs"), (3120, "3,120 epochs")])
def test_one_epoch_is_no_epochs(n: int, told: str) -> None:
    assert epochs_told(n) == told


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(18.75, "thousand dollars", "18.75 thousand dollars"), (18.75, "", "18.75"), (float("nan"), "thousand dollars", "not a number"),
     (float("inf"), "thousand dollars", "∞"), (-float("inf"), "", "\N{MINUS SIGN}∞")],
)
def test_what_is_no_number_has_no_unit(value: float, unit: str, told: str) -> None:
    assert measured(value, unit) == told
