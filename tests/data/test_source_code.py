"""Exported data code, run as it is: the same arrays as the app trains on."""

from __future__ import annotations

import sys
import types
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.support import Small

from nnplayground.core.data_spec import DATA_NAMES, PLANE_NAMES, Texts
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import load
from nnplayground.data.rows import Rows
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store
from nnplayground.data.stored import read_full
from nnplayground.data.texts import read_texts


def project(**data: Any) -> ProjectSpec:
    return ProjectSpec.model_validate({"seed": 11, "data": data, "layers": [{"type": "Dense", "units": 1}]})


@pytest.fixture
def small_store(small: Small, texts: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Small sets, and a keras whose load_data gives just these, as Keras does: images without a channel axis, texts as lists."""
    together = Small({}, {**small.files, **texts.files}, {**small.sets, **texts.sets})
    store = together.store(tmp_path)
    datasets = types.SimpleNamespace(**{name: types.SimpleNamespace(load_data=partial(texts_of, store, name)) for name in texts.sets})
    for name in small.sets:
        train, test = read_full(name, store.obtain(name))
        parts = [(p.x[..., 0] if p.x.ndim == 4 else p.x.astype(np.float64), p.y) for p in (train, test)]
        setattr(datasets, name, types.SimpleNamespace(load_data=lambda parts=parts: parts))
    keras = types.ModuleType("keras")
    keras.datasets = datasets  # type: ignore[attr-defined]
    keras.utils = types.SimpleNamespace(pad_sequences=pad_sequences)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keras", keras)
    return store


def texts_of(store: Store, name: str, num_words: int, skip_top: int = 0, maxlen: int | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """As Keras gives them: an array of lists."""
    parts = []
    for part in read_texts(Texts(name=name, shorter_than=maxlen), store, print, lambda: False)[:2]:
        numbers = np.where((part.texts.values >= skip_top) & (part.texts.values < num_words), part.texts.values, 2)
        lists = np.empty(len(part.texts), object)
        lists[:] = [each.tolist() for each in np.split(numbers, part.texts.indptr[1:-1])]
        parts.append((lists, part.y))
    return parts


def pad_sequences(lists: np.ndarray, maxlen: int) -> np.ndarray:
    """Keras's, which is not here: longer lists lose their beginning, shorter ones begin with zeros."""
    return np.array([[0] * (maxlen - len(x)) + x[-maxlen:] for x in lists], np.int32)


def check(spec: ProjectSpec, store: Store) -> dict[str, Any]:
    ran: dict[str, Any] = {}
    exec(compile(data_code(spec), "train.py", "exec"), ran)
    loaded = load(spec.data, spec.seed, store)
    for split, part in (("train", loaded.train), ("test", loaded.test), ("val", loaded.validation)):
        if part is None:
            assert f"x_{split}" not in ran
            continue
        x, y = ran[f"x_{split}"], ran[f"y_{split}"]
        if isinstance(spec.data, Texts):
            dense = part.x.dense() if isinstance(part.x, Rows) else part.x
            assert x.dtype == dense.dtype
            np.testing.assert_array_equal(x, dense)
        else:
            assert x.dtype == np.float32
            np.testing.assert_allclose(x, loaded.scaler.apply(part.array), rtol=1e-4, atol=2e-5)
        if part.y.dtype == np.int64:
            np.testing.assert_array_equal(y, part.y)
        else:
            assert y.dtype == np.float32
            np.testing.assert_allclose(y, loaded.target_scaler.apply(part.y), rtol=1e-4, atol=2e-5)
    return ran


@pytest.mark.parametrize("name", DATA_NAMES)
def test_every_data_set_with_its_own_settings(name: str, small_store: Store):
    check(project(name=name), small_store)


@pytest.mark.parametrize("scaling", ["none", "unit", "minus_half_to_half", "standard"])
@pytest.mark.parametrize("name", ["spiral", "plane", "line", "gender", "xor", "mnist", "fashion_mnist", "boston_housing"])
def test_every_scaling(name: str, scaling: str, small_store: Store):
    check(project(name=name, scaling=scaling), small_store)


@pytest.mark.parametrize("validation", [{"fraction": 0.3}, {"count": 2}, {"use": "test"}])
@pytest.mark.parametrize("name", ["circle", "gender", "line", "mnist", "boston_housing"])
def test_every_validation(name: str, validation: dict[str, Any], small_store: Store):
    check(project(name=name, validation=validation, scaling="standard"), small_store)


@pytest.mark.parametrize("validation", [None, {"fraction": 0.3}, {"count": 20}, {"use": "test"}])
@pytest.mark.parametrize("settings", [{"num_words": 50}, {"encoding": "sequence", "maxlen": 12}, {"num_words": 200, "skip_top": 6},
                                      {"shorter_than": 28}])  # fmt: skip
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts_in_every_encoding(name: str, settings: dict[str, Any], validation: dict[str, Any] | None, small_store: Store):
    check(project(name=name, validation=validation, **settings), small_store)


@pytest.mark.parametrize("name", PLANE_NAMES)
def test_every_feature_noise_and_share(name: str, small_store: Store):
    features = ["x1^2", "x2", "sin(x1)", "x1", "x1*x2", "sin(x2)", "x2^2"]
    check(project(name=name, samples=77, noise=0.35, train_fraction=0.7, features=features), small_store)


def test_scaled_prices(small_store: Store):
    ran = check(project(name="boston_housing", target_scaling="standard", validation={"count": 5}), small_store)
    assert ran["y_train"].mean() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("scaling", ["unit", "minus_half_to_half", "standard"])
def test_a_constant_feature_is_not_divided_by_zero(scaling: str, small_store: Store):
    ran = check(project(name="and", scaling=scaling, validation={"count": 3}), small_store)  # one sample is left: all is constant
    assert np.isfinite(ran["x_test"]).all()


def test_a_sample_is_mentioned():
    assert "built-in sample" in data_code(project(name="mnist", source="sample"))
    assert "built-in sample" not in data_code(project(name="mnist"))


@pytest.mark.parametrize("name", DATA_NAMES)
def test_the_code_needs_only_numpy_and_keras(name: str):
    code = data_code(project(name=name))
    assert "import nnplayground" not in code
    assert {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import ", "from "))} <= {"numpy", "keras"}
    assert all(len(line) <= 140 for line in code.splitlines())
