"""Scores compared with scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from nnplayground.core.targets import Encoding
from nnplayground.engine.answers import Reading
from nnplayground.engine.scores import accuracy, at_threshold, class_scores, confused, fit, plus_scores, roc


@given(st.integers(2, 46), st.integers(1, 400), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_scores_of_classes_are_scikit_learns(classes: int, samples: int, seed: int):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, rng.integers(1, classes, endpoint=True), samples)  # some classes have no sample
    answers = np.where(rng.random(samples) < 0.5, truth, rng.integers(0, classes, samples))
    labels = list(range(classes))
    matrix = metrics.confusion_matrix(truth, answers, labels=labels)
    scores = class_scores(matrix)
    expected = metrics.precision_recall_fscore_support(truth, answers, labels=labels, zero_division=0.0)
    for own, other in zip((scores.precision, scores.recall, scores.f1, scores.support), expected, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-12)
    for name, averages in (("macro", scores.macro), ("weighted", scores.weighted)):
        p, r, f, _ = metrics.precision_recall_fscore_support(truth, answers, labels=labels, average=name, zero_division=0.0)
        assert (averages.precision, averages.recall, averages.f1) == pytest.approx((p, r, f), abs=1e-12)
    assert accuracy(matrix) == pytest.approx(metrics.accuracy_score(truth, answers))


def test_pairs_that_are_confused_come_commonest_first():
    assert confused(np.array([[90, 2, 0], [7, 80, 1], [0, 2, 50]])) == [(1, 0), (0, 1), (2, 1), (1, 2)]
    assert confused(np.diag([3, 4])) == []


@given(arrays(np.int64, st.integers(2, 300), elements=st.integers(0, 20)), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_curve_is_scikit_learns_with_ties_too(raw: np.ndarray, seed: int):
    truth = np.random.default_rng(seed).integers(0, 2, len(raw))
    truth[:2] = 0, 1
    scores = raw / 20
    own = roc(scores, truth)
    false, true, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    np.testing.assert_allclose(own.false_positives, false)
    np.testing.assert_allclose(own.true_positives, true)
    np.testing.assert_allclose(own.thresholds, thresholds)
    assert own.area == pytest.approx(metrics.roc_auc_score(truth, scores))


def test_a_class_without_samples_has_no_curve():
    assert math.isnan(roc(np.array([0.2, 0.7]), np.array([1, 1])).area)


def test_what_is_not_a_number_comes_last():
    own = roc(np.array([0.9, np.nan, 0.1]), np.array([1, 1, 0]))
    assert own.area == pytest.approx(0.5)
    assert at_threshold(np.array([0.9, np.nan]), np.array([1, 1]), 0.5).recall == 0.5


@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.5, 0.77, 1.0])
def test_the_numbers_at_a_threshold_are_scikit_learns(threshold: float):
    rng = np.random.default_rng(3)
    truth, scores = rng.integers(0, 2, 500), rng.random(500).round(2)
    taken = (scores > threshold).astype(int)
    numbers = at_threshold(scores, truth, threshold)
    assert numbers.accuracy == pytest.approx(metrics.accuracy_score(truth, taken))
    assert numbers.precision == pytest.approx(metrics.precision_score(truth, taken, zero_division=0.0))
    assert numbers.recall == pytest.approx(metrics.recall_score(truth, taken))
    assert numbers.false_positives == pytest.approx(1 - metrics.recall_score(truth, taken, pos_label=0))


@pytest.mark.parametrize(
    ("reading", "outputs"),
    [
        (Reading(Encoding.ZERO_ONE, ("a", "b")), [[0.2], [0.5], [0.9]]),
        (Reading(Encoding.PLUS_MINUS, ("a", "b"), has_probabilities=False), [[-0.4], [0.0], [3.0]]),
        (Reading(Encoding.INDEX, ("a", "b")), [[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]),
        (Reading(Encoding.ONE_HOT, ("a", "b"), has_probabilities=False), [[2.0, -1.0], [0.5, 0.5], [-3.0, -2.0]]),
    ],
)
def test_a_score_above_a_half_is_what_the_network_takes_for_the_second_class(reading: Reading, outputs: list[list[float]]):
    np.testing.assert_array_equal(plus_scores(reading, np.array(outputs)) > 0.5, reading.chosen(np.array(outputs)) == 1)


def test_the_fit_is_scikit_learns():
    rng = np.random.default_rng(5)
    truth = rng.normal(20, 9, 300).astype(np.float32)
    answers = truth + rng.normal(0, 3, 300)
    numbers = fit(answers, truth)
    assert numbers.r2 == pytest.approx(metrics.r2_score(truth, answers), abs=1e-6)
    assert numbers.mae == pytest.approx(metrics.mean_absolute_error(truth, answers), rel=1e-6)
    assert numbers.rmse == pytest.approx(metrics.root_mean_squared_error(truth, answers), rel=1e-6)
    assert math.isnan(fit(np.ones(3), np.full(3, 2.0)).r2)
    assert math.isnan(fit(np.ones(0), np.ones(0)).mae)
