"""Edits give a new project and leave the old one as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from nnplayground.core import edits
from nnplayground.core.data_spec import Validation, default_data
from nnplayground.core.keras_objects import Constant
from nnplayground.core.layers import Dense, Dropout, Flatten
from nnplayground.core.optimizers import SGD
from nnplayground.core.presets import default_project
from nnplayground.core.recipe import apply_override, build_spec, parse_recipe, to_plain
from nnplayground.core.spec import EarlyStopping, OutputSpec, ProjectSpec, ReduceLROnPlateau, StopWhen
from nnplayground.core.value import Value
from tests.core.strategies import fields_of, projects

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


def test_a_field_may_have_any_name():
    assert edits.changed(Constant(), value=2.0) == Constant(value=2.0)


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


STACKS = st.lists(st.builds(Dense, units=st.integers(1, 9), disabled=st.booleans(), name=st.none() | st.sampled_from("abc")), max_size=7)


@given(STACKS, STACKS, st.data())
@settings(max_examples=100, deadline=None)
def test_several_layers_at_once(stack: list[Dense], more: list[Dense], data: st.DataObject):
    before = edits.set_layers(SPEC, tuple(stack))
    places = st.sets(st.integers(0, len(stack) - 1)) if stack else st.just(set())
    chosen, index = sorted(data.draw(places)), data.draw(st.integers(0, len(stack)))
    picked, rest = [stack[i] for i in chosen], [x for i, x in enumerate(stack) if i not in chosen]

    after = edits.insert_layers(before, index, more).layers
    assert [*after[:index], *after[index + len(more) :]] == stack
    added = after[index : index + len(more)]
    assert [x.model_copy(update={"name": None}) for x in added] == [x.model_copy(update={"name": None}) for x in more]
    names = [x.name for x in added if x.name]
    assert len(set(names)) == len(names)
    assert not set(names) & {x.name for x in stack}
    assert edits.remove_layers(before.model_copy(update={"layers": after}), range(index, index + len(more))) == before

    assert list(edits.remove_layers(before, reversed(chosen)).layers) == rest
    to = data.draw(st.integers(0, len(rest)))
    moved = list(edits.move_layers(before, reversed(chosen), to).layers)
    assert moved[to : to + len(picked)] == picked
    assert [*moved[:to], *moved[to + len(picked) :]] == rest

    off = edits.set_disabled(before, chosen, True)
    assert [x.disabled for x in off.layers] == [x.disabled or i in chosen for i, x in enumerate(stack)]
    on = edits.set_disabled(off, range(len(stack)), False)
    assert on.active == on.layers == tuple(x.model_copy(update={"disabled": False}) for x in stack)


def test_the_first_and_the_last_layer_are_those_that_are_on():
    spec = edits.set_layers(SPEC, (Flatten(disabled=True), Dense(units=2), Dropout(disabled=True), Dense(units=1), Flatten(disabled=True)))
    assert (spec.input_index, spec.output_index, spec.output_layer) == (1, 3, Dense(units=1))
    none = edits.set_layers(SPEC, (Flatten(disabled=True),))
    assert (none.input_index, none.output_index, none.output_layer, none.active) == (None, None, None, ())


def test_switching_a_layer_begins_another_run():
    off = edits.set_disabled(SPEC, (0,), True)
    assert edits.with_live_settings(SPEC, off) == SPEC
    assert edits.with_live_settings(off, SPEC) == off


def test_names():
    spec = edits.set_layers(SPEC, (Dense(name="first"), Flatten(), Dense()))
    named = edits.rename_layer(spec, 2, "last.one-2")
    assert [layer.name for layer in named.layers] == ["first", None, "last.one-2"]
    assert edits.rename_layer(named, 2, "last.one-2") == named
    assert edits.rename_layer(named, 2, None) == spec


@pytest.mark.parametrize(("name", "said"), [
    ("first", "Layer 1 is called 'first' already; names must differ."),
    ("two words", "A name has 1 to 60 letters from A to Z, digits, '_', '-' and '.'; found \"two words\"."),
    ("", "A name has 1 to 60 letters"), ("n" * 61, "A name has 1 to 60 letters"), ("ä", "A name has 1 to 60 letters"),
    ("a\n", "A name has 1 to 60 letters"),
    *((name, f"'{name}' is a name that Keras gives to layers without one; choose another.")
      for name in ("dense", "dense_12", "max_pooling2d", "simple_rnn_1", "input_layer")),
])  # fmt: skip
def test_a_name_that_a_layer_cannot_have(name: str, said: str):
    spec = edits.set_layers(SPEC, (Dense(name="first"), Flatten()))
    with pytest.raises(ValueError, match="^" + re.escape(said)):
        edits.rename_layer(spec, 1, name)


def test_names_of_layers_that_are_put_in_are_dropped_only_where_they_are_taken():
    spec = edits.set_layers(SPEC, (Dense(name="first"), Dense()))
    put_in = (Dense(name="first", units=2), Flatten(name="free"), Dense(name="free", units=3), Dropout(), Dense(name="last"))
    after = edits.insert_layers(spec, 1, put_in)
    assert [layer.name for layer in after.layers] == ["first", None, "free", None, None, "last", None]
    assert after.layers[2] == put_in[1]
    assert after.layers[1] == Dense(units=2)


def test_names_that_only_look_like_those_of_keras():
    spec = edits.set_layers(SPEC, (Dense(name="first"), Flatten()))
    for name in ("Dense", "dense_a", "my_dense", "dense_1_2x", "_"):
        assert edits.rename_layer(spec, 1, name).layers[1].name == name


@pytest.mark.parametrize("call", [
    lambda: edits.insert_layers(SPEC, 4, []), lambda: edits.remove_layers(SPEC, (0, 3)), lambda: edits.move_layers(SPEC, (0, 1), 2),
    lambda: edits.set_disabled(SPEC, (-1,), True), lambda: edits.rename_layer(SPEC, 3, "a"),
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


def plain(spec: ProjectSpec) -> dict[str, Any]:
    """Every setting of a project but the live ones: what decides whether another run begins."""
    return dead(spec.model_dump(mode="json"))


LIVE_BY_TYPE = {"Dropout": {"rate"}, "GaussianNoise": {"stddev"}, "L1": {"l1"}, "L2": {"l2"}, "L1L2": {"l1", "l2"}}
LIVE_IN_TRAINING = {"epochs", "shuffle", "stop_when", "early_stopping", "reduce_lr_on_plateau", "k_fold"}


def dead(value: Any) -> Any:
    if isinstance(value, list):
        return [dead(v) for v in value]
    if not isinstance(value, dict):
        return value
    live = LIVE_BY_TYPE.get(value.get("type", ""), set()) | (LIVE_IN_TRAINING if "batch_size" in value else set())
    live |= {"name", "notes", "output"} if "layers" in value else set()
    live |= {"name"} if "trainable" in value else set()  # of a layer
    live |= {"learning_rate"} if isinstance(value.get("learning_rate"), float) else set()
    return {k: dead(v) if k not in live else "live" for k, v in value.items()}


def redrawn(value: Value, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Value:
    """The same value with some settings drawn anew, anywhere in it: live ones and others."""
    fields = {}
    for name in type(value).model_fields:
        part = getattr(value, name)
        if isinstance(part, Value) and type(part) not in (EarlyStopping, StopWhen, ReduceLROnPlateau, Validation, OutputSpec):
            fields[name] = redrawn(part, draw)
        elif isinstance(part, tuple):
            fields[name] = tuple(redrawn(v, draw) if isinstance(v, Value) else v for v in part)
    if draw(st.booleans()):
        drawn = {name: strategy for name, strategy in fields_of(type(value)).items() if name not in ("layers", "data", "training")}
        fields |= {name: draw(drawn[name]) for name in draw(st.lists(st.sampled_from(list(drawn)), max_size=2, unique=True))}
    try:
        return edits.changed(value, **fields)
    except ValidationError:  # the two do not go together
        return value


@given(projects, st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_only_live_settings_let_a_run_go_on(spec: ProjectSpec, data: st.DataObject):
    new = data.draw(projects) if data.draw(st.integers(0, 9)) == 0 else redrawn(spec, data.draw)
    live = edits.with_live_settings(spec, new)
    assert (live == new) == (plain(spec) == plain(new))
    assert plain(live) == plain(spec)
    assert edits.with_live_settings(live, new) == live


RUN = parse_recipe("""
data = "circle"
layers = [
    { type = "Dense", units = 4, kernel_regularizer = "l2", activity_regularizer = { type = "L1L2", l1 = 0.1 } },
    { type = "Dropout", rate = 0.5 }, { type = "GaussianNoise" },
    { type = "Bidirectional", layer = { type = "GRU", dropout = 0.1, recurrent_regularizer = "l1" } },
    { type = "Dense", units = 1 },
]
training = { optimizer = "sgd" }
""")


@pytest.mark.parametrize(("override", "live"), {
    "name=Another": True, "notes=Seen": True, "output.history=h.csv": True, "seed=1": False, "data.noise=0.1": False,
    "training.epochs=3": True, "training.shuffle=false": True, "training.batch_size=3": False, "training.loss=hinge": False,
    "training.stop_when={ below = 0.1 }": True, "training.early_stopping.patience=3": True, "training.reduce_lr_on_plateau={}": True,
    "training.class_weight=balanced": False, "training.metrics=auc": False, "training.k_fold=3": True,
    "training.optimizer.learning_rate=0.5": True, "training.optimizer.momentum=0.5": False, "training.optimizer=adam": False,
    'training.optimizer.learning_rate={ type = "InverseTimeDecay", initial_learning_rate = 0.01, decay_steps = 1, decay_rate = 1 }': False,
    "layers[0].kernel_regularizer.l2=0.5": True, "layers[0].kernel_regularizer=l1": False, "layers[0].bias_regularizer=l1": False,
    "layers[0].activity_regularizer.l2=0.5": True, "layers[0].units=5": False, "layers[1].rate=0.1": True, "layers[1].name=a": True,
    "layers[2].stddev=0.3": True, "layers[3].layer.recurrent_regularizer.l1=0": True, "layers[3].layer.dropout=0.2": False,
    "layers[1]=GaussianNoise": False, "layers[3].layer=LSTM": False,
}.items())  # fmt: skip
def test_which_settings_are_live(override: str, live: bool):
    plain = to_plain(RUN)
    apply_override(plain, override)
    new = build_spec(plain)
    assert new != RUN
    assert edits.with_live_settings(RUN, new) == (new if live else RUN)


def test_between_other_stacks_nothing_is_taken_over():
    new = edits.change_layer(RUN, 1, rate=0.1)
    assert edits.with_live_settings(RUN, edits.remove_layer(new, 4)) == RUN
    assert edits.with_live_settings(RUN, edits.move_layer(new, 0, 4)) == RUN
