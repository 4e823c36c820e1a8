"""Painting points: what a brush does to them, and what the project makes of it. Pure functions on rows of x1, x2 and an answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnplayground.core import edits
from nnplayground.core.answer_rules import fitting_output, output_units
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Dense
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.problems import Problem
from nnplayground.core.spec import ProjectSpec

Points = NDArray[np.float64]
"""(n, 3): x1, x2 and the answer, a class number or a value."""
PointTask = Literal["classification", "regression"]

PLACES = 3
"""Decimals of what is painted: finer than anybody sees, and short in a recipe."""
LARGEST_VALUE = 1.0
"""Values are painted from minus this to this."""


@lru_cache(maxsize=4)
def array(points: tuple[tuple[float, float, float], ...]) -> Points:
    """The points of a project as an array, which cannot be written to: many ask for it."""
    made = np.array(points, np.float64).reshape(-1, 3)
    made.setflags(write=False)
    return made


def rows(points: Points) -> tuple[tuple[float, float, float], ...]:
    """The points of an array as a project has them."""
    return tuple(map(tuple, points.tolist()))


def spray(rng: np.random.Generator, at: tuple[float, float], radius: float, answer: float, count: int, bound: float) -> Points:
    """`count` points spread evenly over a disc, as far as it lies in the square from -bound to bound."""
    angle, distance = rng.uniform(0, 2 * np.pi, count), radius * np.sqrt(rng.uniform(0, 1, count))
    points = np.column_stack([at[0] + distance * np.cos(angle), at[1] + distance * np.sin(angle), np.full(count, answer)])
    points[:, :2] = points[:, :2].round(PLACES)
    inside: Points = points[(np.abs(points[:, :2]) <= bound).all(axis=1)]
    return inside


def within(points: Points, at: tuple[float, float], radius: float) -> NDArray[np.bool_]:
    """Which points lie under a brush."""
    return np.asarray(np.hypot(points[:, 0] - at[0], points[:, 1] - at[1]) <= radius)


def moved(points: Points, chosen: NDArray[np.bool_], by: tuple[float, float], bound: float) -> Points:
    """The points with the chosen ones pushed, but none out of the square."""
    after = points.copy()
    after[chosen, :2] = _inside(points[chosen, :2] + by, points[chosen, :2], bound)
    return after


def jittered(rng: np.random.Generator, points: Points, amount: float, bound: float) -> Points:
    """The points, each strayed a little."""
    after = points.copy()
    after[:, :2] = _inside(points[:, :2] + rng.normal(0, amount, (len(points), 2)), points[:, :2], bound)
    return after


def _inside(places: Points, before: Points, bound: float) -> Points:
    """Places (n, 2) kept in the square; those that were outside before need not come in."""
    edge = np.maximum(bound, np.abs(before))
    return np.clip(places.round(PLACES), -edge, edge)


def class_count(data: OwnPoints) -> int:
    """How many classes painted points have: up to the highest number that occurs, at least two."""
    return max(2, 1 + int(array(data.points)[:, 2].max(initial=0)))


def with_task(data: OwnPoints, task: PointTask) -> OwnPoints:
    """The same points as classes or as values: classes become values from -1 to 1, values the two classes below and above 0."""
    if task == data.task:
        return data
    points = array(data.points).copy()
    if task == "regression":
        points[:, 2] = ((points[:, 2] / (class_count(data) - 1) * 2 - 1) * LARGEST_VALUE).round(PLACES)
    else:
        points[:, 2] = points[:, 2] > 0
    return edits.changed(data, task=task, points=rows(points))


def repaint(spec: ProjectSpec, data: OwnPoints, before: DataFacts, after: DataFacts) -> ProjectSpec:
    """Take other points. A last layer that suited the answers of before is made to suit those of now."""
    spec = edits.set_data(spec, data)
    last, index = spec.output_layer, spec.output_index
    if index is None or not isinstance(last, Dense) or (before.task, len(before.classes)) == (after.task, len(after.classes)):
        return spec
    suited = last.units == output_units(before, last.activation) and (before.task.is_classification or last.activation == "linear")
    if not suited or (after.task.is_classification and last.units == output_units(after, last.activation) and before.task == after.task):
        return spec
    output = fitting_output(after)
    return edits.change_layer(spec, index, units=output.units, activation=output.activation)


def points_rule(spec: ProjectSpec, facts: DataFacts, *_: Any) -> Iterator[Problem]:
    """What painted points lack before a network can learn from them."""
    data = spec.data
    if not isinstance(data, OwnPoints):
        return
    if not data.points:
        what = "two classes or more" if data.task == "classification" else "different values"
        yield Problem("data.points", f"There are no points yet; paint some of {what} on the map.")
    elif len(data.points) == 1:
        yield Problem("data.points", "There is only 1 point; paint more, to learn from and to test on.")
    elif data.task == "classification" and np.ptp(array(data.points)[:, 2]) == 0:
        only = facts.classes[int(data.points[0][2])]
        yield Problem("data.points", f"All {len(data.points):,} points are of {only}; paint another class, to be told from it.")
