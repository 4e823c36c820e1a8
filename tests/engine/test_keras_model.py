"""What Keras saved is read back as the layers it was made of, whatever kinds they are; what is no such file is refused in words."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.core.keras_model import CONFIG, WEIGHTS, read_keras
from nnplayground.core.layers import LAYERS
from nnplayground.core.recipe import RecipeError
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import type_names
from nnplayground.engine.loader import create_backend
from tests.engine.drawing import projects
from tests.engine.making import dense, make_dataset, make_spec
from tests.engine.oracle import build

OWN = ("sign", "sine", "perceptron")
"""nnplayground's own functions: Keras writes them as objects that only nnplayground could make."""


def plain(spec: ProjectSpec) -> ProjectSpec:
    """As Keras keeps it: no windows left to choose, names of losses as they are, and nothing of what is switched off."""
    layers = []
    for layer in spec.active:
        pooled = "strides" in type(layer).model_fields and getattr(layer, "strides", 0) is None
        layers.append(edits.changed(layer, strides=layer.pool_size) if pooled else layer)  # type: ignore[attr-defined]
    return edits.set_layers(spec, tuple(layers))


@pytest.mark.parametrize("layer", type_names(LAYERS))
@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_kind_of_layer_comes_back(layer: str, tmp_path: Path, data: st.DataObject) -> None:
    request = data.draw(projects(layer, "Adam"))
    assume(not any(getattr(x, "activation", "") in OWN for x in request.spec.layers))
    model = build(request.spec, request.dataset, eagerly=False)
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        found = read_keras(tmp_path / name)
        assert found.layers == plain(request.spec).layers
        assert found.input_shape == request.dataset.facts.input_shape
        assert not [note for note in found.notes if not note.startswith("How it was compiled")]
        assert found.weights


def test_settings_it_was_compiled_with_come_back(tmp_path: Path) -> None:
    import keras

    create_backend()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="mine"), keras.layers.Dense(2, "softmax")])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.5)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        found = read_keras(tmp_path / name)
        assert found.training is not None
        assert found.training.optimizer.model_dump() == {**found.training.optimizer.model_dump(), "type": "SGD", "momentum": 0.9}
        assert found.training.optimizer.learning_rate.decay_steps == 100  # type: ignore[union-attr]
        assert (found.training.loss, found.training.metrics) == ("sparse_categorical_crossentropy", ("accuracy",))
        assert [layer.name for layer in found.layers] == ["mine", None]


def test_a_functional_chain_is_a_chain_and_branches_are_refused(tmp_path: Path) -> None:
    import keras

    create_backend()
    start = keras.Input((20,))
    words = keras.layers.Embedding(100, 8)(start)
    middle = keras.layers.Bidirectional(keras.layers.LSTM(4))(words)
    keras.Model(start, keras.layers.Dense(1, "sigmoid")(middle)).save(tmp_path / "chain.keras")
    found = read_keras(tmp_path / "chain.keras")
    assert [layer.type for layer in found.layers] == ["Embedding", "Bidirectional", "Dense"]  # type: ignore[attr-defined]
    assert found.input_shape == (20,)
    left, right = keras.layers.Dense(4)(middle), keras.layers.Dense(4)(middle)
    keras.Model(start, keras.layers.Add()([left, right])).save(tmp_path / "branches.keras")
    with pytest.raises(RecipeError, match="expected a chain of layers"):
        read_keras(tmp_path / "branches.keras")


def test_what_has_no_place_is_named(tmp_path: Path) -> None:
    import keras

    create_backend()
    unrolled = keras.layers.LSTM(4, unroll=True)
    keras.Sequential([keras.Input((8, 3)), unrolled, keras.layers.Dense(1)]).save(tmp_path / "u.keras")
    assert read_keras(tmp_path / "u.keras").notes == ("layer 1 (LSTM): unroll = true has no place here and is left out.",)
    keras.Sequential([keras.Input((8,)), keras.layers.UnitNormalization(), keras.layers.Dense(1)]).save(tmp_path / "n.keras")
    with pytest.raises(RecipeError, match="layers that nnplayground does not know: UnitNormalization"):
        read_keras(tmp_path / "n.keras")


