"""The exported program is plain Keras and the same network; what a project says cannot break it or add to it."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, reject, settings

from nnplayground.core import edits
from nnplayground.core.code_export import keras_code
from nnplayground.core.data_spec import DATA_NAMES
from nnplayground.core.layers import LAYERS, Dense
from nnplayground.core.losses import METRICS
from nnplayground.core.presets import recommended
from nnplayground.core.shapes import parameters
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.source_code import data_code
from tests.core.strategies import projects, values_of

LITTLE = """
x_train = np.random.default_rng(0).uniform(0, 1, (8, *{shape})).astype("float32")
y_train = {answers}
x_test, y_test, x_val, y_val = x_train, y_train, x_train, y_train
"""
ANSWERS = {"regression": "x_train.reshape(8, -1)[:, 0]", "binary classification": "np.arange(8) % 2", "classification": "np.arange(8)"}


def code_of(spec: ProjectSpec) -> str:
    """The program over eight made-up samples of the right shape."""
    facts = registry.facts(spec.data)
    return keras_code(spec, facts, LITTLE.format(shape=facts.input_shape, answers=ANSWERS[facts.task.value]))


def run(code: str) -> dict[str, Any]:
    from nnplayground.engine.loader import create_backend

    create_backend()
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "train.py", "exec"), names)
    return names


@pytest.mark.parametrize("name", DATA_NAMES)
def test_the_network_is_the_same(name: str, capsys: pytest.CaptureFixture[str]):
    spec = recommended(name)
    names = run(code_of(spec).partition("# ---- Training")[0])
    assert names["model"].count_params() == parameters(registry.facts(spec.data).input_shape, spec.layers)
    capsys.readouterr()


@pytest.mark.parametrize("name", ["gender", "mnist"])
def test_the_program_trains(name: str, capsys: pytest.CaptureFixture[str]):
    names = run(code_of(edits.change_training(recommended(name), epochs=1)))
    assert set(names["history"].history) >= {"loss", "val_loss"}
    assert "On the test set: {" in capsys.readouterr().out


@pytest.mark.parametrize("training", [
    {"metrics": METRICS[1:], "stop_when": {"metric": "val_mean_absolute_error", "below": 1e9}},
    {"stop_when": {"metric": "mae", "above": -1.0}},
    {"early_stopping": {"monitor": "val_mean_absolute_error", "patience": 1, "min_delta": 1e9, "restore_best_weights": True}},
])  # fmt: skip
def test_metrics_and_rules_by_their_names_in_the_history(training: dict[str, Any], capsys: pytest.CaptureFixture[str]):
    names = run(code_of(edits.change_training(recommended("boston_housing"), epochs=5, **training)))
    assert len(names["history"].epoch) < 5
    capsys.readouterr()


def test_accuracy_for_answers_of_plus_and_minus_one(capsys: pytest.CaptureFixture[str]):
    spec = edits.set_layers(recommended("circle"), (Dense(units=1, activation="tanh"),))
    spec = edits.change_training(spec, epochs=2, stop_when={"metric": "accuracy", "above": -1.0})
    names = run(code_of(spec))
    assert 0 <= names["history"].history["accuracy"][0] <= 1
    assert len(names["history"].epoch) == 1
    capsys.readouterr()


@pytest.mark.parametrize("kind", LAYERS, ids=lambda c: c.__name__)
def test_every_argument_of_a_layer_is_written_as_keras_takes_it(kind):
    from nnplayground.engine.loader import create_backend

    create_backend()
    import keras

    from nnplayground.core.code_export import _call
    from nnplayground.engine.keras_backend.build import keras_layer, seeds

    @given(values_of(kind))
    @settings(max_examples=6, deadline=None, derandomize=True)
    def check(layer):
        try:
            real = keras_layer(layer, seeds(1))
        except ValueError:  # Keras itself refuses numbers that are too large for float32
            reject()
        made = eval(_call("layers", layer), {"keras": keras})
        assert without_seeds(made.get_config()) == without_seeds(real.get_config())

    check()


def without_seeds(config: Any) -> Any:
    """A layer's configuration but for its own name and what is drawn."""
    if isinstance(config, dict):
        return {k: without_seeds(v) for k, v in config.items() if k not in ("seed", "name", "build_config", "shared_object_id")}
    return [without_seeds(v) for v in config] if isinstance(config, list | tuple) else config


@pytest.mark.parametrize("name", ['"""', 'ends with "', "back\\slash", '"""; import os; """', "{}", "ünï – 中", '\\"""', "'''"])
def test_a_name_stays_a_name(name: str):
    tree = ast.parse(code_of(edits.set_name(recommended("xor"), name)))
    assert ast.get_docstring(tree, clean=False) == f"{name}: made with nnplayground, runs with plain Keras."
    assert [type(node).__name__ for node in tree.body[1:3]] == ["Import", "Import"]


@given(projects)
@settings(max_examples=60, deadline=None)
def test_any_project_gives_a_program(spec: ProjectSpec):
    compile(keras_code(spec, registry.facts(spec.data), data_code(spec)), "train.py", "exec")
