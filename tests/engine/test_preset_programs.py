"""The exported programs of presets, shortened, run as anybody would run them: their networks answer as those that the app trains.

A few kinds of network are run, on made-up samples where the data has files. With NNPLAYGROUND_ALL_PRESETS=1 in the environment all
presets of all data sets are (ten minutes), those of sets with files on the full data where KERAS_HOME has them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.code_export import keras_code
from nnplayground.core.data_spec import DATA_NAMES, Boston, Images, Texts
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.variants import Variant, variants, with_variant
from nnplayground.data import registry
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.train import train
from tests.conftest import REAL_DATA
from tests.engine.making import make_dataset
from tests.engine.oracle import history_of

ALL = bool(os.environ.get("NNPLAYGROUND_ALL_PRESETS"))
FEW = ("and perceptron", "gender 64-dropout", "mnist cnn", "imdb average", "reuters 64-4")
"""What stands for the others: a rule of its own, numbers, dropout, a picture, words in order and as a set."""
EPOCHS, BATCH, LEARNED, ASKED = 2, 32, 80, 40
"""How far everything is shortened: the last batch is no whole one."""
CUT = f"""
x_train, y_train, x_test, y_test = x_train[:{LEARNED}], y_train[:{LEARNED}], x_test[:{ASKED}], y_test[:{ASKED}]
x_val, y_val = x_val[:{ASKED}], y_val[:{ASKED}]
"""
GIVEN = """
given = np.load("given.npz")
x_train, y_train, x_test, y_test = (given[name] for name in ("x_train", "y_train", "x_test", "y_test"))
x_val, y_val = x_test, y_test
"""
RUNNER = """
import os, runpy, sys
import numpy as np

told, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    os.chdir(line.strip())
    names = runpy.run_path("train.py", run_name="__main__")
    model, x = names["model"], names["x_test"]
    trained = model.predict(x, verbose=0)
    model.load_weights("app.weights.h5")
    np.savez("done.npz", trained=trained, loaded=model.predict(x, verbose=0), loss=names["history"].history["loss"])
    del names, model, x
    print("done", file=told, flush=True)
"""
"""Runs the program in each folder that it is told. It knows nothing of this app."""


class Programs:
    """Runs many programs in one process, so that TensorFlow is imported once."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said.txt"
        self._errors = self._said.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            encoding="utf-8", env={**os.environ, **({"KERAS_HOME": REAL_DATA} if REAL_DATA else {})})  # fmt: skip

    def run(self, folder: Path) -> dict[str, np.ndarray]:
        """Run the program in a folder; gives what its network answered, before and after it took the app's weights, and its losses."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", self._said.read_text(encoding="utf-8")[-3000:]
        with np.load(folder / "done.npz") as done:
            return dict(done)

    def close(self) -> None:
        self._process.communicate()
        self._errors.close()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    runner = Programs(tmp_path_factory.mktemp("programs"))
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where texts that were read once are kept."""
    return tmp_path_factory.mktemp("cache")


def _base(name: str) -> ProjectSpec:
    """The project one begins with; of texts only the most frequent words, and only so many."""
    spec = recommended(name)
    return edits.change_data(spec, num_words=500, maxlen=30) if name in ("imdb", "reuters") else spec


def _presets() -> list[tuple[str, Variant]]:
    found = [(name, v) for name in DATA_NAMES for v in variants(_base(name).data, registry.facts(_base(name).data))]
    return found if ALL else [(name, v) for name, v in found if f"{name} {v.key}" in FEW]


def _shortened(dataset: Dataset) -> Dataset:
    assert dataset.validation is not None
    return replace(dataset, train=dataset.train.take(slice(LEARNED)), test=dataset.test.take(slice(ASKED)),
                   validation=dataset.validation.take(slice(ASKED)), texts=None, test_texts=None, validation_texts=None)  # fmt: skip


def _give(dataset: Dataset, folder: Path) -> None:
    """The app's samples as a program gets its own."""
    x_train, x_test = (dataset.scaler.apply(part.array) for part in (dataset.train, dataset.test))
    np.savez(folder / "given.npz", x_train=x_train, y_train=dataset.train.y, x_test=x_test, y_test=dataset.test.y)


@pytest.mark.parametrize(("name", "variant"), _presets(), ids=lambda value: value if isinstance(value, str) else value.key)
def test_the_program_of_a_preset_answers_as_the_app_does(
    name: str, variant: Variant, backend: Backend, programs: Programs, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    if ALL and REAL_DATA:
        monkeypatch.setenv("KERAS_HOME", REAL_DATA)
    facts = registry.facts(edits.change_data(_base(name), **variant.data).data)
    spec = with_variant(_base(name), variant, facts)
    spec = edits.change_training(spec, epochs=EPOCHS, batch_size=min(spec.training.batch_size, BATCH))
    if isinstance(spec.data, Images | Texts | Boston) and not (ALL and REAL_DATA):
        dataset = replace(make_dataset(facts.input_shape, len(facts.classes), n=LEARNED, integers=facts.words), scaler=Affine())
        _give(dataset, tmp_path)
        data = GIVEN
    else:
        dataset, data = _shortened(registry.load(spec.data, spec.seed, Store.default())), data_code(spec) + CUT
    history = history_of(train(TrainRequest(spec, dataset, 1), backend))
    answers = backend.predict(dataset.test.x)
    backend.save_weights(tmp_path / "app.weights.h5")
    (tmp_path / "train.py").write_text(keras_code(spec, facts, data), encoding="utf-8")
    done = programs.run(tmp_path)
    np.testing.assert_allclose(done["loaded"], answers, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(done["trained"], answers, rtol=1e-3, atol=1e-4)
    assert done["loss"] == pytest.approx(history["loss"], rel=1e-3)
