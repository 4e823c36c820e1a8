"""The exported program is plain Keras and the same network; what a project says cannot break it or add to it."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings

from nnplayground.core import edits
from nnplayground.core.code_export import keras_code
from nnplayground.core.data_spec import DATA_NAMES
from nnplayground.core.layers import LAYERS, Dense, Dropout
from nnplayground.core.losses import REGRESSION_METRICS
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import parse_recipe
from nnplayground.core.resources import resource
from nnplayground.core.shapes import parameters
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.source_code import data_code
from tests.core.strategies import projects, values_of
from tests.programs import Programs

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
    {"metrics": REGRESSION_METRICS, "stop_when": {"metric": "val_mean_absolute_error", "below": 1e9}},
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


STANDALONE = {
    "a gate with the perceptron": (resource("lessons", "gates.toml").read_text(encoding="utf-8"), {}, "Stopped: accuracy is 1."),
    "a schedule, weights and a smoothed loss": ("""
        data = { name = "circle", samples = 40, validation = { fraction = 0.5 } }
        layers = [{ type = "Dense", units = 4, activation = "sine" }, { type = "Dense", units = 1, activation = "sigmoid" }]
        [training]
        epochs = 3
        loss = { type = "BinaryCrossentropy", label_smoothing = 0.1 }
        class_weight = [1, 2]
        metrics = ["precision", "recall", "auc", "accuracy"]
        early_stopping = { monitor = "val_auc", patience = 9 }
        optimizer = { type = "SGD", learning_rate = { type = "PiecewiseConstantDecay", boundaries = [1, 2], values = [1, 0.1, 0.01] } }
    """, {"precision", "recall", "auc", "accuracy", "loss"}, ""),
    "plateaus, balanced classes and answers of -1 and +1": ("""
        data = { name = "circle", samples = 40, validation = { use = "test" } }
        layers = [{ type = "Dense", units = 1, activation = "tanh" }]
        [training]
        epochs = 3
        class_weight = "balanced"
        reduce_lr_on_plateau = { monitor = "val_accuracy", factor = 0.5, patience = 0, min_delta = 1 }
    """, {"accuracy", "loss"}, "learning_rate: 5.0000e-04"),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDALONE)
def test_the_program_runs_without_this_app(name: str, tmp_path: Path, programs: Programs):
    recipe, measured, printed = STANDALONE[name]
    spec = parse_recipe(textwrap.dedent(recipe))
    (tmp_path / "train.py").write_text(keras_code(spec, registry.facts(spec.data), data_code(spec)), encoding="utf-8")
    done = programs.run_file("train.py", tmp_path)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("On the test set: {")
    assert set(ast.literal_eval(last.partition(": ")[2])) >= set(measured)
    assert printed in done.stdout


def test_the_first_five_classes_of_whole_numbers(capsys: pytest.CaptureFixture[str]):
    names = run(code_of(edits.change_training(recommended("mnist"), epochs=1, metrics=("top_k_categorical_accuracy",))))
    assert 0 <= names["history"].history["val_top_k_categorical_accuracy"][0] <= 1
    capsys.readouterr()


def test_a_step_of_the_perceptron_is_the_perceptrons_rule(capsys: pytest.CaptureFixture[str]):
    """w += learning_rate * y * x for a sample that is wrong, and nothing for one that is right."""
    code = code_of(edits.set_layers(recommended("and"), (Dense(units=1, activation="sign"),)))
    names = run(code.partition("# ---- Training")[0])
    import tensorflow as tf

    kernel, bias = names["model"].trainable_variables
    for z, y in ((0.3, -1.0), (-0.3, 1.0), (0.0, -1.0), (1e9, -1.0), (0.3, 1.0), (0.0, 1.0), (-1e-9, -1.0)):
        kernel.assign([[2.0], [-1.0]])
        bias.assign([z])
        with tf.GradientTape() as tape:
            answer = names["model"](tf.zeros((1, 2)))
            loss = names["perceptron"](tf.constant([[y]]), answer)
        assert answer.numpy().item() == (1.0 if z >= 0 else -1.0)
        wrong = answer.numpy().item() != y
        assert (loss.numpy().item(), -tape.gradient(loss, bias).numpy().item()) == ((1.0, y) if wrong else (0.0, 0.0))
    capsys.readouterr()


def test_a_layer_called_sign_is_no_function():
    spec = edits.set_layers(recommended("line"), (Dense(units=1, name="sign"),))
    assert "name='sign'" in code_of(spec)
    assert "def sign" not in code_of(spec)


@pytest.mark.parametrize(("training", "written"), [
    ({"class_weight": (1.0, 5.0)}, "class_weight = {0: 1.0, 1: 5.0}"),
    ({"class_weight": (1.0, 5.0), "loss": "hinge"}, "class_weight = {-1: 1.0, 1: 5.0}"),
    ({"class_weight": "balanced", "loss": "hinge"}, "class_weight = {2 * i - 1: len(y_train)"),
    ({"loss": {"type": "BinaryFocalCrossentropy", "gamma": 3.0}}, "loss=keras.losses.BinaryFocalCrossentropy(gamma=3.0),"),
    ({"optimizer": {"type": "Adam", "learning_rate": {"type": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 9}}},
     "Adam(learning_rate=keras.optimizers.schedules.CosineDecay(initial_learning_rate=0.1, decay_steps=9))"),
    ({"reduce_lr_on_plateau": {"monitor": "val_mae", "cooldown": 2}}, "keras.callbacks.ReduceLROnPlateau(monitor='val_mae', cooldown=2)"),
    ({"reduce_lr_on_plateau": {"monitor": "loss", "mode": "min"}}, "ReduceLROnPlateau(monitor='loss', mode='min')"),
    ({"early_stopping": {"monitor": "val_accuracy"}, "loss": "hinge"}, "EarlyStopping(monitor='val_accuracy', mode='max')"),
])  # fmt: skip
def test_as_people_write_it(training: dict[str, Any], written: str):
    assert written in code_of(edits.change_training(recommended("circle"), **training))


@pytest.mark.parametrize("kind", LAYERS, ids=lambda c: c.__name__)
def test_every_argument_of_a_layer_is_written_as_keras_takes_it(kind):
    from nnplayground.engine.loader import create_backend

    create_backend()
    import keras

    from nnplayground.core.code_export import _call
    from nnplayground.engine.keras_backend import custom
    from nnplayground.engine.keras_backend.build import keras_layer

    @given(values_of(kind).filter(lambda layer: not layer.disabled))
    @settings(max_examples=6, deadline=None, derandomize=True)
    def check(layer):
        try:
            real = keras_layer(layer)
        except ValueError:  # Keras itself refuses numbers that are too large for float32
            reject()
        made = eval(_call("layers", layer), {"keras": keras, "sign": custom.sign, "sine": custom.sine})
        assert without_seeds(made.get_config()) == without_seeds(real.get_config())

    check()


def without_seeds(config: Any) -> Any:
    """A layer's configuration but for its own name and what is drawn."""
    if isinstance(config, dict):
        return {k: without_seeds(v) for k, v in config.items() if k not in ("seed", "name", "build_config", "shared_object_id")}
    return [without_seeds(v) for v in config] if isinstance(config, list | tuple) else config


