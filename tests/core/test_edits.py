"""Edits give a new project and leave the old one as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from nnplayground.core import edits
from nnplayground.core.data_spec import default_data
from nnplayground.core.layers import Dense, Dropout, Flatten
from nnplayground.core.optimizers import SGD
from nnplayground.core.presets import default_project
from tests.core.strategies import projects

SPEC = default_project()


def test_simple_values():
    assert edits.set_name(SPEC, "Other").name == "Other"
    assert edits.set_seed(SPEC, 9).seed == 9
    assert edits.set_data(SPEC, default_data("xor")).data.name == "xor"
    assert edits.change_data(SPEC, noise=0.25).data.noise == 0.25
    assert edits.change_training(SPEC, epochs=3, batch_size=5).training.epochs == 3
    assert edits.change_training(SPEC, optimizer=SGD()).training.optimizer == SGD()
    changed = edits.change_optimizer(SPEC, learning_rate=0.5)
    assert changed.training.optimizer == SPEC.training.optimizer.model_copy(update={"learning_rate": 0.5})
    assert default_project() == SPEC


def test_layers_are_put_in_taken_out_moved_and_changed():
    spec = edits.set_layers(SPEC, (Dense(units=1), Dense(units=2), Dense(units=3)))

    def units(s: type(SPEC)) -> list[int]:
        return [getattr(layer, "units", 0) for layer in s.layers]

    assert units(edits.insert_layer(spec, 0, Flatten())) == [0, 1, 2, 3]
    assert units(edits.insert_layer(spec, 3, Dropout())) == [1, 2, 3, 0]
    assert units(edits.remove_layer(spec, 1)) == [1, 3]
    assert units(edits.move_layer(spec, 0, 2)) == [2, 3, 1]
    assert units(edits.move_layer(spec, 2, 0)) == [3, 1, 2]
    assert units(edits.change_layer(spec, 1, units=7)) == [1, 7, 3]


@pytest.mark.parametrize("call", [
    lambda: edits.remove_layer(SPEC, 3), lambda: edits.remove_layer(SPEC, -1), lambda: edits.move_layer(SPEC, 0, 3),
    lambda: edits.move_layer(SPEC, 5, 0), lambda: edits.change_layer(SPEC, 3, units=1), lambda: edits.insert_layer(SPEC, 4, Flatten()),
    lambda: edits.insert_layer(SPEC, -1, Flatten()),
])  # fmt: skip
def test_an_index_that_is_not_there(call):
    with pytest.raises(IndexError, match=r"expected .* from 0 to \d; found -?\d"):
        call()


@pytest.mark.parametrize("call", [
    lambda: edits.set_name(SPEC, ""), lambda: edits.set_seed(SPEC, -1), lambda: edits.change_layer(SPEC, 0, units=0),
    lambda: edits.change_layer(SPEC, 0, colour=3), lambda: edits.change_training(SPEC, epochs="3"),
    lambda: edits.change_data(SPEC, features=("x1", "x1")), lambda: edits.change_optimizer(SPEC, learning_rate=float("nan")),
    lambda: edits.set_layers(SPEC, (Flatten(),) * 101),
])  # fmt: skip
def test_a_value_that_the_schema_refuses(call):
    with pytest.raises(ValidationError):
        call()


@given(projects, st.data())
@settings(max_examples=60, deadline=None)
def test_moving_there_and_back_changes_nothing(spec, data):
    if not spec.layers:
        return
    places = st.integers(0, len(spec.layers) - 1)
    a, b = data.draw(places), data.draw(places)
    assert edits.move_layer(edits.move_layer(spec, a, b), b, a) == spec
    assert edits.remove_layer(edits.insert_layer(spec, a, Flatten()), a) == spec
    assert edits.changed(spec) == spec
