from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.data.statistics import BINS, column_statistics


@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=60))
def test_the_numbers_are_numpys(values: list[float]):
    array = np.array(values, np.float32)
    found = column_statistics("x", array)
    assert (found.count, found.missing, sum(found.bins), len(found.bins)) == (len(values), 0, len(values), BINS)
    assert (found.low, found.high) == (array.min(), array.max())
    wide = array.astype(np.float64)
    assert found.mean == pytest.approx(wide.mean(), rel=1e-6, abs=1e-30)
    assert found.deviation == pytest.approx(wide.std(), rel=1e-6, abs=1e-6 * float(np.abs(wide).max()))


def test_ranges_are_equally_wide_and_the_last_takes_the_largest():
    found = column_statistics("n", np.arange(BINS + 1))
    assert found.bins == (1,) * (BINS - 1) + (2,)


def test_what_is_no_number_is_counted_apart():
    found = column_statistics("x", np.array([1.0, np.nan, 3.0, np.inf]))
    assert (found.count, found.missing, found.low, found.mean, found.high) == (2, 2, 1, 2, 3)
    empty = column_statistics("x", np.full(3, np.nan))
    assert (empty.count, empty.missing) == (0, 3)
    assert math.isnan(empty.mean)


def test_a_constant_column():
    found = column_statistics("x", np.full(5, 7, np.uint8))
    assert (found.low, found.mean, found.high, found.deviation, found.bins[0]) == (7, 7, 7, 0, 5)
