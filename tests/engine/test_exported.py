"""Exported programs, run by themselves as anybody would run them: they do what the app did, and so do the weights it saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnplayground.core import edits
from nnplayground.core.code_export import keras_code
from nnplayground.core.data_spec import DATA_NAMES, Texts
from nnplayground.core.presets import recommended, recommended_for
from nnplayground.core.recipe import build_spec, parse_recipe
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.dataset import Affine, Source
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.train import train
from tests.engine.oracle import history_of
from tests.programs import Programs

FILES = ("mnist", "fashion_mnist", "imdb", "reuters", "boston_housing")
ASKED = 200
"""So many samples are answered and compared."""
AFTERWARDS = f"""
import json, runpy
import numpy as np

names = runpy.run_path("train.py", run_name="__main__")
model, x = names["model"], names["x_test"][:{ASKED}]
answers = [model.predict(x, verbose=0)]
model.load_weights("app.weights.h5")
answers.append(model.predict(x, verbose=0))
np.savez("done.npz", trained=answers[0], loaded=answers[1], **names["history"].history)
"""


def check(spec: ProjectSpec, backend: Backend, folder: Path, programs: Programs, tolerance: float = 2e-4) -> None:
    """Train a project here, and as a program in a process of its own that knows nothing of this app."""
    dataset = registry.load(spec.data, spec.seed, Store.default())
    history = history_of(train(TrainRequest(spec, dataset, 1), backend))
    answers = backend.predict(dataset.test.x[:ASKED])
    backend.save_weights(folder / "app.weights.h5")
    (folder / "train.py").write_text(keras_code(spec, registry.facts(spec.data), data_code(spec)), encoding="utf-8")
    ran = programs.run(AFTERWARDS, folder)
    assert ran.returncode == 0, ran.stderr[-3000:]
    done: dict[str, Any] = dict(np.load(folder / "done.npz"))
    scale = max(1.0, float(abs(answers).max()))
    np.testing.assert_allclose(done["loaded"], answers, rtol=1e-5, atol=1e-6 * scale)
    np.testing.assert_allclose(done["trained"], answers, rtol=tolerance, atol=tolerance * scale)
    assert set(history) == set(done) - {"trained", "loaded", "learning_rate"}
    for name, values in history.items():
        if name.removeprefix("val_") != "loss" and dataset.target_scaler != Affine():
            continue  # the app tells them in the data's own unit, Keras in the scaled one
        # What jumps where an answer crosses a mark may jump for a sample or two.
        assert done[name] == pytest.approx(values, rel=20 * tolerance, abs=0.02 if "accuracy" in name else 1e-5), name


def generated() -> list[str]:
    """One set of each kind of network and optimizer; that their data are the programs', `tests/data/test_source_code` sees."""
    different: dict[object, str] = {}
    for name in DATA_NAMES:
        if name not in FILES:
            spec = recommended(name)
            kinds = tuple((layer.type, getattr(layer, "activation", None)) for layer in spec.layers)
            different.setdefault((kinds, spec.training.optimizer.type), name)
    return list(different.values())


@pytest.mark.parametrize("name", generated())
def test_the_program_of_generated_sets(name: str, backend: Backend, tmp_path: Path, programs: Programs) -> None:
    """Rounding adds up over hundreds of epochs, so ten of them; all else is as recommended."""
    check(edits.change_training(recommended(name), epochs=10), backend, tmp_path, programs)


@pytest.mark.parametrize("name", FILES)
def test_the_program_of_every_set_with_files(
    name: str, backend: Backend, tmp_path: Path, programs: Programs, real_data: Path | None
) -> None:
    """The whole set, as the program has it, in large batches; of texts the most frequent words only, for ten times as many take a minute.

    Steps are few so that rounding stays rounding: where it puts a sum on the other side of relu's bend, two runs part, and
    after the 1,875 steps of an epoch of MNIST some answers are off by a tenth. With tanh they still agree to 1e-6.
    """
    spec = recommended(name)
    spec = edits.change_training(spec, epochs=1, batch_size=1000) if name != "boston_housing" else edits.change_training(spec, epochs=5)
    if isinstance(spec.data, Texts):
        spec = edits.change_data(spec, num_words=1000)
    if real_data is None or registry.load(spec.data, spec.seed, Store.default()).source is not Source.FULL:
        pytest.skip("the full data sets are not there: set KERAS_HOME to a folder that has them")
    check(spec, backend, tmp_path, programs, tolerance=2e-3)


