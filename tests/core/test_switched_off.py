"""Layers that are switched off: as if they were not there, but for their numbers in the stack."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from nnplayground.core import edits, painting
from nnplayground.core.analysis import analyse
from nnplayground.core.cost import cost
from nnplayground.core.layers import LAYERS, LSTM, Bidirectional, Conv2D, Dense, Dropout, Embedding, Flatten, LayerBase
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.presets import choose_data, recommended
from nnplayground.core.recipe import parse_recipe, to_json, to_toml
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts
from tests.core.strategies import values_of

SETS = ["circle", "mnist", "gender", "line", "reuters"]
OFF = [cls(disabled=True) for cls in LAYERS]


@given(st.sampled_from(SETS), st.lists(st.tuples(st.integers(0, 9), st.sampled_from(OFF)), max_size=5))
@settings(max_examples=60, deadline=None)
def test_all_that_is_said_of_a_network_is_said_without_them(name: str, added: list[tuple[int, LayerBase]]):
    spec = recommended(name)
    known, whole = facts(spec.data), spec
    for place, layer in added:
        whole = edits.insert_layer(whole, min(place, len(whole.layers)), layer)
    assert whole.active == spec.layers
    assert whole.output_layer == spec.layers[-1]
    told, expected = analyse(whole, known), analyse(spec, known)
    assert [s for s in told.shapes if not s.disabled] == list(expected.shapes)
    for shape in told.shapes:
        if shape.disabled:
            assert (shape.output, shape.parameters, shape.error) == (shape.input, 0, "")
    assert (told.goal, told.parameters) == (expected.goal, expected.parameters)
    assert [p.message for p in told.problems] == [p.message for p in expected.problems]
    assert cost(known.input_shape, whole.layers) == cost(known.input_shape, spec.layers)


@given(st.sampled_from(LAYERS).flatmap(values_of))
@settings(max_examples=60, deadline=None)
def test_it_goes_into_recipes_and_comes_back(layer: LayerBase):
    spec = edits.set_layers(recommended("xor"), (edits.changed(layer, disabled=True), Dense(units=1)))
    assert parse_recipe(to_toml(spec)) == parse_recipe(to_json(spec)) == spec
    assert to_toml(spec).count("disabled = true") == 1
    assert "disabled" not in layer.arguments()


def test_the_layer_inside_of_another_is_not_switched_off():
    with pytest.raises(ValidationError, match="expected a layer that is on; switch the Bidirectional off"):
        Bidirectional(layer=LSTM(disabled=True))


def problems(layers: tuple[LayerBase, ...], name: str = "circle") -> list[str]:
    spec = edits.set_layers(recommended(name), layers)
    return [f"{p.path}: {p.message}" for p in analyse(spec, facts(spec.data)).errors]


def test_a_problem_is_told_at_the_layer_that_has_it():
    (told,) = problems((Dropout(disabled=True), Dense(units=3, activation="sigmoid"), Conv2D(disabled=True)))
    assert told.startswith("layers[1].units: ")
    assert problems((Flatten(disabled=True), Conv2D(), Dense(units=1)))[0].startswith("layers[1]: Conv2D wants samples with 3 axes")


def test_a_network_that_is_all_off_is_none():
    (told,) = problems((Dense(disabled=True), Embedding(disabled=True)))
    assert told == "layers: All layers are switched off; switch one on, or add one."


def test_another_set_keeps_the_network_whose_last_layer_that_is_on_suits():
    spec = edits.insert_layer(recommended("circle"), 3, Dense(units=7, disabled=True))
    assert choose_data(spec, "moons", facts(recommended("moons").data)).layers == spec.layers


def test_painting_a_third_class_changes_the_last_layer_that_is_on():
    two, three = (OwnPoints(name="points", points=tuple((float(i), 0.0, float(i % n)) for i in range(9))) for n in (2, 3))
    last = (Dense(units=1, activation="sigmoid"), Dense(units=5, disabled=True))
    spec = ProjectSpec(data=two, layers=last)
    assert facts(three).task is Task.MULTICLASS
    after = painting.repaint(spec, three, facts(two), facts(three))
    assert after.layers == (Dense(units=3, activation="softmax"), last[1])
