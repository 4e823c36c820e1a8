"""Exported data code, run as it is: the same arrays as the app trains on."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.support import Small

from nnplayground.core.data_spec import DATA_NAMES, PLANE_NAMES
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import load
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store
from nnplayground.data.stored import read_full


def project(**data: Any) -> ProjectSpec:
    return ProjectSpec.model_validate({"seed": 11, "data": data, "layers": [{"type": "Dense", "units": 1}]})


@pytest.fixture
def small_store(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Small sets, and a keras whose load_data gives just these, as Keras does: images without a channel axis."""
    store = small.store(tmp_path)
    datasets = types.SimpleNamespace()
    for name in small.sets:
        train, test = read_full(name, store.obtain(name))
        parts = [(p.x[..., 0] if p.x.ndim == 4 else p.x.astype(np.float64), p.y) for p in (train, test)]
        setattr(datasets, name, types.SimpleNamespace(load_data=lambda parts=parts: parts))
    keras = types.ModuleType("keras")
    keras.datasets = datasets  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keras", keras)
    return store


def check(spec: ProjectSpec, store: Store) -> dict[str, Any]:
    ran: dict[str, Any] = {}
    exec(compile(data_code(spec), "train.py", "exec"), ran)
    loaded = load(spec.data, spec.seed, store)
    for split, part in (("train", loaded.train), ("test", loaded.test), ("val", loaded.validation)):
        if part is None:
            assert f"x_{split}" not in ran
            continue
        x, y = ran[f"x_{split}"], ran[f"y_{split}"]
        assert x.dtype == np.float32
        np.testing.assert_allclose(x, loaded.scaler.apply(part.x), rtol=1e-4, atol=2e-5)
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
    assert "nnplayground" not in code
    assert {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import ", "from "))} <= {"numpy", "keras"}
    assert all(len(line) <= 140 for line in code.splitlines())
