"""Outputs read as sides, classes, probabilities and values."""

from __future__ import annotations

import numpy as np
import pytest

from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.core.targets import Encoding
from nnplayground.data.dataset import Affine
from nnplayground.data.registry import facts
from nnplayground.engine.answers import Reading, values


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
