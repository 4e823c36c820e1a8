"""Made-up data. Each function stands alone and needs only NumPy, because exported code carries its text.

Points on a plane follow TensorFlow Playground's shapes and ranges (playground/src/dataset.ts); `noise` is its slider
divided by 100. Class + is label 1 and class - is label 0. Everything random comes from `rng`, and the order is shuffled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def circle(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """A disc inside a ring. Noise moves the border between the classes, not the points."""
    inside = samples // 2
    radius = np.concatenate([rng.uniform(0, 2.5, inside), rng.uniform(3.5, 5, samples - inside)])
    angle = rng.uniform(0, 2 * np.pi, samples)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    judged = points + rng.uniform(-5, 5, (samples, 2)) * noise
    labels = np.hypot(judged[:, 0], judged[:, 1]) < 2.5
    order = rng.permutation(samples)
    return points[order].astype(np.float32), labels[order].astype(np.int64)


def xor_cloud(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Four squares, opposite ones alike, with a gap between them. Noise moves the borders, not the points."""
    points = rng.uniform(-5, 5, (samples, 2))
    points += np.where(points > 0, 0.3, -0.3)
    judged = points + rng.uniform(-5, 5, (samples, 2)) * noise
    labels = judged[:, 0] * judged[:, 1] >= 0
    return points.astype(np.float32), labels.astype(np.int64)


def gauss(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Two clouds around (2, 2) and (-2, -2). Noise 0 to 0.5 widens their variance from 0.5 to 4."""
    labels = (np.arange(samples) < samples // 2).astype(np.int64)
    centres = np.where(labels == 1, 2.0, -2.0)[:, None]
    points = rng.normal(centres, np.sqrt(0.5 + 7 * noise), (samples, 2))
    order = rng.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def spiral(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Two arms that wind around each other one and three quarter times. Noise moves the points."""
    first = samples // 2
    labels = (np.arange(samples) < first).astype(np.int64)
    along = np.concatenate([np.arange(first) / first, np.arange(samples - first) / (samples - first)])
    angle = 1.75 * 2 * np.pi * along + np.where(labels == 1, 0, np.pi)
    points = np.stack([5 * along * np.sin(angle), 5 * along * np.cos(angle)], axis=1)
    points += rng.uniform(-1, 1, (samples, 2)) * noise
    order = rng.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def moons(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Two half circles of radius 10/3 that reach into each other. Noise moves the points."""
    labels = (np.arange(samples) < samples // 2).astype(np.int64)
    angle = rng.uniform(0, np.pi, samples)
    side = np.where(labels == 1, 1.0, -1.0)
    points = np.stack([side * (np.cos(angle) - 0.5), side * (np.sin(angle) - 0.25)], axis=1) * 10 / 3
    points += rng.normal(0, 2, (samples, 2)) * noise
    order = rng.permutation(samples)
    return points[order].astype(np.float32), labels[order]


def plane(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values that rise evenly, (x1 + x2) / 10. Noise changes the values, not the points."""
    points = rng.uniform(-6, 6, (samples, 2))
    judged = points + rng.uniform(-6, 6, (samples, 2)) * noise
    return points.astype(np.float32), (judged.sum(axis=1) / 10).astype(np.float32)


def gaussians(rng: np.random.Generator, samples: int, noise: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Six bumps of height +1 or -1 and radius 2. Noise changes the values, not the points."""
    bumps = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    signs = np.array([1, -1, 1, -1, 1, -1])
    points = rng.uniform(-6, 6, (samples, 2))
    judged = points + rng.uniform(-6, 6, (samples, 2)) * noise
    distance = np.hypot(judged[:, :1] - bumps[:, 0], judged[:, 1:] - bumps[:, 1])
    nearest = distance.argmin(axis=1)  # the bump that counts most is the nearest one
    values = signs[nearest] * np.maximum(0, 1 - distance.min(axis=1) / 2) + 0.0  # no -0.0
    return points.astype(np.float32), values.astype(np.float32)


def gender(rng: np.random.Generator, samples: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """People as weight, height and age in standard units, (samples, 3); men (label 0) are heavier, taller, younger."""
    people = rng.normal(0, 1, (samples, 3))
    men = samples // 2
    people[:men] += (1, 1, -1)
    labels = (np.arange(samples) >= men).astype(np.int64)
    order = rng.permutation(samples)
    return people[order].astype(np.float32), labels[order]


def gate(name: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The truth table of `and`, `or` or `xor`: four points and their answers."""
    points = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.float32)
    answers = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
    return points, np.array(answers[name], np.int64)


def line() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Six points on y = 2x - 1: x is (6, 1), y is (6,)."""
    x = np.array([-1, 0, 1, 2, 3, 4], np.float32)
    return x[:, None], 2 * x - 1
