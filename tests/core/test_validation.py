"""Every rule: what brings it about, what it says, and that each way out really is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.data_spec import DATA_NAMES, Scaling
from nnplayground.core.layers import (
    LSTM,
    Activation,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    LayerBase,
)
from nnplayground.core.losses import OWN_SIZE_LOSSES
from nnplayground.core.presets import choose_data, default_project, recommended
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.core.schedules import CosineDecay, InverseTimeDecay
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check, errors
from nnplayground.data import registry
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.static_facts import unknown_facts
from tests.core.strategies import projects


def problems(spec: ProjectSpec) -> tuple[Problem, ...]:
    """Files that a drawn project names are not there, and tables that are drawn hold nothing to learn from."""
    try:
        facts = registry.facts(spec.data)
    except DataUnavailable as error:
        facts = unknown_facts(spec.data, str(error))
    return check(spec, facts)


def with_layers(data: str, *layers: LayerBase) -> ProjectSpec:
    return edits.set_layers(recommended(data), layers)


def training(data: str, **changes: object) -> ProjectSpec:
    return edits.change_training(recommended(data), **changes)


SIGMOID = Dense(units=1, activation="sigmoid")
SOFTMAX = Dense(units=10, activation="softmax")
SIGN = Dense(units=1, activation="sign")
DECAY = InverseTimeDecay(initial_learning_rate=0.5, decay_steps=10, decay_rate=1.0)
WARM_UP = CosineDecay(initial_learning_rate=0.0, decay_steps=10, warmup_target=0.1, warmup_steps=5)


@dataclass(frozen=True)
class Case:
    """A project with one thing wrong: where, a word of the sentence, and the labels of the ways out."""

    spec: Callable[[], ProjectSpec]
    path: str
    word: str
    fixes: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR


CASES = {
    "no layers": Case(lambda: with_layers("circle"), "layers", "no layers", ("Add Dense",)),
    "no layers for images": Case(lambda: with_layers("mnist"), "layers", "no layers", ("Add Dense",)),
    "an image for a sequence": Case(
        lambda: with_layers("mnist", LSTM(), SOFTMAX),
        "layers[0]", "LSTM wants samples with 2 axes; it gets 28 × 28 × 1", ("Insert Reshape to 28 × 28", "Remove LSTM")),
    "points for a picture": Case(
        lambda: with_layers("circle", Conv2D(), Flatten(), SIGMOID), "layers[0]", "Conv2D wants samples with 3 axes", ("Remove Conv2D",)),
    "words later": Case(
        lambda: with_layers("circle", Dense(), Embedding(), Flatten(), SIGMOID), "layers[1]", "must be the first", ("Remove it",)),
    "words from measurements": Case(
        lambda: with_layers("circle", Embedding(), Flatten(), SIGMOID), "layers[0]", "gives measurements", ("Remove it",)),
    "one name twice": Case(
        lambda: with_layers("circle", Dense(name="a"), Dense(name="a", units=1, activation="sigmoid")),
        "layers[1].name", "'a'", ("Remove the name",)),
    "an image without Flatten": Case(
        lambda: with_layers("mnist", Dense(units=64, activation="relu"), SOFTMAX), "layers[1]", "28 × 28 × 10", ("Insert Flatten",)),
    "too many outputs": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=11, activation="softmax")),
        "layers[1].units", "10 classes", ("Make it 10 units",)),
    "an answer from a pool": Case(
        lambda: with_layers("mnist", Conv2D(activation="relu"), GlobalAveragePooling2D()), "layers[1]", "10 classes", ("Add Dense 10",)),
    "two outputs for a number": Case(
        lambda: with_layers("line", Dense(units=2)), "layers[0].units", "asks for 1 number; the last layer gives 2", ("Make it 1 unit",)),
    "softmax over one": Case(
        lambda: with_layers("circle", Dense(units=1, activation="softmax")),
        "layers[0].activation", "always 1", ("Use sigmoid", "Make it 2 units")),
    "no probabilities": Case(
        lambda: edits.change_layer(training("mnist", loss="sparse_categorical_crossentropy"), 3, activation="relu"), "layers[3].activation",
        "0..1; relu", ("Use softmax", "Use mean_squared_error")),
    "no probability": Case(
        lambda: edits.change_layer(training("circle", loss="binary_crossentropy"), 2, activation="tanh"), "layers[2].activation",
        "0..1; tanh", ("Use sigmoid", "Use mean_squared_error")),
    "prices from a sigmoid": Case(
        lambda: edits.change_layer(recommended("boston_housing"), 2, activation="sigmoid"), "layers[2].activation", "5 to 50",
        ("Use linear",), Severity.ADVICE),
    "a loss for classes": Case(lambda: training("line", loss="binary_crossentropy"), "training.loss", "asks for numbers", ("Use auto",)),
    "a loss for many outputs": Case(
        lambda: training("circle", loss="sparse_categorical_crossentropy"), "training.loss", "one output per class", ("Use auto",)),
    "a loss for two classes": Case(lambda: training("mnist", loss="hinge"), "training.loss", "categorical_hinge", ("Use auto",)),
    "a loss for positive numbers": Case(
        lambda: training("circle", loss="mean_absolute_percentage_error"), "training.loss", "positive numbers", ("Use auto",)),
    "the perceptron's criterion for many classes": Case(
        lambda: training("mnist", loss="perceptron"), "training.loss", "two classes", ("Use auto",)),
    "the perceptron's criterion for numbers": Case(
        lambda: training("line", loss="perceptron"), "training.loss", "asks for numbers", ("Use auto",)),
    "a perceptron with another output": Case(
        lambda: edits.change_layer(training("circle", loss="perceptron"), 2, activation="tanh"), "layers[2].activation",
        "there is one that is tanh", ("Use sign", "Use auto")),
    "a perceptron with two outputs": Case(
        lambda: edits.change_training(with_layers("gender", Dense(units=2, activation="softmax")), loss="perceptron"),
        "layers[0].activation", "there are 2 that are softmax", ("Use sign", "Use auto")),
    "a perceptron whose function is a layer": Case(
        lambda: edits.change_training(with_layers("and", Dense(units=1), Activation(activation="relu")), loss="perceptron"),
        "layers[1].activation", "there is one that is relu", ("Use sign", "Use auto")),
    "a sign and another loss": Case(
        lambda: edits.change_training(with_layers("and", SIGN), loss="mean_squared_error"), "layers[0].activation",
        "not by how much", ("Use perceptron",), Severity.ADVICE),
    "ten signs": Case(
        lambda: edits.change_training(with_layers("mnist", Flatten(), Dense(units=10, activation="sign")), loss="mean_squared_error"),
        "layers[1].activation", "not by how much", ("Use softmax",), Severity.ADVICE),
    "a sign for numbers": Case(
        lambda: with_layers("line", SIGN), "layers[0].activation", "sign cannot reach", ("Use linear",), Severity.ADVICE),
    "a sine for numbers": Case(
        lambda: with_layers("line", Dense(units=1, activation="sine")), "layers[0].activation", "sine cannot reach", ("Use linear",),
        Severity.ADVICE),
    "a percentage of classes": Case(
        lambda: training("circle", metrics=("accuracy", "mean_absolute_percentage_error")), "training.metrics[1]", "asks for classes",
        ("Use auto",)),
    "errors of class numbers": Case(
        lambda: training("mnist", metrics=("mean_absolute_error",)), "training.metrics[0]", "one class number a sample",
        ("Use categorical_crossentropy", "Use auto")),
    "the first five of two": Case(
        lambda: training("circle", metrics=("top_k_categorical_accuracy",)), "training.metrics[0]", "always be 1", ("Use auto",)),
    "precision among many": Case(lambda: training("mnist", metrics=("precision",)), "training.metrics[0]", "two classes", ("Use auto",)),
    "recall of numbers": Case(lambda: training("line", metrics=("recall",)), "training.metrics[0]", "asks for numbers", ("Use auto",)),
    "precision of two outputs": Case(
        lambda: training("gender", metrics=("precision",)), "training.metrics[0]", "there are 2 that are softmax",
        ("Use one sigmoid unit", "Use auto")),
    "auc of a tanh": Case(
        lambda: edits.change_layer(training("circle", metrics=("auc",)), 2, activation="tanh"), "training.metrics[0]",
        "there is one that is tanh", ("Use one sigmoid unit", "Use auto")),
    "recall with a hinge": Case(
        lambda: training("circle", metrics=("recall",), loss="hinge"), "training.metrics[0]", "hinge has -1 and +1",
        ("Use binary_crossentropy", "Use auto")),
    "a plateau and a schedule": Case(
        lambda: edits.change_optimizer(training("circle", reduce_lr_on_plateau={}), learning_rate=DECAY),
        "training.reduce_lr_on_plateau", "InverseTimeDecay sets", ("No reduce_lr_on_plateau", "Use the rate 0.5")),
    "a plateau and a schedule from 0": Case(
        lambda: edits.change_optimizer(training("circle", reduce_lr_on_plateau={}), learning_rate=WARM_UP),
        "training.reduce_lr_on_plateau", "CosineDecay sets", ("No reduce_lr_on_plateau",)),
    "a plateau that nobody measures": Case(
        lambda: training("circle", reduce_lr_on_plateau={"monitor": "val_mae"}), "training.reduce_lr_on_plateau.monitor", "'val_mae'",
        ("Watch loss",)),
    "weights of numbers": Case(
        lambda: training("line", class_weight="balanced"), "training.class_weight", "asks for numbers", ("No class weights",)),
    "more weights than classes": Case(
        lambda: training("circle", class_weight=(1.0, 1.0, 2.0)), "training.class_weight", "3 class weights", ("No class weights",)),
    "accuracy of numbers": Case(lambda: training("line", metrics=("accuracy",)), "training.metrics[0]", "for classes", ("Use auto",)),
    "watching what is not measured": Case(
        lambda: training("circle", stop_when={"metric": "mae", "below": 0.1}), "training.stop_when.metric", "'mae'", ("Watch loss",)),
    "watching a validation that is not there": Case(
        lambda: edits.change_data(training("circle", early_stopping={}), validation=None), "training.early_stopping.monitor",
        "Set data.validation", ("Watch loss",)),
    "watching what a validation does not measure either": Case(
        lambda: edits.change_data(training("circle", early_stopping={"monitor": "val_auc"}), validation=None),
        "training.early_stopping.monitor", "there are loss, accuracy.", ("Watch loss",)),
    "percentages of scaled targets": Case(
        lambda: edits.change_data(training("boston_housing", loss="mean_absolute_percentage_error"), target_scaling="standard"),
        "training.loss", "scaled to lie around 0", ("Leave the targets as they are", "Use auto")),
    "all samples set aside": Case(
        lambda: edits.change_data(recommended("boston_housing"), validation={"count": 404}),
        "data.validation.count", "404 of 404", ("Use the test set",)),
    "nothing left to watch": Case(
        lambda: edits.change_data(recommended("xor"), validation={"fraction": 0.999}),
        "data.validation.fraction", "nothing", ("Use the test set",)),
    "more folds than samples": Case(lambda: training("xor", k_fold=5), "training.k_fold", "there are 4", ("No k-fold",)),
    "too many parameters": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=60_000), SOFTMAX), "layers[1]", "47,100,000 parameters", ("Make units 8,192",)),
    "too large a step": Case(
        lambda: edits.insert_layer(training("mnist", batch_size=60_000), 0, Conv2D(filters=64)),
        "training.batch_size", "GB", ("Use batches of 32",)),
    "bytes as they are": Case(
        lambda: edits.change_data(recommended("mnist"), scaling=Scaling.NONE),
        "data.scaling", "0 to 255", ("Scale to 0..1",), Severity.ADVICE),
    "measurements as they are": Case(
        lambda: edits.change_data(recommended("boston_housing"), scaling=Scaling.NONE),
        "data.scaling", "711", ("Standardise",), Severity.ADVICE),
    "two layers that are one": Case(
        lambda: with_layers("circle", Dense(units=4), SIGMOID), "layers[0].activation", "no more than one", ("Use relu",), Severity.ADVICE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_rule_and_its_ways_out(name: str):
    case = CASES[name]
    spec = case.spec()
    found = [p for p in problems(spec) if p.path == case.path and case.word in p.message]
    assert len(found) == 1, problems(spec)
    (problem,) = found
    assert problem.severity is case.severity
    assert tuple(fix.label for fix in problem.fixes) == case.fixes
    assert problem.message.endswith(".")
    for fix in problem.fixes:
        assert fix.spec != spec
        assert parse_recipe(to_toml(fix.spec)) == fix.spec
        assert (case.path, problem.message) not in [(p.path, p.message) for p in problems(fix.spec)], fix.label
        assert len(errors(problems(fix.spec))) <= len(errors(problems(spec))), fix.label


@pytest.mark.parametrize("spec", [
    with_layers("and", SIGN), edits.change_training(with_layers("and", Dense(units=1)), loss="perceptron"),
    training("circle", metrics=("precision", "recall", "auc", "mean_squared_error")),
    training("mnist", metrics=("top_k_categorical_accuracy",)),
    training("circle", class_weight="balanced"), training("mnist", class_weight=(1.0, 2.0)), training("circle", reduce_lr_on_plateau={}),
    edits.change_optimizer(training("circle"), learning_rate=DECAY),
    training("circle", loss={"type": "BinaryCrossentropy", "label_smoothing": 0.1}),
    with_layers("circle", Dense(units=1, activation="sine")),
])  # fmt: skip
def test_what_goes_together_is_no_problem(spec: ProjectSpec):
    assert problems(spec) == ()


def test_errors_keep_from_training_and_advice_does_not():
    spec = edits.change_training(with_layers("circle", Dense(units=4), SIGMOID), k_fold=100, stop_when={"metric": "nonsense", "below": 1.0})
    analysis = analyse(spec, registry.facts(spec.data))
    assert [p.severity for p in analysis.problems] == [Severity.ERROR, Severity.ADVICE]
    assert analysis.errors == analysis.problems[:1]
    assert analysis.parameters == 17


def test_data_that_is_not_to_be_had_is_the_only_problem():
    spec = edits.set_layers(recommended("circle"), ())
    unknown = check(spec, unknown_facts(spec.data, "houses.csv is not there."))
    assert [(p.path, p.message, p.severity) for p in unknown] == [("data", "houses.csv is not there.", Severity.ERROR)]


def test_all_problems_are_told_at_once():
    spec = edits.set_layers(training("mnist", stop_when={"metric": "mae", "below": 1.0}), (Dropout(), LSTM()))
    assert {p.path for p in problems(spec)} >= {"layers[1]", "training.stop_when.metric"}


def test_the_layer_of_a_problem():
    assert Problem("layers[12].units", "").layer == 12
    assert Problem("layers", "").layer is None
    assert Problem("training.loss", "").layer is None


@pytest.mark.parametrize("name", DATA_NAMES)
def test_what_choosing_a_data_set_proposes_can_be_trained_as_it_is(name: str):
    spec = recommended(name, "A title")
    assert problems(spec) == ()
    assert (spec.name, spec.data.name) == ("A title", name)
    assert parse_recipe(to_toml(spec)) == spec


def test_the_window_opens_with_a_project_that_learns_at_once():
    spec = default_project()
    assert problems(spec) == ()
    assert spec.data.name == "circle"
    assert spec.training.epochs > 0


@pytest.mark.parametrize("name", DATA_NAMES)
@pytest.mark.parametrize("before", ["circle", "mnist", "line"])
def test_another_data_set_keeps_the_network_where_it_fits(before: str, name: str):
    spec = edits.insert_layer(recommended(before), 0, Activation(activation="tanh"))
    facts = registry.facts(recommended(name).data)
    chosen = choose_data(spec, name, facts)
    assert chosen.data == recommended(name).data
    assert errors(check(chosen, facts)) == ()
    assert (chosen.name, chosen.seed) == (spec.name, spec.seed)
    assert chosen.layers in (spec.layers, recommended(name).layers)
    if before == name:
        assert chosen.layers == spec.layers


def test_an_unknown_data_set():
    with pytest.raises(KeyError):
        recommended("nonsense")


@given(projects)
@settings(max_examples=200, deadline=None)
def test_any_project_can_be_checked_and_its_ways_out_are_projects(spec: ProjectSpec):
    for problem in problems(spec):
        assert problem.message
        for fix in problem.fixes:
            assert parse_recipe(to_toml(fix.spec)) == fix.spec


@pytest.mark.parametrize("loss", OWN_SIZE_LOSSES)
def test_losses_by_the_targets_own_size_want_them_as_they_are(loss: str) -> None:
    plain = edits.set_layers(training("boston_housing", loss=loss), (Dense(units=1),))
    scaled = edits.change_data(plain, target_scaling="standard")
    assert loss in [p.message.split()[0] for p in errors(problems(scaled))]
    assert not errors(problems(plain))


def test_a_number_is_watched_by_any_of_its_names() -> None:
    for name in ("val_acc", "val_accuracy"):
        spec = training("circle", early_stopping={"monitor": name})
        assert not errors(problems(spec))
        assert spec.training.early_stopping is not None
        assert spec.training.early_stopping.prefers_more
