"""Painted points as data: facts, arrays, code, and what hostile recipes get to hear."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.test_source_code import check
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.analysis import analyse
from nnplayground.core.losses import Task
from nnplayground.core.own_data import MAX_POINTS, OwnPoints
from nnplayground.core.presets import recommended_for
from nnplayground.core.recipe import RecipeError, parse_recipe, to_toml
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts, load
from nnplayground.data.store import Store

THREE = ((-4.0, 1.0, 0.0), (4.0, 2.5, 1.0), (0.125, -3.0, 2.0), (-4.5, 0.0, 0.0), (3.0, 3.0, 1.0), (1.0, -4.0, 2.0))
VALUES = ((-4.0, 1.0, -0.75), (4.0, 2.5, 0.1), (0.125, -3.0, 1.0))


def painted(points: Any = THREE, **settings: Any) -> OwnPoints:
    return OwnPoints(name="points", points=points, **settings)


def project(data: OwnPoints, seed: int = 0) -> ProjectSpec:
    layers, training = recommended_for(facts(data))
    return ProjectSpec(data=data, layers=layers, training=training, seed=seed)


def loaded(data: OwnPoints, seed: int = 0) -> Any:
    return load(data, seed, Store((), Path()))


def recipe(points: str, task: str = "classification") -> str:
    return f'[data]\nname = "points"\ntask = "{task}"\npoints = {points}\n[[layers]]\ntype = "Dense"\nunits = 3\nactivation = "softmax"\n'


# ---- facts


def test_facts_follow_the_classes_that_occur():
    two, three = facts(painted(THREE[:2])), facts(painted())
    assert (two.task, two.classes) == (Task.BINARY, ("class 0", "class 1"))
    assert (three.task, three.classes) == (Task.MULTICLASS, ("class 0", "class 1", "class 2"))
    assert (three.train_samples, three.test_samples) == (3, 3)
    assert three.is_plane
    values = facts(painted(VALUES, task="regression"))
    assert (values.task, values.classes, values.target_range) == (Task.REGRESSION, (), (-1.0, 1.0))
    assert facts(painted(((0.0, 0.0, 250.0), (1.0, 1.0, -3.0)), task="regression")).target_range == (-3.0, 250.0)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_map_holds_every_point(x: float, y: float):
    low, high = facts(painted(((x, y, 0.0),))).plane_range or (0.0, 0.0)
    assert low == -high
    assert high >= 6
    assert max(abs(x), abs(y)) <= high
    assert high <= max(6.0, 2 * max(abs(x), abs(y)))


@pytest.mark.parametrize(
    ("points", "task", "said"),
    [
        ((), "classification", "There are no points yet"),
        ((), "regression", "There are no points yet"),
        (THREE[:1], "classification", "only 1 point"),
        (((0.0, 0.0, 3.0), (1.0, 1.0, 3.0)), "classification", "All 2 points are of class 3"),
    ],
)
def test_too_little_to_learn_from_is_a_problem_in_a_sentence_and_nothing_crashes(points: Any, task: Any, said: str):
    for settings in ({}, {"scaling": "standard"}, {"validation": {"use": "test"}}):
        data = painted(points, task=task, **settings)
        problems = [p for p in analyse(project(data), facts(data)).errors if p.path == "data.points"]
        assert len(problems) == 1
        assert said in problems[0].message
        dataset = loaded(data)
        assert len(dataset.train) + len(dataset.test) == len(points)


def test_enough_points_are_no_problem():
    for data in (painted(), painted(THREE[:2]), painted(VALUES, task="regression")):
        assert analyse(project(data), facts(data)).errors == ()


# ---- arrays


def test_every_point_is_in_one_part_with_its_answer():
    dataset = loaded(painted(train_fraction=0.7), seed=3)
    found = {(*p, float(a)) for points, part in ((dataset.points, dataset.train), (dataset.test_points, dataset.test))
             for p, a in zip(points.tolist(), part.y, strict=True)}  # fmt: skip
    assert found == set(THREE)
    assert (dataset.train.x.dtype, dataset.train.y.dtype) == (np.float32, np.int64)
    again = loaded(painted(train_fraction=0.7), seed=3)
    np.testing.assert_array_equal(again.points, dataset.points)
    assert not all(np.array_equal(loaded(painted(), seed).points, loaded(painted(), 0).points) for seed in range(1, 5))


def test_features_and_scaling_are_those_of_every_plane():
    dataset = loaded(painted(features=("x1^2", "sin(x2)"), scaling="standard"))
    np.testing.assert_allclose(dataset.train.x, np.column_stack([dataset.points[:, 0] ** 2, np.sin(dataset.points[:, 1])]), rtol=1e-6)
    np.testing.assert_allclose(dataset.scaler.apply(dataset.train.x).mean(axis=0), 0, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"train_fraction": 0.8, "features": ("x1", "x1*x2", "x2^2"), "scaling": "unit"}])
def test_the_exported_code_makes_the_same_arrays(settings: dict[str, Any]):
    check(project(painted(**settings), seed=5), Store((), Path()))
    check(project(painted(VALUES, task="regression", **settings), seed=6), Store((), Path()))


# ---- recipes


def test_a_recipe_holds_points_and_gives_them_back():
    spec = parse_recipe(recipe("[[-4, 1, 0], [4, 2.5, 1], [0.125, -3, 2]]"))
    assert spec.data.points == THREE[:3]  # type: ignore[union-attr]
    assert parse_recipe(to_toml(spec)) == spec


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("[[0, 0, 1.5]]", "class numbers from 0 to 9; found 1.5 at (0, 0)"),
        ("[[0, 0, 99]]", "class numbers from 0 to 9; found 99"),
        ("[[0, -1e300, 1]]", "data.points[0][1]: expected at least -1,000,000"),
        ("[[0, 0, -1]]", "class numbers from 0 to 9; found -1"),
        ("[[1e300, 0, 1]]", "data.points[0][0]: expected at most 1,000,000; found 1e+300"),
        ("[[0, nan, 1]]", "data.points[0][1]: expected a finite number"),
        ("[[0, inf, 1]]", "data.points[0][1]: expected a finite number"),
        ("[[0, 0]]", "data.points[0][2]: expected, but not there"),
        ("[[0, 0, 1, 1]]", "data.points[0]"),
        ('[[0, 0, "1"]]', "data.points[0][2]: expected a number"),
        ("[[0, 0, true]]", "data.points[0][2]: expected a number"),
        ("[0, 0, 1]", "data.points[0]: expected a list"),
        ('"0 0 1"', "data.points: expected a list"),
        ("[" + "[0, 0, 1]," * (MAX_POINTS + 1) + "]", "data.points: expected a list of at most 20,000"),
    ],
)
def test_hostile_points_are_refused_in_a_sentence(points: str, said: str):
    with pytest.raises(RecipeError) as error:
        parse_recipe(recipe(points))
    assert said in str(error.value)
    assert len(str(error.value)) < 300


def test_values_may_be_any_reasonable_number():
    data = painted(((0.0, 0.0, 1.5), (1.0, 1.0, -99.0)), task="regression")
    assert loaded(data).facts.target_range == (-99.0, 1.5)
    with pytest.raises(RecipeError, match="1,000,000"):
        parse_recipe(recipe("[[0, 0, 1e7]]", "regression"))
    assert math.isfinite(float(np.square(loaded(data).train.y).max()))
