"""Derived features, and scaling of awkward columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnplayground.core.data_spec import Feature, Scaling, default_data
from nnplayground.data.features import derive, features_of
from nnplayground.data.scaling import fit, fit_target

columns = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.floats(-1e6, 1e6, width=32))


def test_features():
    got = derive(np.array([[2, 3], [-1, 0.5]]), tuple(Feature))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got[0], [2, 3, 4, 9, 6, np.sin(2), np.sin(3)], rtol=1e-6)
    np.testing.assert_allclose(got[1], [-1, 0.5, 1, 0.25, -0.5, np.sin(-1), np.sin(0.5)], rtol=1e-6)


def test_features_of_something_else_than_points():
    with pytest.raises(ValueError, match=r"shape \(n, 2\); found \(3, 3\)"):
        derive(np.zeros((3, 3), np.float32), (Feature.X1,))


def test_gates_are_given_as_they_are():
    assert features_of(default_data("xor")) == (Feature.X1, Feature.X2)
    assert features_of(default_data("circle").model_copy(update={"features": (Feature.SIN_X1,)})) == (Feature.SIN_X1,)


@settings(max_examples=100, deadline=None)
@given(columns, st.sampled_from(Scaling))
def test_scaling_is_finite_and_can_be_undone(x: np.ndarray, scaling: Scaling):
    scaler = fit(x, scaling)
    scaled = scaler.apply(x)
    assert np.isfinite(scaled).all()
    size = np.abs(x).max(axis=0)
    assert (np.abs(scaler.undo(scaled) - x) <= 1e-5 * size + 1e-5 * np.ptp(x, axis=0) + 1e-6).all()


@pytest.mark.parametrize("value", [0.0, 5.0, 1e6, 0.1, -3e-20])
@pytest.mark.parametrize("scaling", [Scaling.UNIT, Scaling.MINUS_HALF_TO_HALF, Scaling.STANDARD])
def test_a_constant_column_is_only_shifted(value: float, scaling: Scaling):
    x = np.full((7, 2), value, np.float32)
    scaler = fit(x, scaling)
    np.testing.assert_array_equal(scaler.scale, 1)
    np.testing.assert_allclose(scaler.apply(x), -0.5 if scaling is Scaling.MINUS_HALF_TO_HALF else 0, atol=1e-6 * abs(value))


def test_images_of_one_grey():
    scaler = fit(np.full((3, 28, 28, 1), 77, np.uint8), Scaling.STANDARD)
    assert (scaler.scale, scaler.offset) == (1.0, -77.0)


def test_equal_prices():
    scaler = fit_target(np.full(5, 20, np.float32), "standard")
    np.testing.assert_array_equal(scaler.apply(np.array([20, 21], np.float32)), [0, 1])
