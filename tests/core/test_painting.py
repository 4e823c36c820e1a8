"""What a brush does to points, and what the project makes of other points: properties that hold for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core import edits, painting
from nnplayground.core.layers import Dense
from nnplayground.core.own_data import MAX_CLASSES, OwnPoints
from nnplayground.core.presets import recommended_for
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check, errors
from nnplayground.data.own.points import facts

place = st.tuples(st.floats(-6, 6), st.floats(-6, 6))
seeds = st.integers(0, 2**32 - 1)
classes = st.integers(0, MAX_CLASSES - 1).map(float)
points = st.lists(st.tuples(st.floats(-6, 6), st.floats(-6, 6), classes), max_size=30).map(lambda rows: painting.array(tuple(rows)))
own_points = st.lists(st.tuples(st.floats(-6, 6), st.floats(-6, 6), classes), max_size=12).map(
    lambda rows: OwnPoints(name="points", points=tuple(rows))
)


def project(data: OwnPoints) -> ProjectSpec:
    layers, training = recommended_for(facts(data))
    return ProjectSpec(data=data, layers=layers, training=training)


@given(seeds, place, st.floats(0, 5), classes, st.integers(0, 50))
def test_spray_stays_under_the_brush_and_inside_the_map(seed: int, at: tuple[float, float], radius: float, answer: float, count: int):
    made = painting.spray(np.random.default_rng(seed), at, radius, answer, count, 6.0)
    assert len(made) <= count
    assert (np.abs(made[:, :2]) <= 6).all()
    assert (np.hypot(made[:, 0] - at[0], made[:, 1] - at[1]) <= radius + 0.001).all()
    assert (made[:, 2] == answer).all()
    again = painting.spray(np.random.default_rng(seed), at, radius, answer, count, 6.0)
    np.testing.assert_array_equal(made, again)


def test_spray_fills_the_whole_disc_evenly():
    made = painting.spray(np.random.default_rng(0), (0.0, 0.0), 2.0, 1.0, 4000, 6.0)
    assert len(made) == 4000
    assert np.mean(np.hypot(made[:, 0], made[:, 1]) < 1) == pytest.approx(0.25, abs=0.03)


@given(points, place, st.floats(0, 12))
def test_a_brush_reaches_the_points_within_its_radius(many: painting.Points, at: tuple[float, float], radius: float):
    found = painting.within(many, at, radius)
    assert found.tolist() == [bool(np.hypot(x - at[0], y - at[1]) <= radius) for x, y, _ in many.tolist()]


@given(points, seeds, st.tuples(st.floats(-20, 20), st.floats(-20, 20)))
def test_moved_points_stay_inside_and_the_others_where_they_are(many: painting.Points, seed: int, by: tuple[float, float]):
    chosen = np.random.default_rng(seed).random(len(many)) < 0.5
    after = painting.moved(many, chosen, by, 6.0)
    np.testing.assert_array_equal(after[~chosen], many[~chosen])
    np.testing.assert_array_equal(after[:, 2], many[:, 2])
    np.testing.assert_allclose(after[chosen, :2], np.clip(many[chosen, :2] + by, -6, 6), atol=0.001)


@given(points, seeds)
def test_jitter_changes_places_a_little_and_no_answer(many: painting.Points, seed: int):
    after = painting.jittered(np.random.default_rng(seed), many, 0.1, 6.0)
    assert after.shape == many.shape
    np.testing.assert_array_equal(after[:, 2], many[:, 2])
    assert (np.abs(after[:, :2] - many[:, :2]) < 1).all()
    assert (np.abs(after[:, :2]) <= 6).all()


@given(own_points)
def test_points_go_to_an_array_and_back_unchanged(data: OwnPoints):
    assert painting.rows(painting.array(data.points)) == data.points
    with pytest.raises(ValueError, match="read-only"):
        painting.array(data.points)[:] = 0


@given(own_points, own_points)
def test_a_network_that_suited_the_points_of_before_suits_those_of_now(before: OwnPoints, after: OwnPoints):
    spec = painting.repaint(project(before), after, facts(before), facts(after))
    assert spec.data == after
    assert [p for p in errors(check(spec, facts(after))) if p.path != "data.points"] == []
    kept = len(facts(before).classes) == len(facts(after).classes)
    assert (spec.layers == project(before).layers) is kept


@given(own_points)
def test_classes_become_values_and_values_become_classes(data: OwnPoints):
    values = painting.with_task(data, "regression")
    np.testing.assert_allclose(painting.array(values.points)[:, :2], painting.array(data.points)[:, :2], atol=0.0005)
    assert all(abs(v) <= painting.LARGEST_VALUE for _, _, v in values.points)
    order = np.argsort(painting.array(data.points)[:, 2], kind="stable")
    assert (np.diff(painting.array(values.points)[order, 2]) >= 0).all()
    back = painting.with_task(values, "classification")
    assert {a for _, _, a in back.points} <= {0.0, 1.0}
    spec = painting.repaint(project(data), values, facts(data), facts(values))
    assert [p for p in errors(check(spec, facts(values))) if p.path != "data.points"] == []
    spec = painting.repaint(spec, back, facts(values), facts(back))
    assert [p for p in errors(check(spec, facts(back))) if p.path != "data.points"] == []


def test_what_a_person_chose_for_the_output_stays_where_it_fits():
    two = OwnPoints(name="points", points=((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)))
    more = edits.changed(two, points=(*two.points, (2.0, 2.0, 1.0)))
    spec = edits.set_layers(project(two), (Dense(units=1, activation="tanh"),))
    assert painting.repaint(spec, more, facts(two), facts(more)).layers == spec.layers
    softmax = edits.set_layers(project(two), (Dense(units=2, activation="softmax"),))
    three = edits.changed(two, points=(*two.points, (2.0, 2.0, 2.0)))
    assert painting.repaint(softmax, three, facts(two), facts(three)).layers == (Dense(units=3, activation="softmax"),)
    odd = edits.set_layers(project(two), (Dense(units=7),))  # it suited nothing before: nothing is done behind one's back
    assert painting.repaint(odd, three, facts(two), facts(three)).layers == odd.layers
