"""What classes and inputs stood for is kept with a run of own data, and compared with what they stand for now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.engine.events import RunState
from nnplayground.engine.saved_names import other_names
from nnplayground.engine.state import dump_state, load_state

STATE = RunState(3, (np.zeros(3),), classes=("iris", "lily"), inputs=("length", "width"))
FACTS = DataFacts(name="csv", title="t.csv", input_shape=(2,), task=Task.BINARY, train_samples=8, test_samples=2,
                  classes=("iris", "lily"), input_names=("length", "width"))  # fmt: skip


def test_names_come_back():
    state = load_state(dump_state(STATE))
    assert (state.classes, state.inputs) == (("iris", "lily"), ("length", "width"))
    assert load_state(dump_state(replace(STATE, classes=(), inputs=()))).classes == ()


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({}, ""),
        ({"train_samples": 80}, ""),
        ({"classes": ("lily", "iris")}, "its classes were iris, lily; now they are lily, iris."),
        ({"classes": ("iris", "rose")}, "its classes were iris, lily; now they are iris, rose."),
        ({"classes": ("iris", "lily", "rose")}, "its classes were iris, lily; now they are iris, lily, rose."),
        ({"classes": ()}, "its classes were iris, lily; now they are none."),
        ({"input_names": ("width", "length")}, "its inputs were length, width; now they are width, length."),
        ({"name": "mnist", "classes": ("0", "1")}, ""),
    ],
)
def test_other_names_are_a_reason_to_start_anew(now: dict[str, object], why: str):
    assert other_names(dump_state(STATE), replace(FACTS, **now)) == why  # type: ignore[arg-type]


def test_runs_without_names_and_bytes_that_are_none_are_no_reason():
    assert other_names(dump_state(replace(STATE, classes=(), inputs=())), FACTS) == ""
    assert other_names(b"nonsense", FACTS) == ""


def test_of_many_names_those_around_the_first_other_one_are_told():
    many = tuple(f"c{i}" for i in range(100))
    state = dump_state(replace(STATE, classes=many))
    other = (*many[:50], "new", *many[51:])
    assert other_names(state, replace(FACTS, classes=other)) == (
        "its classes were …, c50, c51, c52, c53, c54, c55, …; now they are …, new, c51, c52, c53, c54, c55, ….")
