"""Smoothing is TensorBoard's, whatever the values and however they come."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.history import History
from nnplayground.core.smoothing import Smoothed, smoothed


def tensorboard(values: list[float], weight: float) -> list[float]:
    """Line by line as in TensorBoard's `resmoothDataset`."""
    last, count, out = 0.0, 0, []
    for value in values:
        if not math.isfinite(value):
            out.append(value)
            continue
        last = last * weight + (1 - weight) * value
        count += 1
        out.append(last / (1 - weight**count))
    return out


numbers = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]))


@given(st.lists(numbers, max_size=400), st.floats(0, 0.99))
def test_it_is_tensorboards(values: list[float], weight: float) -> None:
    out, _ = smoothed(np.array(values), weight)
    assert out == pytest.approx(np.array(tensorboard(values, weight)), rel=1e-9, abs=1e-6, nan_ok=True)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.sampled_from([0.0, 0.3, 0.6, 0.99]))
def test_in_parts_it_is_the_same_as_at_once(parts: list[int], weight: float) -> None:
    values = np.random.default_rng(len(parts)).normal(size=sum(parts))
    history, gone = History(), 0
    curves = Smoothed(history, weight)
    for part in parts:
        history.append({"loss": values[gone : gone + part]}, gone + 1)
        gone += part
        assert curves.history.epochs == gone
    assert curves.history.values("loss") == pytest.approx(np.array(tensorboard(values.tolist(), weight)))


def test_a_run_that_went_back_is_averaged_anew() -> None:
    history = History()
    curves = Smoothed(history, 0.5)
    history.append({"loss": np.arange(10.0)}, 1)
    assert curves.history.epochs == 10
    history.append({"loss": np.full(5, 7.0)}, 6)
    wanted = tensorboard([0, 1, 2, 3, 4, 7, 7, 7, 7, 7], 0.5)
    assert curves.history.values("loss") == pytest.approx(wanted)


def test_a_curve_that_begins_later_is_there() -> None:
    history = History()
    curves = Smoothed(history, 0.5)
    history.append({"loss": [1.0, 2.0]}, 1)
    assert curves.history.names == ("loss",)
    history.append({"loss": [3.0], "val_loss": [4.0]}, 3)
    assert curves.history.values("val_loss")[-1] == 4.0
