"""Good recipes: what is written comes back as it was, and short forms mean what Keras means by them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from nnplayground.core.data_spec import DATA_NAMES, default_data
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from nnplayground.core.layers import LAYERS, Dense
from nnplayground.core.optimizers import OPTIMIZERS, Adam
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import RecipeError, apply_override, first_mistake, parse_recipe, read_recipe, to_json, to_plain, to_toml
from nnplayground.core.resources import resource
from nnplayground.core.value import snake_case, type_names
from tests.core.strategies import projects, values_of

XOR = """
format = 1
name = "xor"
seed = 7
[data]
name = "xor"
[[layers]]
type = "Dense"
units = 8
activation = "tanh"
[[layers]]
type = "Dense"
units = 1
activation = "sigmoid"
[training]
optimizer = { type = "Adam", learning_rate = 0.05 }
epochs = 3
"""


def first_layer(**arguments: Any) -> Any:
    return parse_recipe(json.dumps({"data": "xor", "layers": [arguments]})).layers[0]


@given(projects)
@settings(max_examples=150, deadline=None)
def test_what_is_written_comes_back(spec):
    assert parse_recipe(to_toml(spec)) == spec
    assert parse_recipe(to_json(spec)) == spec


@pytest.mark.parametrize("kind", [*LAYERS, *OPTIMIZERS, *INITIALIZERS, *REGULARIZERS, *CONSTRAINTS], ids=lambda c: c.__name__)
def test_every_option_of_every_class_comes_back(kind):
    @given(values_of(kind))
    @settings(max_examples=10, deadline=None)
    def check(value):
        if isinstance(value, LAYERS):
            raw = {"data": "xor", "layers": [value]}
        elif isinstance(value, OPTIMIZERS):
            raw = {"data": "xor", "layers": [], "training": {"optimizer": value}}
        else:
            home = next(h for h, classes in (("initializer", INITIALIZERS), ("regularizer", REGULARIZERS), ("constraint", CONSTRAINTS))
                        if isinstance(value, classes))
            raw = {"data": "xor", "layers": [Dense.model_validate({f"kernel_{home}": value})]}
        spec = type(recommended("xor")).model_validate(raw)
        assert parse_recipe(to_toml(spec)) == spec

    check()


@pytest.mark.parametrize("name", DATA_NAMES)
def test_every_data_set_is_known_by_its_name_alone(name):
    assert parse_recipe(f'data = "{name}"\nlayers = []').data == default_data(name)


def test_what_stands_at_its_default_is_left_out():
    plain = to_plain(parse_recipe(XOR))
    assert plain["layers"][0] == {"type": "Dense", "units": 8, "activation": "tanh"}
    assert plain["training"]["epochs"] == 3
    assert "loss" not in plain["training"]
    assert next(iter(plain)) == "format"


def test_the_written_text_is_toml_that_others_read():
    assert tomllib.loads(to_toml(parse_recipe(XOR)))["data"] == {"name": "xor"}
    assert json.loads(to_json(parse_recipe(XOR)))["seed"] == 7


def test_json_toml_and_a_byte_order_mark_are_told_apart():
    spec = parse_recipe(XOR)
    for text in (XOR.encode(), b"\xef\xbb\xbf" + XOR.encode(), to_json(spec), "\n  " + to_json(spec), XOR.replace("\n", "\r\n")):
        assert parse_recipe(text) == spec


@pytest.mark.parametrize("kind", INITIALIZERS, ids=lambda c: c.__name__)
def test_short_names_are_those_of_keras(kind):
    word = type_names((kind,))[0]
    for short in (word, snake_case(word)):
        assert first_layer(type="Dense", kernel_initializer=short).kernel_initializer == kind()


def test_shorthand():
    assert first_layer(type="Conv2D", kernel_size=5).kernel_size == (5, 5)
    assert first_layer(type="conv2d", kernel_size=[3, 1]).kernel_size == (3, 1)
    spec = parse_recipe('data = "xor"\nlayers = ["Flatten"]\n[training]\nmetrics = "acc"\nloss = "mse"\noptimizer = "adam"')
    assert (spec.training.metrics, spec.training.loss, spec.training.optimizer) == (("accuracy",), "mean_squared_error", Adam())


def test_a_whole_number_is_a_number():
    assert parse_recipe(XOR.replace("0.05", "1")).training.optimizer.learning_rate == 1.0


@pytest.mark.parametrize(("override", "path", "expected"), [
    ("training.epochs=30", "training.epochs", 30),
    ("training.epochs = 1_000", "training.epochs", 1000),
    ("seed=0x10", "seed", 16),
    ("training.optimizer.learning_rate=1e-2", "training.optimizer.learning_rate", 0.01),
    ("training.optimizer.learning_rate=.5", "training.optimizer.learning_rate", 0.5),
    ("training.shuffle=false", "training.shuffle", False),
    ("training.shuffle=False", "training.shuffle", False),
    ("training.metrics=accuracy", "training.metrics", ("accuracy",)),
    ('training.metrics=["accuracy", "mse"]', "training.metrics", ("accuracy", "mean_squared_error")),
    ("training.stop_when.below=0.4", "training.stop_when.below", 0.4),
    ("layers[1].activation=tanh", "layers.1.activation", "tanh"),
    ("layers.0.units=3", "layers.0.units", 3),
    ("layers[0]=Flatten", "layers.0.type", "Flatten"),
    ("data=spiral", "data.name", "spiral"),
    ("name=a = b", "name", "a = b"),
    ('name="two words"', "name", "two words"),
    ("output.history=h.csv", "output.history", "h.csv"),
])  # fmt: skip
def test_one_value_is_overridden(override: str, path: str, expected: object):
    value: Any = parse_recipe(XOR, overrides=[override])
    for key in path.split("."):
        value = value[int(key)] if key.isdecimal() else getattr(value, key)
    assert value == expected


def test_an_override_spells_out_a_short_name():
    spec = parse_recipe(XOR.replace('{ type = "Adam", learning_rate = 0.05 }', '"sgd"'), overrides=["training.optimizer.momentum=0.5"])
    assert (spec.training.optimizer.type, spec.training.optimizer.momentum) == ("SGD", 0.5)
    raw: dict[str, Any] = {"data": "spiral"}
    apply_override(raw, "data.noise=0.1")
    assert raw == {"data": {"name": "spiral", "noise": 0.1}}


def test_later_overrides_win():
    assert parse_recipe(XOR, overrides=["seed=1", "seed=2"]).seed == 2


RECIPES = sorted(p.name for p in resource("lessons").iterdir() if p.name.endswith(".toml") and ".lesson." not in p.name)


@pytest.mark.parametrize("lesson", RECIPES)
def test_the_lessons_are_good_recipes(lesson: str):
    spec = parse_recipe(resource("lessons", lesson).read_bytes(), lesson)
    assert parse_recipe(to_toml(spec)) == spec


def test_reading_a_file(tmp_path: Path):
    path = tmp_path / "r.toml"
    path.write_text(XOR, encoding="utf-8")
    assert read_recipe(path, ["seed=9"]).seed == 9
    for broken, word in ((tmp_path / "nowhere.toml", "No such file"), (tmp_path, "directory")):
        with pytest.raises(RecipeError, match=word) as caught:
            read_recipe(broken)
        assert str(broken) in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(RecipeError, match="at most 20,000,000 bytes; found 3,000,000,000"):
        read_recipe(path)


def test_one_mistake_of_an_edit_as_a_sentence():
    with pytest.raises(ValidationError) as caught:
        Dense(units=0)
    assert first_mistake(caught.value) == "units: expected at least 1; found 0"
