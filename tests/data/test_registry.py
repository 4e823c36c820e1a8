"""What every data set promises: facts that hold, splits, scaling, and the same samples from the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core.data_spec import DATA_NAMES, PLANE_NAMES, DataSpec, Feature, default_data
from nnplayground.core.edits import changed
from nnplayground.core.losses import Task
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.registry import Group, SplitError, facts, info, infos, load, preview
from nnplayground.data.sources import NEVER_SHIPPED
from nnplayground.data.store import Store

STORED = ("mnist", "fashion_mnist", "boston_housing")
SHOWN = tuple(name for name in DATA_NAMES if name not in NEVER_SHIPPED)
"""What can be loaded without a file; texts have tests of their own."""


def data(name: str, **changes: Any) -> DataSpec:
    return changed(default_data(name), **({"source": "sample"} | changes if name in STORED else changes))


def test_the_gallery_shows_every_data_set_once():
    assert [i.name for i in infos()] == [
        "circle", "xor_cloud", "gauss", "spiral", "moons", "plane", "gaussians", "mnist", "fashion_mnist",
        "imdb", "reuters", "line", "and", "or", "xor", "gender", "boston_housing",
    ]  # fmt: skip
    assert {i.name for i in infos()} == set(DATA_NAMES)
    for i in infos():
        assert all(text.endswith(".") for text in (i.summary, i.inputs, i.output, i.origin, i.licence)), i.name
        assert i.title
    assert len({i.title for i in infos()}) == len(infos())


def test_bostons_column_b_is_named_as_disputed():
    problems = info("boston_housing").problems
    assert "disputed" in problems
    assert "column B" in problems
    assert info("boston_housing").group is Group.TABLES


def test_info_of_an_unknown_name():
    with pytest.raises(KeyError):
        info("no such set")


@pytest.mark.parametrize("name", SHOWN)
def test_facts_are_true_of_what_is_loaded(name: str, nowhere: Store):
    spec = data(name)
    known, loaded = facts(spec), load(spec, 7, nowhere)
    assert loaded.facts == known
    for part, count in ((loaded.train, known.train_samples), (loaded.test, known.test_samples)):
        assert part.x.shape == (count, *known.input_shape)
        assert part.y.shape == (count,)
        assert part.x.dtype == (np.uint8 if name.endswith("mnist") else np.float32)
        if known.task is Task.REGRESSION:
            assert part.y.dtype == np.float32
        else:
            assert part.y.dtype == np.int64
            assert set(part.y) <= set(range(len(known.classes)))
    if known.input_names:
        assert (len(known.input_names),) == known.input_shape
    low, high = known.input_range
    inputs = loaded.scaler.apply(loaded.train.x)
    assert low - 1 <= inputs.min() < inputs.max() <= high + 2
    assert (loaded.points is not None) == known.is_plane


@pytest.mark.parametrize("name", DATA_NAMES)
def test_facts_load_nothing(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "read", None)
    monkeypatch.setattr(registry, "_generate", None)
    assert facts(default_data(name)).name == name


def test_facts_of_auto_are_those_of_the_full_set():
    assert (facts(default_data("mnist")).train_samples, facts(default_data("mnist")).test_samples) == (60_000, 10_000)
    assert facts(data("mnist")).train_samples == 5_000


@pytest.mark.parametrize("name", [n for n in SHOWN if n not in STORED])
def test_equal_seeds_give_equal_samples(name: str, nowhere: Store):
    spec = data(name)
    one, same, other = (load(spec, seed, nowhere) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.train.x, same.train.x)
    np.testing.assert_array_equal(one.test.y, same.test.y)
    assert one.source is Source.GENERATED
    assert np.array_equal(one.train.x, other.train.x) == (name in ("line", "and", "or", "xor"))


@pytest.mark.parametrize("name", PLANE_NAMES)
@pytest.mark.parametrize(("samples", "share", "train"), [(500, 0.5, 250), (11, 0.3, 3), (4, 0.01, 1), (4, 0.99, 3), (1000, 0.9, 900)])
def test_the_share_of_training_points(name: str, samples: int, share: float, train: int, nowhere: Store):
    spec = data(name, samples=samples, train_fraction=share)
    loaded = load(spec, 0, nowhere)
    assert (len(loaded.train), len(loaded.test)) == (train, samples - train)
    assert (facts(spec).train_samples, facts(spec).test_samples) == (train, samples - train)


def test_features_stand_in_the_order_asked_for(nowhere: Store):
    features = tuple(reversed(Feature))
    loaded = load(data("spiral", features=features), 1, nowhere)
    x1, x2 = loaded.points.T
    np.testing.assert_allclose(loaded.train.x, np.stack([np.sin(x2), np.sin(x1), x1 * x2, x2**2, x1**2, x2, x1], axis=1), rtol=1e-6)
    assert loaded.facts.input_names == ("sin(x2)", "sin(x1)", "x1*x2", "x2^2", "x1^2", "x2", "x1")
    assert loaded.test_points.shape == (250, 2)


def test_gender_is_tested_on_other_people(nowhere: Store):
    loaded = load(data("gender", samples=50), 1, nowhere)
    assert loaded.facts.classes == ("man", "woman")
    assert not (loaded.train.x[:, None] == loaded.test.x[None]).all(axis=2).any()


def test_line_is_tested_at_ten(nowhere: Store):
    loaded = load(data("line"), 1, nowhere)
    assert (loaded.test.x.tolist(), loaded.test.y.tolist()) == ([[10.0]], [19.0])


# --- validation


@pytest.mark.parametrize("name", ["circle", "mnist", "boston_housing", "gender"])
def test_a_fraction_takes_the_last_samples(name: str, nowhere: Store):
    whole, split = load(data(name), 1, nowhere), load(data(name, validation={"fraction": 0.3}), 1, nowhere)
    cut = int(len(whole.train) * (1 - 0.3))
    np.testing.assert_array_equal(split.train.x, whole.train.x[:cut])
    np.testing.assert_array_equal(split.validation.x, whole.train.x[cut:])
    np.testing.assert_array_equal(split.validation.y, whole.train.y[cut:])
    assert split.facts.train_samples == len(whole.train)


@pytest.mark.parametrize("name", ["circle", "mnist", "line"])
def test_a_count_takes_the_first_samples(name: str, nowhere: Store):
    whole, split = load(data(name), 1, nowhere), load(data(name, validation={"count": 4}), 1, nowhere)
    np.testing.assert_array_equal(split.validation.x, whole.train.x[:4])
    np.testing.assert_array_equal(split.train.y, whole.train.y[4:])


def test_validation_may_be_the_test_set(nowhere: Store):
    loaded = load(data("circle", validation={"use": "test"}), 1, nowhere)
    assert loaded.validation is loaded.test
    assert len(loaded.train) == 250


def test_points_are_those_left_for_training(nowhere: Store):
    for validation in ({"count": 10}, {"fraction": 0.2}):
        loaded = load(data("circle", validation=validation), 1, nowhere)
        np.testing.assert_array_equal(loaded.points, loaded.train.x)


@pytest.mark.parametrize(
    ("name", "validation", "words"),
    [
        ("line", {"count": 6}, "6 training samples, so none is left to learn from"),
        ("and", {"count": 9}, "choose 3 or fewer"),
        ("line", {"fraction": 1e-17}, "none is left to watch"),
        ("xor", {"fraction": 0.99}, "none is left to learn from"),
        ("mnist", {"count": 5000}, "5,000 training samples"),
    ],
)
def test_validation_that_leaves_nothing(name: str, validation: dict[str, Any], words: str, nowhere: Store):
    with pytest.raises(SplitError, match=f"(?i){words}"):
        load(data(name, validation=validation), 1, nowhere)


# --- scaling


def scaled(loaded: Dataset) -> np.ndarray:
    return loaded.scaler.apply(loaded.train.x)


@pytest.mark.parametrize("name", ["boston_housing", "circle", "gender", "line"])
def test_tables_are_scaled_column_by_column(name: str, nowhere: Store):
    x = scaled(load(data(name, scaling="standard"), 1, nowhere))
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, rtol=1e-4)
    for scaling, low, high in (("unit", 0, 1), ("minus_half_to_half", -0.5, 0.5)):
        x = scaled(load(data(name, scaling=scaling), 1, nowhere))
        np.testing.assert_allclose(x.min(axis=0), low, atol=1e-5)
        np.testing.assert_allclose(x.max(axis=0), high, atol=1e-5)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_pixels_are_scaled_alike(name: str, nowhere: Store):
    raw = load(data(name, scaling="none"), 1, nowhere).train.x.astype(np.float32)
    for scaling, expected in (
        ("none", raw), ("unit", raw / 255), ("minus_half_to_half", raw / 255 - 0.5), ("standard", (raw - raw.mean()) / raw.std()),
    ):  # fmt: skip
        np.testing.assert_allclose(scaled(load(data(name, scaling=scaling), 1, nowhere)), expected, atol=1e-4)


def test_scaling_knows_only_what_is_left_for_training(nowhere: Store):
    loaded = load(data("boston_housing", validation={"count": 300}), 1, nowhere)
    np.testing.assert_allclose(scaled(loaded).mean(axis=0), 0, atol=1e-5)
    assert np.abs(loaded.scaler.apply(loaded.validation.x).mean(axis=0)).max() > 0.05


def test_prices_are_scaled_on_request_and_come_back_in_dollars(nowhere: Store):
    loaded = load(data("boston_housing", target_scaling="standard"), 1, nowhere)
    y = loaded.target_scaler.apply(loaded.train.y)
    assert y.mean() == pytest.approx(0, abs=1e-5)
    assert y.std() == pytest.approx(1, rel=1e-4)
    np.testing.assert_allclose(loaded.target_scaler.undo(y), loaded.train.y, rtol=1e-5)
    plain = load(data("boston_housing"), 1, nowhere)
    np.testing.assert_array_equal(plain.target_scaler.apply(plain.train.y), plain.train.y)


# --- pictures for the gallery


@pytest.mark.parametrize("name", SHOWN)
def test_previews_need_no_network(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnplayground.data.store.Store.obtain", None)
    shown = preview(name)
    assert shown.source is (Source.SAMPLE if name in STORED else Source.GENERATED)
    if name in PLANE_NAMES:
        assert shown.points.shape == (200, 2)
    if name.endswith("mnist"):
        whole = load(data(name), 1, Store(folders=(), download_to=Path()))
        np.testing.assert_array_equal(shown.train.array, whole.train.array[:200])


def test_preview_of_an_unknown_name():
    with pytest.raises(KeyError):
        preview("no such set")
