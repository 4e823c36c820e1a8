"""What sets runs apart is told once, by the shortest name, and in words that people read."""

from __future__ import annotations

from nnplayground.core import edits
from nnplayground.core.layers import Dense, Dropout
from nnplayground.core.optimizers import SGD
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.presets import default_project
from nnplayground.core.schedules import ExponentialDecay
from nnplayground.core.spec import EarlyStopping, ProjectSpec
from nnplayground.ui.runs.settings import MOST, Plain, differing


def told(*specs: ProjectSpec) -> dict[str, tuple[str, ...]]:
    return {setting.title: setting.texts for setting in differing([Plain.of(spec) for spec in specs])}


def stack(*layers: object) -> ProjectSpec:
    return edits.set_layers(default_project(), layers)  # type: ignore[arg-type]


def test_runs_that_are_alike_have_nothing_to_tell() -> None:
    assert told(default_project(), default_project()) == {}
    assert told(default_project()) == {}
    assert told() == {}


def test_a_name_or_notes_are_no_settings() -> None:
    assert told(default_project(), edits.changed(default_project(), name="x", notes="y")) == {}


def test_what_is_left_out_of_a_recipe_is_told_as_it_is() -> None:
    spec = edits.change_training(default_project(), batch_size=32)
    assert told(spec, edits.change_training(spec, batch_size=7)) == {"batch_size": ("32", "7")}


def test_layers_are_numbered_where_several_differ() -> None:
    assert told(stack(Dense(units=4), Dense(units=2)), stack(Dense(units=8), Dense(units=2))) == {"units": ("4", "8")}
    assert told(stack(Dense(units=4), Dense(units=2)), stack(Dense(units=8), Dense(units=3))) == {
        "units 1": ("4", "8"), "units 2": ("2", "3")}  # fmt: skip


def test_layers_that_change_alike_are_told_once() -> None:
    runs = [stack(Dense(activation=name), Dense(activation=name), Dense(units=1)) for name in ("relu", "tanh")]  # type: ignore[arg-type]
    assert told(*runs) == {"activation": ("relu", "tanh")}


def test_other_stacks_are_told_in_a_word() -> None:
    runs = (
        stack(Dense(units=64), Dense(units=46)),
        stack(Dense(units=64), Dropout(), Dense(units=46)),
        stack(Dense(units=46)),
    )
    assert told(*runs) == {"layers": ("64-46", "64-Dropout-46", "46")}


def test_other_optimizers_are_told_with_what_is_not_as_usual() -> None:
    adam = default_project()
    texts = told(adam, edits.change_training(adam, optimizer=SGD(learning_rate=0.5)))["optimizer"]
    assert texts[1] == "SGD (learning_rate 0.5)"
    schedule = ExponentialDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.9)
    rates = told(adam, edits.change_optimizer(adam, learning_rate=schedule))["learning_rate"]
    assert rates[1].startswith("ExponentialDecay")


def test_rules_that_are_only_in_one_run_are_told() -> None:
    spec = default_project()
    assert told(spec, edits.change_training(spec, early_stopping=EarlyStopping(patience=3)))["early_stopping"] == (
        "–", "patience 3")  # fmt: skip


def test_painted_points_do_not_fill_the_table() -> None:
    points = tuple((i / 100, 0.5, i % 2) for i in range(500))
    other = edits.set_data(default_project(), OwnPoints(name="points", points=points))
    assert all(len(text) <= 60 for texts in told(default_project(), other).values() for text in texts)


def test_there_are_not_too_many_columns() -> None:
    one = stack(*(Dense(units=n + 1) for n in range(20)))
    assert len(told(one, stack(*(Dense(units=2 * n + 2) for n in range(20))))) == MOST
