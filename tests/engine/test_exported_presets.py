"""The program of every preset: it is Python, and its network and what it is compiled with are Keras's and ours. Nothing is trained."""

from __future__ import annotations

from typing import Any

import pytest

from nnplayground.core import edits
from nnplayground.core.code_export import keras_code
from nnplayground.core.data_spec import DATA_NAMES, DataSpec, OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Dense
from nnplayground.core.losses import Task
from nnplayground.core.presets import recommended
from nnplayground.core.shapes import walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.variants import Variant, variants, with_variant
from nnplayground.data import registry
from nnplayground.data.source_code import data_code
from nnplayground.engine.loader import create_backend

NO_SAMPLES = "x_train = y_train = x_test = y_test = x_val = y_val = np.zeros(4)\n"
"""Neither the network nor what it is compiled with asks for any."""


def built(program: str) -> dict[str, Any]:
    """What a program has defined by the moment it would begin to train."""
    create_backend()
    begun, training, _rest = program.partition("history = model.fit(")
    assert training
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(begun, "train.py", "exec"), names)
    return names


def check_network(spec: ProjectSpec, variant: Variant, facts: DataFacts) -> None:
    names = built(keras_code(spec, facts, NO_SAMPLES))
    model = names["model"]
    assert model.count_params() == variant.parameters
    assert [type(layer).__name__ for layer in model.layers] == [type(layer).__name__ for layer in variant.layers]
    assert model.output_shape == (None, *(walk(variant.input_shape, variant.layers)[-1].output or ()))
    assert type(model.optimizer).__name__ == type(spec.training.optimizer).__name__


@pytest.mark.parametrize("name", DATA_NAMES)
def test_the_program_of_every_preset(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    spec = recommended(name)
    found = variants(spec.data, registry.facts(spec.data))
    assert found
    for variant in found:
        facts = registry.facts(edits.change_data(spec, **variant.data).data)
        project = with_variant(spec, variant, facts)
        compile(keras_code(project, facts, data_code(project)), "train.py", "exec")
        check_network(project, variant, facts)
    capsys.readouterr()


@pytest.mark.parametrize("name", ["and", "or", "xor"])
def test_the_program_of_the_perceptron_has_its_sign_and_its_rule(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    spec = recommended(name)
    facts = registry.facts(spec.data)
    perceptron = next(v for v in variants(spec.data, facts) if v.key == "perceptron")
    names = built(keras_code(with_variant(spec, perceptron, facts), facts, NO_SAMPLES))
    model = names["model"]
    assert model.layers[-1].activation is names["sign"]
    assert model.loss is names["perceptron"]
    assert [float(names["sign"](z)) for z in (-0.5, 0.0, 2.0)] == [-1.0, 1.0, 1.0]
    capsys.readouterr()


OWN = {"a table": (13,), "few columns": (3,), "points": (2,), "sequences": (20, 6), "grey pictures": (28, 28, 1), "pictures": (32, 32, 3)}


@pytest.mark.parametrize("title", OWN)
@pytest.mark.parametrize(("task", "classes"), [(Task.REGRESSION, 0), (Task.BINARY, 2), (Task.MULTICLASS, 5)])
def test_the_program_of_every_preset_of_ones_own_data(title: str, task: Task, classes: int, capsys: pytest.CaptureFixture[str]) -> None:
    data: DataSpec = OwnTable(name="csv", text="a,b\n1,2\n")
    plane = (-6.0, 6.0) if title == "points" else None
    facts = DataFacts("csv", title, OWN[title], task, 800, 200, tuple(str(i) for i in range(classes)), plane_range=plane)
    found = variants(data, facts)
    assert found
    for variant in found:
        check_network(with_variant(ProjectSpec(data=data, layers=(Dense(),)), variant, facts), variant, facts)
    capsys.readouterr()
