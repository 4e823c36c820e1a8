"""Losses with arguments, class weights, and rules that watch a number."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given, settings

from nnplayground.core.class_weights import weights_of
from nnplayground.core.edits import change_training
from nnplayground.core.losses import LOSS_CLASSES, LOSSES, METRICS, MORE_IS_BETTER, Huber, class_name, history_name
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import parse_recipe, to_plain, to_toml
from nnplayground.core.spec import EarlyStopping, ReduceLROnPlateau, TrainingSpec
from nnplayground.core.targets import resolve
from nnplayground.core.value import type_names
from nnplayground.data import registry
from tests.core.strategies import values_of


def training(text: str) -> TrainingSpec:
    spec = parse_recipe(f'data = "and"\nlayers = []\n[training]\n{text}')
    assert parse_recipe(to_toml(spec)) == spec
    return spec.training


def keras() -> Any:
    from nnplayground.engine.loader import create_backend

    create_backend()
    import keras as real

    return real


@pytest.mark.parametrize("kind", LOSS_CLASSES, ids=lambda c: c.__name__)
def test_arguments_and_defaults_of_a_loss_are_those_of_keras(kind):
    real = inspect.signature(getattr(keras().losses, type_names((kind,))[0])).parameters
    ours = {name: field.default for name, field in kind.model_fields.items() if name != "type"}
    assert ours == {name: p.default for name, p in real.items() if name not in ("from_logits", "axis", "reduction", "name", "dtype")}

    @given(values_of(kind))
    @settings(max_examples=10, deadline=None, derandomize=True)
    def check(loss):
        getattr(keras().losses, loss.type)(**loss.arguments())

    check()


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "perceptron"])
def test_a_class_without_arguments_is_its_name(loss: str):
    assert hasattr(keras().losses, class_name(loss))
    for text in (f'"{loss}"', f'"{class_name(loss)}"', f'{{ type = "{loss}" }}', f'{{ type = "{class_name(loss)}" }}'):
        assert training(f"loss = {text}").loss == loss


def test_a_loss_with_arguments():
    given_ = training('loss = { type = "huber", delta = 1.5 }')
    assert (given_.loss, given_.loss_name) == (Huber(delta=1.5), "huber")
    assert training('loss = { type = "Huber", delta = 1.0 }').loss == "huber"
    assert training('loss = { type = "perceptron" }').loss == "perceptron"
    assert training('loss = "auto"').loss_name == "auto"
    spec = change_training(recommended("line"), loss=Huber(delta=1.5))
    goal = resolve(spec, registry.facts(spec.data))
    assert (goal.loss, goal.loss_arguments) == ("huber", {"delta": 1.5})
    assert resolve(recommended("line"), registry.facts(spec.data)).loss_arguments == {}


@pytest.mark.parametrize("metric", METRICS)
def test_which_way_is_better_is_what_keras_says(metric: str):
    """Accuracy and the k likeliest have two classes in Keras; both say the same."""
    names = {"r2_score": "R2Score", "auc": "AUC"}
    kind = names.get(metric) or "".join(word.capitalize() for word in metric.split("_"))
    assert (getattr(keras().metrics, kind)()._direction == "up") == (metric in MORE_IS_BETTER)
    for rule in (EarlyStopping, ReduceLROnPlateau):
        for monitor in (metric, f"val_{metric}", history_name(metric)):
            assert rule(monitor=monitor).prefers_more == (metric in MORE_IS_BETTER)
            assert rule(monitor=monitor, mode="max").prefers_more
            assert not rule(monitor=monitor, mode="min").prefers_more
    assert not EarlyStopping(monitor="val_loss").prefers_more


@pytest.mark.parametrize("kind", [EarlyStopping, ReduceLROnPlateau])
def test_arguments_and_defaults_of_a_rule_are_those_of_its_callback(kind):
    real = inspect.signature(getattr(keras().callbacks, kind.__name__)).parameters
    ours = {name: field.default for name, field in kind.model_fields.items()}
    assert ours == {name: p.default for name, p in real.items() if name not in ("verbose", "kwargs")}


@pytest.mark.parametrize(("text", "weights"), [
    ('"balanced"', "balanced"), ("[1, 5]", (1.0, 5.0)), ("[0, 1]", (0.0, 1.0)), ("[2]", (2.0,)), ("{ 0 = 1.0, 1 = 5.0 }", (1.0, 5.0)),
    ("{ 2 = 5, 0 = 3 }", (3.0, 1.0, 5.0)), ("{ 1 = 0 }", (1.0, 0.0)),
])  # fmt: skip
def test_class_weights(text: str, weights: object):
    assert training(f"class_weight = {text}").class_weight == weights


def test_class_weights_as_a_python_table():
    spec = change_training(recommended("and"), class_weight={0: 1, 1: 5.0})
    assert spec.training.class_weight == (1.0, 5.0)
    assert to_plain(spec)["training"]["class_weight"] == [1.0, 5.0]


@pytest.mark.parametrize(("class_weight", "counts", "weights"), [
    (None, (3, 1), None), ("balanced", (3, 1), (4 / 6, 2.0)), ("balanced", (2, 2), (1.0, 1.0)), ("balanced", (4, 0), (1.0, 1.0)),
    ("balanced", (0, 0), (1.0, 1.0)), ((2.0,), (1, 1, 1), (2.0, 1.0, 1.0)), ((1.0, 0.0), (1, 1), (1.0, 0.0)),
])  # fmt: skip
def test_what_a_class_weighs(class_weight: Any, counts: tuple[int, ...], weights: tuple[float, ...] | None):
    assert weights_of(class_weight, counts) == (weights if weights is None else pytest.approx(weights))