MORE = {
    "layers that are off, noise, and rules": """
        data = { name = "moons", samples = 90, noise = 0.2, validation = { fraction = 0.2 } }
        layers = [
            { type = "Dense", units = 9, disabled = true }, { type = "Dense", units = 6, activation = "relu", name = "hidden" },
            { type = "Dropout", rate = 0.3 }, { type = "Dropout", rate = 0.2, disabled = true }, { type = "GaussianNoise", stddev = 0.1 },
            { type = "Dense", units = 2, activation = "softmax", bias_initializer = "random_normal" },
            { type = "Flatten", disabled = true },
        ]
        [training]
        epochs = 24
        batch_size = 8
        class_weight = [1, 2]
        early_stopping = { monitor = "val_loss", patience = 20, restore_best_weights = true }
        reduce_lr_on_plateau = { monitor = "loss", patience = 3 }
    """,
    "a picture of numbers, convolved": """
        data = { name = "gender", samples = 60 }
        layers = [
            { type = "Reshape", target_shape = [3, 1, 1] }, { type = "Conv2D", filters = 3, kernel_size = [2, 1], activation = "relu" },
            { type = "BatchNormalization" }, { type = "Flatten" }, { type = "Dense", units = 2, activation = "softmax" },
        ]
        training = { epochs = 5, batch_size = 16 }
    """,
    "sequences, in both directions": """
        data = { name = "gender", samples = 60 }
        layers = [
            { type = "Reshape", target_shape = [-1, 1] },
            { type = "Bidirectional", layer = { type = "GRU", units = 3, dropout = 0.2, return_sequences = true } },
            { type = "LSTM", units = 3 }, { type = "Dense", units = 2, activation = "softmax" },
        ]
        training = { epochs = 5, batch_size = 16, shuffle = false }
    """,
    "painted points": """
        data = { name = "points", points = [[1, 1, 0], [1, 2, 0], [-1, -2, 1], [-2, -1, 1], [2, 1, 0], [-1, -1, 1], [0, 2, 0], [0, -2, 1]] }
        layers = [{ type = "Dense", units = 4, activation = "tanh" }, { type = "Dense", units = 1, activation = "sigmoid" }]
        training = { epochs = 30, batch_size = 3, optimizer = { type = "Adam", learning_rate = 0.01 } }
    """,
}


@pytest.mark.parametrize("title", MORE)
def test_the_program_of_other_networks_and_data(title: str, backend: Backend, tmp_path: Path, programs: Programs) -> None:
    check(parse_recipe(MORE[title]), backend, tmp_path, programs)


def table(folder: Path) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    rows = [f"{a:.2f},{c},{2 * a - (c == 'red'):.3f}" for a, c in zip(rng.uniform(0, 9, 60), rng.choice(["red", "blue"], 60), strict=True)]
    (folder / "table.csv").write_text("\n".join(["size,colour,price", *rows]), encoding="utf-8")
    return {"name": "csv", "path": str(folder / "table.csv"), "target": "price", "scaling": "standard", "target_scaling": "standard"}


def pictures(folder: Path) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    for kind, low in (("dark", 0), ("light", 128)):
        (folder / "all" / kind).mkdir(parents=True)
        for i in range(15):
            pixels = rng.integers(low, low + 128, (12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "all" / kind / f"{i}.png")
    return {"name": "images", "path": str(folder / "all"), "width": 12, "height": 12, "color": "rgb"}


def arrays(folder: Path) -> dict[str, Any]:
    x = np.random.default_rng(1).normal(size=(50, 4)).astype("float32")
    np.savez(folder / "data.npz", x=x, y=(x[:, 0] > 0) + (x[:, 1] > 0))
    return {"name": "arrays", "path": str(folder / "data.npz"), "validation": {"fraction": 0.2}}


@pytest.mark.parametrize("make", [table, pictures, arrays], ids=lambda make: make.__name__)
def test_the_program_of_files_of_ones_own(
    make: Callable[[Path], dict[str, Any]], backend: Backend, tmp_path: Path, programs: Programs
) -> None:
    spec = build_spec({"data": make(tmp_path), "layers": [{"type": "Flatten"}], "seed": 5})
    layers, training = recommended_for(registry.facts(spec.data))
    spec = edits.change_training(edits.set_layers(spec, layers), batch_size=training.batch_size, optimizer=training.optimizer, epochs=10)
    check(spec, backend, tmp_path, programs)
