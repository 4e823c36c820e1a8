"""TensorFlow Playground's shapes and ranges, for every number of points, noise and seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.data import generators
from nnplayground.data.registry import GENERATORS

CLASSES = ("circle", "xor_cloud", "gauss", "spiral", "moons")
VALUES = ("plane", "gaussians")
names = st.sampled_from(CLASSES + VALUES)
counts = st.integers(4, 600)
noises = st.floats(0, 1)
seeds = st.integers(0, 2**31 - 1)
quick = settings(max_examples=60, deadline=None)


def make(name: str, seed: int, samples: int, noise: float):
    return GENERATORS[name](np.random.default_rng(seed), samples, noise)


@quick
@given(names, seeds, counts, noises)
def test_shapes_types_and_finite_numbers(name: str, seed: int, samples: int, noise: float):
    points, answers = make(name, seed, samples, noise)
    assert points.shape == (samples, 2)
    assert points.dtype == np.float32
    assert answers.shape == (samples,)
    assert np.isfinite(points).all()
    assert answers.dtype == (np.int64 if name in CLASSES else np.float32)


@quick
@given(names, seeds, counts, noises)
def test_equal_seeds_give_equal_points_and_others_do_not(name: str, seed: int, samples: int, noise: float):
    points, answers = make(name, seed, samples, noise)
    again = make(name, seed, samples, noise)
    np.testing.assert_array_equal(points, again[0])
    np.testing.assert_array_equal(answers, again[1])
    if name != "spiral" or noise > 0.01:  # the arms themselves are the same for every seed
        assert not np.array_equal(points, make(name, seed + 1, samples, noise)[0])


@quick
@given(st.sampled_from(("circle", "gauss", "spiral", "moons")), seeds, counts)
def test_half_of_the_points_are_of_each_class(name: str, seed: int, samples: int):
    _, labels = make(name, seed, samples, 0.0)
    assert labels.sum() == samples // 2
    assert set(labels) == {0, 1}


@quick
@given(st.sampled_from(("circle", "xor_cloud")), seeds, counts, noises)
def test_noise_moves_the_border_and_not_the_points(name: str, seed: int, samples: int, noise: float):
    rng = np.random.default_rng(seed)
    points, labels = GENERATORS[name](rng, samples, noise)
    radius = np.hypot(*points.T)
    if name == "circle":
        assert ((radius <= 2.5001) | ((radius >= 3.4999) & (radius <= 5.0001))).all()
    else:
        assert ((np.abs(points) >= 0.2999) & (np.abs(points) <= 5.3001)).all()
    if noise == 0:
        clean = radius < 2.5 if name == "circle" else points[:, 0] * points[:, 1] >= 0
        np.testing.assert_array_equal(labels, clean)


@pytest.mark.parametrize("name", ["circle", "xor_cloud"])
def test_noise_turns_some_labels(name: str):
    points, labels = make(name, 3, 2000, 0.5)
    clean = np.hypot(*points.T) < 2.5 if name == "circle" else points[:, 0] * points[:, 1] >= 0
    assert 0.05 < (labels != clean).mean() < 0.5


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_clouds_have_the_playgrounds_centres_and_variances(noise: float, variance: float):
    points, labels = make("gauss", 5, 20_000, noise)
    for label, centre in ((1, 2), (0, -2)):
        cloud = points[labels == label]
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.1)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.06)


@quick
@given(seeds, st.integers(2, 300), noises)
def test_spiral_points_stray_from_their_arm_by_the_noise_at_most(seed: int, half: int, noise: float):
    points, labels = make("spiral", seed, 2 * half, noise)
    along = np.arange(half) / half
    for label, turn in ((1, 0.0), (0, math.pi)):
        angle = 1.75 * 2 * math.pi * along + turn
        arm = np.stack([5 * along * np.sin(angle), 5 * along * np.cos(angle)], axis=1)
        ours = points[labels == label]
        nearest = np.abs(ours[:, None] - arm[None]).max(axis=2).min(axis=1)
        assert (nearest <= noise + 1e-5).all()


def test_spiral_order_is_shuffled():
    _, labels = make("spiral", 0, 500, 0.0)
    assert 150 < np.count_nonzero(np.diff(labels)) < 350


@quick
@given(seeds, counts)
def test_moons_are_half_circles_inside_the_plane(seed: int, samples: int):
    points, labels = make("moons", seed, samples, 0.0)
    centre = np.where(labels[:, None] == 1, [-0.5, -0.25], [0.5, 0.25]) * 10 / 3
    np.testing.assert_allclose(np.hypot(*(points - centre).T), 10 / 3, rtol=1e-4)
    assert (np.abs(points) <= (5.0001, 2.5001)).all()


@quick
@given(seeds, counts, noises)
def test_plane_values(seed: int, samples: int, noise: float):
    points, values = make("plane", seed, samples, noise)
    assert (np.abs(points) <= 6).all()
    np.testing.assert_allclose(values, points.sum(axis=1) / 10, atol=1.2 * noise + 1e-6)


@quick
@given(seeds, counts)
def test_bumps_have_the_playgrounds_centres_signs_and_heights(seed: int, samples: int):
    points, values = make("gaussians", seed, samples, 0.0)
    expected = np.zeros(samples)
    for x, y, sign in ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)):
        bump = sign * np.clip(1 - np.hypot(points[:, 0] - x, points[:, 1] - y) / 2, 0, 1)
        expected = np.where(np.abs(bump) > np.abs(expected), bump, expected)
    np.testing.assert_allclose(values, expected, atol=1e-5)
    assert not np.signbit(values[values == 0]).any()


def test_people_differ_by_one_deviation():
    people, labels = generators.gender(np.random.default_rng(0), 20_000)
    assert (labels == 0).sum() == 10_000
    np.testing.assert_allclose(people[labels == 0].mean(axis=0), (1, 1, -1), atol=0.05)
    np.testing.assert_allclose(people[labels == 1].mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(people[labels == 1].std(axis=0), 1, atol=0.05)
    assert labels[:10_000].mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("name", "function"), [("and", np.logical_and), ("or", np.logical_or), ("xor", np.logical_xor)])
def test_truth_tables(name: str, function: Callable[..., Any]):
    points, answers = generators.gate(name)
    assert len(np.unique(points, axis=0)) == 4
    np.testing.assert_array_equal(answers, function(points[:, 0], points[:, 1]))


def test_line():
    x, y = generators.line()
    np.testing.assert_array_equal(x[:, 0], [-1, 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(y, [-3, -1, 1, 3, 5, 7])
