"""Ready comparisons make sense for the project, can be trained, and differ in what they say."""

from __future__ import annotations

import pytest

from nnplayground.core import edits, presets
from nnplayground.core.comparisons import comparisons
from nnplayground.core.data_spec import BUILT_IN, default_data, type_names
from nnplayground.core.layers import Dense, Dropout
from nnplayground.core.presets import default_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check, errors
from nnplayground.data.registry import facts

POINTS = facts(default_project().data)


def names(spec: ProjectSpec) -> dict[str, list[str]]:
    return {found.key: [name for name, _ in found.runs] for found in comparisons(spec, facts(spec.data))}


def a_project(*layers: object) -> ProjectSpec:
    return edits.change_training(edits.set_layers(default_project(), layers), epochs=20)  # type: ignore[arg-type]


def test_a_network_with_a_hidden_layer_has_all_of_them():
    spec = edits.change_optimizer(a_project(Dense(units=8, activation="tanh"), Dense(units=1, activation="tanh")), learning_rate=0.03)
    assert names(spec) == {
        "dropout": ["without dropout", "dropout 0.5"],
        "activation": ["relu", "sigmoid", "tanh"],
        "units": ["2 units", "8 units", "32 units"],
        "rates": ["rate 0.003", "rate 0.03", "rate 0.3"],
        "scaling": ["raw", "scaled"],
        "epochs": ["3 epochs", "4 epochs", "20 epochs"],
        "seed": ["seed 42", "seed 43", "seed 44"],
    }


def test_one_layer_has_nothing_hidden_to_vary():
    assert not {"dropout", "activation", "units"} & set(names(a_project(Dense(units=1, activation="tanh"))))


def test_dropout_that_is_there_is_switched_off():
    spec = a_project(Dense(units=8, activation="relu"), Dropout(rate=0.3), Dense(units=1, activation="sigmoid"))
    (found,) = [c for c in comparisons(spec, POINTS) if c.key == "dropout"]
    assert [[layer.disabled for layer in varied.layers] for _, varied in found.runs] == [[False, True, False], [False] * 3]


def test_units_never_fall_below_one():
    assert names(a_project(Dense(units=2, activation="relu"), Dense(units=1, activation="sigmoid")))["units"] == [
        "1 unit", "2 units", "8 units"]  # fmt: skip


def test_long_runs_are_compared_with_longer_ones():
    assert names(edits.change_training(default_project(), epochs=400))["epochs"] == ["100 epochs", "400 epochs", "1,600 epochs"]


def test_words_are_not_scaled():
    known = facts(default_data("imdb"))
    assert "scaling" not in names(presets.choose_data(default_project(), "imdb", known))


@pytest.mark.parametrize("name", type_names(BUILT_IN, "name"))
def test_every_variation_of_every_data_set_can_be_trained(name: str):
    known = facts(default_data(name))
    spec = presets.choose_data(default_project(), name, known)
    found = comparisons(spec, known)
    assert found
    for comparison in found:
        assert len({varied.model_dump_json() for _, varied in comparison.runs}) == len({name for name, _ in comparison.runs}) > 1
        assert not any(errors(check(varied, known)) for _, varied in comparison.runs)