def test_layers_that_are_off_are_told_and_left_out(capsys: pytest.CaptureFixture[str]):
    layers = (Dense(units=3, activation="sign", disabled=True), *recommended("line").layers, Dropout(rate=0.25, disabled=True))
    code = code_of(edits.set_layers(recommended("line"), layers))
    assert "        # Dense(units=3, activation=sign) is switched off.\n" in code
    assert "        # Dropout(rate=0.25) is switched off.\n" in code
    assert "def sign" not in code
    assert "jit_compile" not in code
    assert len(run(code.partition("# ---- Training")[0])["model"].layers) == 1
    capsys.readouterr()


@pytest.mark.parametrize("name", ['"""', 'ends with "', "back\\slash", '"""; import os; """', "{}", "ünï – 中", '\\"""', "'''"])
def test_a_name_stays_a_name(name: str):
    tree = ast.parse(code_of(edits.set_name(recommended("xor"), name)))
    assert ast.get_docstring(tree, clean=False) == f"{name}: made with nnplayground, runs with plain Keras."
    assert [type(node).__name__ for node in tree.body[1:3]] == ["Import", "Import"]


@given(projects.filter(lambda spec: spec.data.name in DATA_NAMES))
@settings(max_examples=60, deadline=None)
def test_any_project_gives_a_program(spec: ProjectSpec):
    compile(keras_code(spec, registry.facts(spec.data), data_code(spec)), "train.py", "exec")