def write(path: Path, config: Any, weights: bytes = b"weights") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(CONFIG, config if isinstance(config, str) else json.dumps(config))
        archive.writestr(WEIGHTS, weights)
    return path


def sequential(*layers: Any) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


DENSE = {"class_name": "Dense", "config": {"units": 3}}
NESTED: Any = {"class_name": "LSTM", "config": {"units": 3}}
for _ in range(450):
    NESTED = {"class_name": "Bidirectional", "config": {"layer": NESTED}}
HOSTILE: dict[str, tuple[Any, str]] = {
    "no json": ("{", "no JSON"),
    "a list": ([1, 2], "expected the description of a model; found [1, 2]"),
    "another model": ({"class_name": "Transformer", "config": {"layers": []}}, "expected a Sequential model"),
    "no layers": ({"class_name": "Sequential", "config": {}}, "names no layers"),
    "a layer that is a number": (sequential(DENSE, 7), "expected the description of a layer; found 7"),
    "arguments that are a list": (sequential({"class_name": "Dense", "config": [3]}), "expected the arguments of Dense"),
    "a million layers": (sequential(*[DENSE] * 1000), "at most 100 layers; found 1,000"),
    "units that are a word": (sequential({"class_name": "Dense", "config": {"units": "many"}}), r"layer 1 \(Dense\): units"),
    "units without end": (sequential({"class_name": "Dense", "config": {"units": 10**30}}), r"layer 1 \(Dense\): units"),
    "code": (sequential({"class_name": "Lambda", "config": {"function": "import os"}}), "does not know: Lambda"),
    "code for an activation": (
        sequential({"class_name": "Dense", "config": {"units": 3, "activation": {"class_name": "__lambda__", "config": {"value": "x"}}}}),
        r"layer 1 \(Dense\): nnplayground has no activation __lambda__"),
    "nested without end": (sequential(NESTED), "nested too deeply|no JSON|recurrent layer"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_descriptions_are_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    config, sentence = HOSTILE[name]
    with pytest.raises(RecipeError, match=sentence.replace("[1, 2]", r"\[1, 2\]")):
        read_keras(write(tmp_path / "m.keras", config))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither a .keras archive nor an HDF5 file"),
        (b"PK\x03\x04 and no more", "neither"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 90, "cannot be read"),
    ],
)
def test_other_files_are_refused_in_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "m.keras").write_bytes(content)
    with pytest.raises(RecipeError, match=sentence):
        read_keras(tmp_path / "m.keras")


def test_a_file_that_is_gone_and_one_of_weights_only(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        read_keras(tmp_path / "gone.h5")
    spec = make_spec([dense(3), dense(1, "sigmoid")], {})
    build(spec, make_dataset()).save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(RecipeError, match="it holds weights only"):
        read_keras(tmp_path / "m.weights.h5")


def test_mutated_files_never_do_anything_but_be_read_or_refused(tmp_path: Path) -> None:
    spec = make_spec([{"type": "Dense", "units": 3}, dense(1, "sigmoid")], {})
    dice = random.Random(7)
    for suffix, times in ((".keras", 400), (".h5", 25)):
        build(spec, make_dataset(), eagerly=False).save(tmp_path / f"m{suffix}")
        whole = (tmp_path / f"m{suffix}").read_bytes()
        broken = tmp_path / f"broken{suffix}"
        refused = 0
        for _ in range(times):
            content = bytearray(whole)
            for _ in range(dice.randint(1, 8)):
                content[dice.randrange(len(content))] = dice.randrange(256)
            broken.write_bytes(content[: dice.randrange(len(content))] if dice.random() < 0.3 else content)
            try:
                read_keras(broken)
            except RecipeError:
                refused += 1
        assert refused > times // 20


def test_a_function_that_is_a_layer_is_refused_in_one_short_sentence(tmp_path: Path) -> None:
    import keras

    layers = [keras.Input((2,)), keras.layers.Dense(4, activation=keras.layers.LeakyReLU()), keras.layers.Dense(1)]
    for name in ("m.keras", "m.h5"):
        keras.Sequential(layers).save(tmp_path / name)
        with pytest.raises(RecipeError) as caught:
            read_keras(tmp_path / name)
        assert caught.value.mistakes[0].message == "layer 1 (Dense): nnplayground has no activation LeakyReLU(negative_slope=0.3)"
